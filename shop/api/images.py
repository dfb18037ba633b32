"""Pictures of books, by ISBN: to see for everybody, to keep by the staff."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, url_for
from flask_login import current_user
from pydantic import Field, StringConstraints, WithJsonSchema

from shop.api.answers import Answer, ListOut, listed
from shop.api.bodies import Change, change_of, sent, unsent
from shop.api.etags import by_id
from shop.api.operations import operation
from shop.api.reading import Body, Fields, Paging, fields_of
from shop.api.schemas import ImageOut, image_out
from shop.api.values import NO_CONTROLS, Whole
from shop.models import Image, Permission
from shop.web.access import allowed_to, may, public
from shop.web.limits import uploading
from shop.web.services import services
from shop.web.urls import absolute

api = Blueprint("api_images", __name__, url_prefix="/api/v1/images/books/<isbn>")

SHAPE = {"fields": fields_of(ImageOut)}
Alt = Annotated[str, StringConstraints(max_length=500, pattern=NO_CONTROLS)]
Place = Annotated[int, Field(ge=0, le=9999), Whole]
# A form has no null.
SENT = WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 9999})
File = Annotated[bytes, WithJsonSchema({"type": "string", "format": "binary"})]


class ImageList(ListOut[ImageOut]):
    """Pictures in their order. The first that is ready is the cover."""


class ImageIn(Body):
    """What is said of a picture: for those who do not see it, and where it stands."""

    alt: Alt = ""
    position: Place = 0


class NewImage(Body):
    """A JPEG, PNG, WebP or AVIF picture of at most 20 MiB and 50 megapixels, 20 of the latter two.
    Where no position is given it stands behind the others."""

    file: File
    alt: Alt = ""
    position: Annotated[Place | None, SENT] = Field(default_factory=unsent)


ImageChange = change_of(ImageIn, "ImageChange")


@api.get("")
@public
@operation("images", answer=ImageList, query={"paging": Paging, **SHAPE})
def index(isbn: str, paging: Paging, fields: Fields) -> Answer:
    """The pictures of a book, with those that have no sizes yet."""
    drafts = may(Permission.EDIT_BOOKS)
    found = services.images.of_book(isbn, paging.page, paging.limit, paging.after, drafts=drafts)
    shown = [image_out(image) for image in found]
    return Answer(listed(found, shown, walked=paging.walks), fields=fields.fields)


@api.get("/<int:image_id>")
@public
@operation("images", answer=ImageOut, query=SHAPE)
def show(isbn: str, image_id: int, fields: Fields) -> Answer:
    """One picture. It is `pending` until a worker has made its sizes, which `progress` tells in
    percent, and then `ready`; or `failed`, where `trouble` says why."""
    drafts = may(Permission.EDIT_BOOKS)
    image = services.images.one_of_book(isbn, image_id, drafts=drafts)
    return Answer(image_out(image), entity=image, fields=fields.fields)


@api.post("")
@uploading
@allowed_to(Permission.EDIT_BOOKS)
@operation("images", upload=NewImage, answer=ImageOut, status=201, keyed=True, sends=("Location",))
def create(isbn: str, body: NewImage) -> Answer:
    """Give a book a picture.

    One that the book has already is not taken twice: the answer is the one that is there.
    """
    image = services.images.upload(isbn, body.file, body.alt, body.position, current_user)
    address = absolute(url_for("api_images.show", isbn=isbn, image_id=image.id))
    return Answer(image_out(image), entity=image, location=address)


@api.patch("/<int:image_id>")
@allowed_to(Permission.EDIT_BOOKS)
@operation("images", body=ImageChange, answer=ImageOut, if_match=by_id(Image, "image_id"))
def change(isbn: str, image_id: int, version: int | None, body: Change) -> Answer:
    """Say something else of a picture, or put it in another place."""
    image = services.images.amend(isbn, image_id, version, sent(body), current_user)
    return Answer(image_out(image), entity=image)


@api.delete("/<int:image_id>")
@allowed_to(Permission.EDIT_BOOKS)
@operation("images", status=204, if_match=by_id(Image, "image_id"))
def delete(isbn: str, image_id: int, version: int | None) -> None:
    """Take a picture away; its files go where no other picture needs them."""
    services.images.remove(isbn, image_id, version, current_user)
