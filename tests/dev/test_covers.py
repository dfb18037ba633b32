"""Covers are the same at every seeding, and any title stands well within the margins."""

import io
from dataclasses import replace
from itertools import combinations

import pytest
from PIL import Image

from dev.demo.covers import HEIGHT, MARGIN, STYLES, WIDTH, CoverText, compose, draw
from dev.demo.covers.colours import Colour, luminance
from dev.demo.covers.faces import CORMORANT
from dev.demo.covers.genres import GENRES, Genre
from dev.demo.covers.palettes import CLASSIC, CLOTH, MODERN, SKIES, Inks
from dev.demo.covers.setting import Spec, fit
from dev.demo.covers.sheet import SCALE, Placed, Sheet

JEKYLL = CoverText(
    title="The Strange Case of Dr Jekyll and Mr Hyde",
    authors=("Robert Louis Stevenson",),
    language="en",
    genre="gothic",
    seed="9799912345678",
    imprint="Otterbourne & Vane",
    series="Night Shelf",
)
HARD = [
    JEKYLL,
    replace(JEKYLL, title="R.U.R.", authors=("Karel Čapek",), subtitle="Rossum's Universal Robots"),
    replace(
        JEKYLL,
        title="Путешествие из Петербурга в Москву",
        authors=("Александр Радищев",),
        language="ru",
        series="Литературные памятники восемнадцатого века",
    ),
    replace(
        JEKYLL,
        title="Повесть о том, как один мужик двух генералов прокормил, и высоконравственные сказки",
        authors=("Михаил Салтыков-Щедрин", "Фёдор Достоевский", "Александр Сухово-Кобылин"),
        language="ru",
        imprint="Издательский дом «Зелёное коромысло»",
    ),
    replace(
        JEKYLL,
        title="Человеконенавистничество-самооборона",
        authors=("Ж.-Ж. Р.",),
        language="ru",
        subtitle="Комедия в четырёх действиях, в стихах, с прологом и эпилогом для чтения",
    ),
    replace(
        JEKYLL,
        title="Narrative of the Life; or, The Surprising Adventures of Olaudah Equiano, African",
        authors=("Bartholomew Featherstonehaugh-Cholmondeley",),
    ),
]


def texts_of(cover: CoverText) -> set[str]:
    return {"title", "author", *(["imprint"] if cover.imprint else [])}


def letters(text: str) -> str:
    return "".join(text.casefold().split())


def overlap(one: Placed, other: Placed) -> bool:
    (left, top, right, bottom), (west, north, east, south) = one.box, other.box
    return left < east and west < right and top < south and north < bottom


def readable_share(sheet: Sheet, text: Placed) -> float:
    """How much of the text's box has a contrast of at least 3 with its colour."""
    left, top, right, bottom = (round(edge * SCALE) for edge in text.box)
    around = sheet.image.crop((left - 8, top - 8, right + 8, bottom + 8))
    sample = around.resize((24, 24), Image.Resampling.NEAREST)
    clear = [contrast(pixel, text.colour) >= 3 for pixel in sample.get_flattened_data()]
    return sum(clear) / len(clear)


def contrast(one: Colour, other: Colour) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("cover", HARD, ids=lambda cover: cover.title[:12])
def test_every_text_is_whole_apart_and_readable(style: str, cover: CoverText) -> None:
    sheet = compose(replace(cover, seed=f"{style} {cover.title}"), style)
    assert texts_of(cover) <= {text.role for text in sheet.placed}
    for text in sheet.placed:
        left, top, right, bottom = text.box
        assert left >= MARGIN, text
        assert top >= MARGIN, text
        assert right <= WIDTH - MARGIN, text
        assert bottom <= HEIGHT - MARGIN, text
        assert readable_share(sheet, text) > 0.2, text
    assert not [pair for pair in combinations(sheet.placed, 2) if overlap(*pair)]
    title = next(text for text in sheet.placed if text.role == "title")
    assert letters("".join(title.lines)) == letters(cover.headline)
    assert title.size >= 30


def test_equal_texts_give_equal_bytes_and_seeds_give_others() -> None:
    assert draw(JEKYLL) == draw(replace(JEKYLL))
    seeds = {draw(replace(JEKYLL, seed=str(number))) for number in range(6)}
    assert len(seeds) == 6


def test_a_cover_is_a_jpeg_of_two_to_three() -> None:
    with Image.open(io.BytesIO(draw(JEKYLL))) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (800, 1200))


def test_a_category_that_nobody_knows_has_covers_too() -> None:
    assert texts_of(JEKYLL) <= {
        text.role for text in compose(replace(JEKYLL, genre="unheard-of")).placed
    }


@pytest.mark.parametrize("genre", GENRES.values())
def test_a_genre_names_what_there_is(genre: Genre) -> None:
    assert set(genre.styles) <= set(STYLES)
    assert len(genre.styles) >= 3
    assert set(genre.classic) <= set(CLASSIC)
    assert set(genre.modern) <= set(MODERN)
    assert set(genre.cloth) <= set(CLOTH)
    assert {sky for view in genre.views for sky in view.skies} <= set(SKIES)


@pytest.mark.parametrize("inks", [*CLASSIC.values(), *MODERN.values(), *CLOTH.values()])
def test_ink_is_readable_on_its_paper(inks: Inks) -> None:
    assert contrast(inks.ink, inks.paper) >= 3


@pytest.mark.parametrize("inks", CLASSIC.values(), ids=CLASSIC)
def test_paper_is_readable_on_the_strong_and_the_dark_ink(inks: Inks) -> None:
    assert contrast(inks.paper, inks.first) >= 3
    assert contrast(inks.paper, inks.third) >= 4.5


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("A Journal of the Plague Year", ("A Journal", "of the Plague Year")),
        ("Around the World in Eighty Days", ("Around", "the World", "in Eighty Days")),
        ("Путешествие из Петербурга в Москву", ("Путешествие", "из Петербурга", "в Москву")),
        ("Лягушка-путешественница", ("Лягушка-", "путешественница")),
        ("Сад-огород", ("Сад-огород",)),
        ("Свои люди - сочтёмся", ("Свои люди\u00a0-", "сочтёмся")),
        ("Emma", ("Emma",)),
    ],
)
def test_lines_are_even_and_do_not_end_in_small_words(title: str, lines: tuple[str, ...]) -> None:
    assert fit(title, Spec(CORMORANT, 200), 600, 330).lines == lines


def test_type_is_as_large_as_its_room_allows() -> None:
    spec = Spec(CORMORANT, 90, leading=1.0)
    wide, narrow = fit("Обломов", spec, 900, 400), fit("Обломов", spec, 200, 400)
    assert wide.size == 90
    assert narrow.size < 90
    assert narrow.width == pytest.approx(200)


@pytest.mark.parametrize(
    ("title", "headline", "tail"),
    [
        ("Candide, or Optimism", "Candide", "or Optimism"),
        ("Moby-Dick; or, The Whale", "Moby-Dick", "or, The Whale"),
        ("Левша, или Сказ о тульском косом Левше", "Левша", "или Сказ о тульском косом Левше"),
        ("Alice's Adventures in Wonderland", "Alice’s Adventures in Wonderland", "A tale"),
        ("War and Peace", "War and Peace", "A tale"),
    ],
)
def test_a_double_title_is_set_in_two_sizes(title: str, headline: str, tail: str) -> None:
    cover = replace(JEKYLL, title=title, subtitle="A tale")
    assert (cover.headline, cover.tail) == (headline, tail)


@pytest.mark.parametrize(
    ("language", "authors", "byline"),
    [
        ("en", ("Karl Marx", "Friedrich Engels"), "Karl Marx and Friedrich Engels"),
        ("ru", ("Илья Ильф", "Евгений Петров"), "Илья Ильф и Евгений Петров"),
        ("ru", ("А", "Б", "В"), "А, Б и В"),
        ("en", ("A", "B", "C", "D"), "A and others"),
        ("en", (), ""),
    ],
)
def test_authors_are_named_as_a_title_page_would(
    language: str, authors: tuple[str, ...], byline: str
) -> None:
    assert replace(JEKYLL, language=language, authors=authors).byline == byline
