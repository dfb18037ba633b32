"""Many pictures on one sheet."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from dev.screenshots.walk import Scheme, Walk

# Every style, long titles and short ones, both alphabets.
COVERS = (
    "Jane Eyre",
    "Пиковая дама",
    "Frankenstein",
    "Война и мир",
    "The Picture of Dorian Gray",
    "Ревизор",
    "Сказка о царе Салтане",
    "Kwaidan",
    "Narrative of the Life of Frederick Douglass, an American Slave",
    "Повести покойного Ивана Петровича Белкина",
    "Бесы",
    "The War of the Worlds",
)
COLUMNS = 6
COVER_WIDTH, PAGE_WIDTH = 220, 300
GAP = 16
WALL = "#8d867a"
LIGHTS: tuple[Scheme, ...] = ("light", "dark")


def covers(walk: Walk) -> bytes:
    """Twelve covers, as large as the shop shows them."""
    page = walk.context().new_page()
    drawn = []
    for title in COVERS:
        address = walk.cover_address(page, title)
        drawn.append(_opened(page.request.get(address).body(), COVER_WIDTH))
    page.context.close()
    return _sheet([drawn[:COLUMNS], drawn[COLUMNS:]])


def pages(walk: Walk) -> bytes:
    """The main pages: a row for each language and light."""
    places = {
        "/": False,
        "/books": False,
        walk.book: False,
        "/cart": False,
        "/checkout": False,
        f"/orders/{walk.order}": False,
        f"/admin/orders/{walk.order}": True,
    }
    rows = []
    for prefix in ("", "/ru"):
        for light in LIGHTS:
            rows.append([_page(walk, prefix + path, light, places[path]) for path in places])
    return _sheet(rows)


def _page(walk: Walk, path: str, light: Scheme, staff: bool) -> Image.Image:
    page = walk.open(path, light, staff=staff)
    picture = _opened(page.screenshot(), PAGE_WIDTH)
    page.context.close()
    return picture


def _opened(data: bytes, width: int) -> Image.Image:
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    height = round(picture.height * width / picture.width)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _sheet(rows: Sequence[Sequence[Image.Image]]) -> bytes:
    """Pictures of one size in rows of one length, as WebP."""
    width, height = rows[0][0].size
    sheet = Image.new(
        "RGB",
        (len(rows[0]) * (width + GAP) + GAP, len(rows) * (height + GAP) + GAP),
        WALL,
    )
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            sheet.paste(picture, (GAP + x * (width + GAP), GAP + y * (height + GAP)))
    out = io.BytesIO()
    sheet.save(out, "WEBP", quality=88, method=6)
    return out.getvalue()
