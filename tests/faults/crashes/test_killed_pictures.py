"""The web process or the worker is killed while a picture comes in: it is there in the end, once,
and no page ever shows half of it.

Each test prints a row of a table, which `-rP` shows.
"""

from __future__ import annotations

import io
import sys
import time
from contextlib import suppress

import pytest
import requests
from PIL import Image as Pillow
from sqlalchemy import func, select

from dev.yookassa_sandbox.testing import wait_until
from shop.extensions import db
from shop.gateways.queue import Task
from shop.models import Book, Image, ImageState, OutboxMessage, RoleCode
from shop.web.services import services
from tests import factories
from tests.faults.crashes.clock import Clock
from tests.faults.crashes.points import OF_PICTURES, WEB, Point
from tests.faults.crashes.shops import MortalShop
from tests.jobs.workforce import PATIENCE
from tests.pictures import picture

SECONDS = 10.0  # for one request
MAKE = Task.MAKE_RENDITIONS


class Clerk:
    """A program of the staff's that sends a picture, again and again until it is answered."""

    def __init__(self, shop: MortalShop, book: Book) -> None:
        self.url = shop.web.url
        self.place = f"{self.url}/api/v1/images/books/{book.isbn}"
        clerk = factories.user(services, RoleCode.CATALOGUE_MANAGER)
        known = {"email": clerk.email, "password": factories.PASSWORD}
        pair = requests.post(f"{self.url}/api/v1/auth/login", json=known, timeout=SECONDS).json()
        self.headers = {"Authorization": f"Bearer {pair['access_token']}"}

    def sends(self, data: bytes) -> None:
        wait_until(lambda: self._is_taken(data), PATIENCE)

    def _is_taken(self, data: bytes) -> bool:
        with suppress(requests.ConnectionError):
            answer = requests.post(
                self.place, files={"file": data}, headers=self.headers, timeout=SECONDS
            )
            return answer.status_code == 201
        return False

    def shown(self) -> list[bytes]:
        """The files of every size that the shop tells of; all of them are there."""
        told = requests.get(self.place, timeout=SECONDS).json()["items"]
        sizes = [size["url"] for image in told for size in image["renditions"]]
        answers = [
            requests.get(self.url + url[url.index("/media") :], timeout=SECONDS) for url in sizes
        ]
        assert {answer.status_code for answer in answers} <= {200}
        return [answer.content for answer in answers]


def is_ready() -> bool:
    """Whether pages have the picture, and nothing waits to be done."""
    db.session.rollback()
    waiting = db.session.scalar(select(func.count()).where(OutboxMessage.delivered_at.is_(None)))
    return list(db.session.scalars(select(Image.state))) == [ImageState.READY] and not waiting


@pytest.mark.parametrize("point", OF_PICTURES, ids=lambda point: point.name)
def test_a_picture_is_whole_or_not_there(
    mortal_shop: MortalShop, clock: Clock, point: Point
) -> None:
    book = factories.save(factories.book())
    clerk = Clerk(mortal_shop, book)
    files = {each.key for each in services.images.stores["local"].walk()}
    mortal_shop.doom(point)
    # Another one each time, and than any other test's, so that no file is there from before.
    clerk.sends(picture(f"#7e57{OF_PICTURES.index(point):02x}"))
    if point.process != WEB:
        wait_until(lambda: clock.turn([MAKE]) or mortal_shop.died_at, PATIENCE)
        assert len(clerk.shown()) in (0, 6)
    wait_until(lambda: clock.turn([MAKE]) or is_ready(), PATIENCE)
    seconds = time.time() - mortal_shop.died_at
    for data in clerk.shown():
        Pillow.open(io.BytesIO(data)).load()
    db.session.rollback()
    [image] = services.images.all_of(book.id)
    kept = {each.key for each in services.images.stores["local"].walk()} - files
    assert kept == set(image.keys)
    assert len(kept) == 7
    sys.stdout.write(f"{point.name:42} {point.healed_by:28} {seconds:5.1f} s\n")
