"""Covers for the demo books, drawn and scaled on every core by processes that hold a shop each."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from dev.demo.covers import CoverText, draw
from dev.demo.entries import Work
from dev.demo.invention import Edition, edition
from dev.demo.reading import Catalogue
from shop.app import create_app
from shop.config import Config
from shop.models import Book, Image, ImageState
from shop.services.registry import Services
from shop.web.services import services

# With fewer covers to make, it takes longer to start a process than to make them here.
WORTH_PROCESSES = 12
MOST_PROCESSES = 8  # each has its own connections to the database
# The shop of a drawing process.
_shop: Flask


@dataclass(frozen=True)
class Commission:
    """A cover to be made for a book."""

    book_id: int
    text: CoverText


def missing(shop: Services, catalogue: Catalogue) -> list[Commission]:
    """Covers of demo books that have none ready yet."""
    bare = ~Book.images.any(Image.state == ImageState.READY)
    editions = {work.key: edition(work, catalogue) for work in catalogue.works}
    ours = Book.isbn.in_([each.isbn for each in editions.values()])
    with shop.catalogue.transaction():
        query = select(Book.isbn, Book.id).where(ours, bare)
        ids = dict(iter(shop.catalogue.session.execute(query)))
    return [
        Commission(ids[invented.isbn], text_of(work, invented, catalogue))
        for work in catalogue.works
        if (invented := editions[work.key]).isbn in ids
    ]


def make_all(config: Config, commissions: list[Commission]) -> Iterator[int]:
    """Make the covers; yields how many are done after each. Can be stopped and begun again."""
    if len(commissions) < WORTH_PROCESSES:
        for done, commission in enumerate(commissions, 1):
            _make(commission)
            yield done
    else:
        yield from _make_on_every_core(config, commissions)


def _make_on_every_core(config: Config, commissions: list[Commission]) -> Iterator[int]:
    with ProcessPoolExecutor(
        max_workers=min(os.cpu_count() or 1, MOST_PROCESSES),
        # A fork would share this process's database connections.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_open_shop,
        initargs=(config,),
    ) as pool:
        work = [pool.submit(_make_in_process, commission) for commission in commissions]
        try:
            for done, future in enumerate(as_completed(work), 1):
                future.result()
                yield done
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def text_of(work: Work, invented: Edition, catalogue: Catalogue) -> CoverText:
    series, _ = catalogue.places.get(work.key, (None, 0))
    return CoverText(
        title=work.title,
        subtitle=work.subtitle or "",
        authors=tuple(catalogue.people[key].name_in(work.language) for key in work.authors),
        imprint=catalogue.imprints[invented.imprint].name,
        series=series.name if series else "",
        language=work.language,
        genre=work.categories[0],
        seed=invented.isbn,
    )


def _open_shop(config: Config) -> None:
    global _shop
    # A Ctrl-C reaches the whole group of processes; the one that started this one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _shop = create_app(config)


def _end_with_parent() -> None:
    """A parent that was killed cannot end its processes, and they would wait for ever."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _make_in_process(commission: Commission) -> None:
    with _shop.app_context():
        _make(commission)


def _make(commission: Commission) -> None:
    # Without a text of its own, the picture is described in the language of the page.
    image = services.images.attach_cover(commission.book_id, draw(commission.text), alt="")
    services.renditions.make(image.id)
