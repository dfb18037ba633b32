"""What is made of the bytes of a picture: which files, and what is to be seen in them."""

from __future__ import annotations

import io
import struct
import threading
import zlib

import pytest
from PIL import Image as Pillow

from shop.services.pictures import Unreadable, folder_of, look_at, looking, make, png, widths_for
from shop.services.pictures.exif import orientation_in
from tests.hostile_pictures import oddities
from tests.hostile_pictures.pieces import (
    WIDE,
    chunk,
    drawing,
    exif,
    moving,
    png_with,
    saved,
    segment,
)

QUARTERS = ("red", "lime", "blue", "yellow")
ENDINGS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}


def quartered(size: tuple[int, int] = (80, 120)) -> Pillow.Image:
    """Red and lime above, blue and yellow below."""
    picture = Pillow.new("RGB", size)
    half = size[0] // 2, size[1] // 2
    for number, colour in enumerate(QUARTERS):
        place = number % 2 * half[0], number // 2 * half[1]
        picture.paste(colour, (*place, place[0] + half[0], place[1] + half[1]))
    return picture


def rendered(data: bytes) -> Pillow.Image:
    """The largest JPEG that is made of it."""
    file = next(file for _, ending, file in make(data).files() if ending == "jpg")
    return Pillow.open(io.BytesIO(file))


def middle(data: bytes) -> tuple[int, ...]:
    picture = rendered(data)
    return picture.getpixel((picture.width // 2, picture.height // 2))


def near(one: tuple[int, ...], other: tuple[int, ...], most: int = 6) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def as_jpeg(colour: object, mode: str = "RGB", **how: object) -> bytes:
    return saved(Pillow.new(mode, (40, 60), colour), "JPEG", quality=95, **how)


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((1, 1), [1]),
        ((100, 150), [100]),
        ((180, 270), [180]),
        ((207, 300), [180]),
        ((208, 300), [180, 208]),
        ((639, 960), [180, 360, 560]),
        ((700, 1000), [180, 360, 560, 700]),
        ((800, 1200), [180, 360, 560, 800]),
        ((1199, 1800), [180, 360, 560, 800, 1199]),
        ((1200, 1800), [180, 360, 560, 800, 1200]),
        ((7746, 5164), [180, 360, 560, 800, 1200]),
        # No file of more than eight megapixels.
        ((1580, 31_600), [180, 360, 560]),
        ((600, 12_000), [180, 360, 560]),
    ],
)
def test_a_picture_is_made_in_the_widths_of_pages_as_far_as_it_goes(size, widths):
    assert widths_for(*size) == widths


def test_the_folder_of_the_sizes_does_not_tell_the_original():
    key = f"ab/{'ab' * 32}.jpg"
    area, start, name = folder_of(key).split("/")
    assert (area, start, len(name)) == ("sizes", name[:2], 32)
    assert name not in key
    assert folder_of(key) != folder_of(f"cd/{'cd' * 32}.jpg")


def test_every_width_is_made_in_every_format_one_by_one_from_the_largest():
    made = make(saved(drawing(size=(400, 600)), "PNG"))
    assert (made.width, made.height, made.widths) == (400, 600, [180, 360])
    files = made.files()
    assert next(files)[:2] == (360, "avif")
    sizes = {(360, 540), (180, 270)}
    found = [(width, ending, Pillow.open(io.BytesIO(data))) for width, ending, data in made.files()]
    assert [(w, e) for w, e, _ in found] == [(w, e) for w in (360, 180) for e in ENDINGS]
    for width, ending, picture in found:
        assert picture.format == ENDINGS[ending]
        assert picture.size in sizes
        assert picture.width == width


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(orientation, kind):
    """What EXIF calls the first row and column is where the picture's top left is."""
    turn = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)
    upright = quartered()
    # The other way round, from upright to how it lay in the camera.
    lying = upright if turn is None else upright.transpose(Pillow.Transpose(turn))
    data = turned(saved(lying, kind, quality=95, **LOSSLESS.get(kind, {})), kind, orientation)
    taken = look_at(data)
    assert (taken.width, taken.height) == (80, 120)
    picture = rendered(data)
    seen = [picture.getpixel((x, y)) for y in (30, 90) for x in (20, 60)]
    for pixel, colour in zip(seen, QUARTERS, strict=True):
        assert near(pixel, Pillow.new("RGB", (1, 1), colour).getpixel((0, 0)), 40), colour


LOSSLESS = {"WEBP": {"lossless": True}, "AVIF": {"subsampling": "4:4:4"}}


def turned(data: bytes, kind: str, orientation: int) -> bytes:
    block = exif(orientation)
    if kind == "JPEG":
        return data[:2] + segment(0xE1, b"Exif\0\0" + block) + data[2:]
    if kind == "PNG":
        return data[:33] + chunk(b"eXIf", block) + data[33:]
    with Pillow.open(io.BytesIO(data)) as picture:
        return saved(picture, kind, exif=block, quality=95, **LOSSLESS[kind])


def test_exif_is_read_in_both_orders_of_bytes_and_survives_nonsense():
    little = b"II*\0" + struct.pack("<IHHHIHH", 8, 1, 0x0112, 3, 1, 6, 0)
    assert orientation_in(little) == orientation_in(exif(6)) == 6
    for nonsense in (b"", b"MM", b"MM\0*", little[:12], exif(0), exif(9), exif(65_535), b"x" * 99):
        assert orientation_in(nonsense) == 1


@pytest.mark.parametrize("value", [0, 0x4000, 0x8000, 0xC000, 0xFFFF])
@pytest.mark.parametrize(("channels", "colour"), [(1, 0), (3, 2)])
def test_sixteen_bits_are_scaled_and_not_cut_off(value, channels, colour):
    expected = (round(value / 257),) * 3
    assert near(middle(oddities.deep(channels, value, colour)), expected)


@pytest.mark.parametrize(
    "data", [("PNG", "RGBA"), ("PNG", "LA"), ("WEBP", "RGBA"), ("AVIF", "RGBA")]
)
def test_what_is_transparent_is_white(data):
    assert near(middle(oddities.see_through(*data)), (255, 255, 255))


def test_what_shines_through_is_mixed_with_white():
    assert near(
        middle(saved(Pillow.new("RGBA", (40, 60), (255, 0, 0, 128)), "PNG")), (254, 127, 127)
    )
    palette = Pillow.new("P", (40, 60), 0)
    palette.putpalette([0, 0, 255])
    assert near(middle(saved(palette, "PNG", transparency=b"\0")), (255, 255, 255))


@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
def test_a_single_colour_may_be_transparent(mode):
    colour = (0, 0, 0) if mode == "RGB" else 0
    data = saved(Pillow.new(mode, (40, 60), colour), "PNG", transparency=colour)
    assert near(middle(data), (255, 255, 255))


def test_colours_for_print_are_seen_as_printed_whoever_wrote_them():
    for data in (saved(drawing("CMYK"), "JPEG", quality=95), oddities.unmarked_cmyk()):
        expected = drawing().getpixel((100, 150))
        assert near(middle(data), expected, 30)


def test_wide_colours_come_into_those_of_the_web():
    green = (60, 200, 60)
    plain = middle(as_jpeg(green))
    assert near(plain, green)
    red, rich, _ = middle(as_jpeg(green, icc_profile=WIDE))
    # As sRGB has it, the same green has less of the others in it.
    assert rich >= plain[1] - 2
    assert red < plain[0] - 20


@pytest.mark.parametrize("profile", [b"nonsense" * 40, WIDE[:200], WIDE[:128]])
def test_a_profile_that_is_none_is_passed_over(profile):
    assert near(middle(as_jpeg((60, 200, 60), icc_profile=profile)), (60, 200, 60))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_of_what_moves_the_first_picture_is_shown(kind):
    assert near(middle(moving(kind)), (0, 90, 0), 30)


def test_a_dot_and_a_strip_are_made():
    assert make(saved(Pillow.new("RGB", (1, 1), "red"), "PNG")).widths == [1]
    made = make(saved(Pillow.new("RGB", (2000, 100), "red"), "JPEG"))
    assert {Pillow.open(io.BytesIO(data)).size for *_, data in made.files()} == {
        (width, round(width / 20)) for width in (180, 360, 560, 800, 1200)
    }


def test_what_cannot_be_read_says_why():
    for data in (b"", b"GIF89a", saved(drawing(), "PNG")[:500]):
        with pytest.raises(Unreadable) as refusal:
            make(data)
        assert str(refusal.value.reason).endswith(".")


def colour_of(picture: Pillow.Image) -> tuple[int, ...]:
    return tuple(bytes.fromhex(make(saved(picture, "PNG")).colour.removeprefix("#")))


def test_the_colour_is_that_of_the_largest_part():
    picture = Pillow.new("RGB", (300, 300), (30, 60, 200))
    picture.paste((240, 240, 230), (0, 0, 300, 120))
    assert near(colour_of(picture), (30, 60, 200), 3)


def test_grain_does_not_hide_the_colour():
    """Of the grainy part no two dots are equal; of the plain one all are."""
    green = Pillow.effect_noise((300, 300), 24).convert("RGB")
    picture = Pillow.blend(green, Pillow.new("RGB", (300, 300), (20, 150, 40)), 0.8)
    picture.paste((200, 30, 30), (0, 0, 300, 120))
    assert near(colour_of(picture), (42, 146, 58), 16)


def test_a_frame_and_lettering_do_not_count():
    picture = Pillow.new("RGB", (300, 300), "black")
    picture.paste((250, 200, 90), (20, 20, 280, 280))
    picture.paste("white", (60, 60, 240, 100))
    assert near(colour_of(picture), (250, 200, 90), 3)


def test_the_colour_of_what_is_transparent_is_that_of_the_page_behind():
    assert make(oddities.see_through("PNG", "RGBA")).colour == "#ffffff"


def test_a_text_that_could_unpack_to_gigabytes_is_not_even_looked_at():
    assert look_at(png_with(chunk(b"zTXt", b"x\0\0" + b"\xff" * 99))).width == 200


def test_a_profile_is_unpacked_as_far_as_profiles_go():
    packed = zlib.compress(bytes(2**23))
    assert png.still(png_with(chunk(b"iCCP", b"p\0\0" + packed))).profile == b""


def test_one_picture_is_decoded_at_a_time():
    """The threads of a web process share its memory."""
    other = threading.Thread(target=look_at, args=(as_jpeg("red"),))
    with looking._one_at_a_time:
        other.start()
        other.join(0.1)
        assert other.is_alive()
    other.join()
