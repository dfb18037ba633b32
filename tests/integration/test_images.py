"""Pictures of books: what is taken, and the sizes that are made of it."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from shop.errors import Conflict, Invalid, NotFound
from shop.models import Image, ImageState
from shop.services.outbox import Topic
from shop.services.pictures import MOST_BYTES
from tests import factories as make
from tests.rivals import at_once
from tests.stored import messages, stored


@pytest.fixture
def book(services):
    return make.save(make.book())


def picture(
    kind: str = "PNG", size: tuple[int, int] = (400, 600), mode: str = "RGB", **how
) -> bytes:
    out = io.BytesIO()
    Pillow.new(mode, size, "white").save(out, kind, **how)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims these sizes and has next to no data."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0"))
    return b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b"")


def attach(services, book, data: bytes) -> Image:
    return services.images.attach_cover(book.id, data, "a cover")


def refused(services, book, data: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        attach(services, book, data)
    assert stored(Image) == 0
    return str(refusal.value.detail)


@pytest.mark.parametrize(
    ("kind", "ending", "media_type"),
    [("PNG", "png", "image/png"), ("JPEG", "jpg", "image/jpeg"), ("WEBP", "webp", "image/webp")],
)
def test_a_picture_is_kept_and_waits_for_its_sizes(services, book, kind, ending, media_type):
    image = attach(services, book, picture(kind))
    assert (image.width, image.height, image.media_type) == (400, 600, media_type)
    assert image.key.endswith(f".{ending}")
    assert services.images.original(image.id)[1] == picture(kind)
    assert image.state is ImageState.PENDING
    [message] = messages(Topic.RENDITIONS)
    assert message.payload == {"image_id": image.id}
    assert services.catalogue.get(book.id).cover is None


def test_a_picture_of_a_phone_with_two_frames_is_a_jpeg(services, book):
    frames = [Pillow.new("RGB", (400, 600), colour) for colour in ("white", "black")]
    out = io.BytesIO()
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])
    assert attach(services, book, out.getvalue()).media_type == "image/jpeg"


@pytest.mark.parametrize("size", [(10_000, 6_000), (10_000, 10_000), (60_000, 60_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(services, book, size):
    assert "50 megapixels" in refused(services, book, png_of(*size))


@pytest.mark.parametrize("size", [(40, 801), (801, 40)])
def test_a_picture_too_slender_for_a_page_is_refused(services, book, size):
    assert "over 20 times" in refused(services, book, png_of(*size))


def test_a_strip_that_is_just_taken_has_all_its_sizes(services, book):
    image = attach(services, book, picture(size=(640, 12_800)))
    services.renditions.make(image.id)
    assert services.images.get(image.id).widths == [180, 360, 560]


def test_a_picture_of_too_many_bytes_is_refused(services, book):
    assert "20 MiB" in refused(services, book, picture() + b"\0" * MOST_BYTES)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of what it can read all the same
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kind=st.sampled_from(["PNG", "JPEG", "WEBP"]), data=st.data())
def test_a_spoilt_picture_is_taken_or_refused_and_nothing_else(services, book, kind, data):
    spoilt = bytearray(picture(kind, (40, 60)))
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    try:
        image = attach(services, book, bytes(spoilt))
    except Invalid:
        return
    services.renditions.make(image.id)


def test_the_same_picture_twice_is_one(services, book):
    first, second = (attach(services, book, picture()) for _ in range(2))
    assert first.id == second.id
    assert len(messages(Topic.RENDITIONS)) == 1


def test_the_same_picture_twice_at_once_is_one(app, services, book):
    outcomes = at_once(app, 4, lambda _: attach(services, book, picture()))
    assert {type(outcome) for outcome in outcomes} <= {Image, Conflict}
    assert stored(Image) == 1


def test_a_picture_of_no_book_is_refused(services):
    with pytest.raises(Conflict) as refusal:
        services.images.attach_cover(2**31 - 1, picture(), "")
    assert [problem.field for problem in refusal.value.errors] == ["book_id"]


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((800, 1200), [180, 360, 560, 800]),
        ((400, 960), [180, 360]),
        ((359, 960), [180, 359]),
        ((100, 150), [100]),
        ((4000, 200), [180, 360, 560, 800, 1200]),
    ],
)
def test_sizes_are_made_as_far_as_the_picture_goes(services, book, size, widths):
    image = attach(services, book, picture(size=size))
    services.renditions.make(image.id)
    cover = services.catalogue.get(book.id).cover
    store = services.images.stores[cover.store]
    assert cover.widths == widths
    assert len(cover.renditions) == 3 * len(widths)
    for rendition in cover.renditions:
        with Pillow.open(io.BytesIO(store.read(rendition.key))) as made:
            kind = f"image/{made.format.lower()}"
            assert (kind, made.size) == (rendition.media_type, (rendition.width, rendition.height))
        assert abs(rendition.height - rendition.width * size[1] / size[0]) <= 1


def test_making_the_sizes_again_changes_nothing(services, book):
    image = attach(services, book, picture())
    services.renditions.make(image.id)
    before = {r.key for r in services.images.get(image.id).renditions}
    services.renditions.make(image.id)
    image = services.images.get(image.id)
    assert {r.key for r in image.renditions} == before
    assert image.state is ImageState.READY


def test_a_picture_taken_sideways_is_turned_upright(services, book):
    turned = Pillow.Exif()
    turned[0x0112] = 6  # a quarter turn
    image = attach(services, book, picture("JPEG", (600, 400), exif=turned))
    services.renditions.make(image.id)
    [rendition, *_] = services.images.get(image.id).renditions
    assert rendition.height > rendition.width


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "CMYK", "1", "P", "I;16"])
def test_pictures_in_every_colour_mode_get_their_sizes(services, book, mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Pillow.new(mode, (400, 600)).save(out, kind)
    image = attach(services, book, out.getvalue())
    services.renditions.make(image.id)
    assert services.images.get(image.id).widths == [180, 360]


@pytest.mark.parametrize("key", ["", "../../etc/passwd", f"ab/{'0' * 64}.png"])
def test_a_key_of_no_file_is_not_found(services, key):
    with pytest.raises(NotFound):
        services.picture_files.shown(key)
