"""Titles and names in the letters of an address."""

from slugify import slugify

# The letters for which the library's own choice is hard to read.
LETTERS = [
    ("ё", "yo"),
    ("й", "y"),
    ("ю", "yu"),
    ("я", "ya"),
    ("№", ""),
    ("'", ""),
    ("’", ""),
]
LONGEST = 80


def slug(text: str) -> str:
    """`Двенадцать стульев` is `dvenadtsat-stulev`; whole words, 80 characters at most."""
    return slugify(text.lower(), replacements=LETTERS, max_length=LONGEST, word_boundary=True)


def free(stem: str, taken: set[str]) -> str:
    """The slug, or the first with a number behind it that nobody has; it is taken from then on."""
    unused, number = stem, 1
    while unused in taken:
        number += 1
        unused = f"{stem}-{number}"
    taken.add(unused)
    return unused
