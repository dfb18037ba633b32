"""What a cover says."""

import re
from dataclasses import dataclass

# "Candide, or Optimism", "Moby-Dick; or, The Whale", "Левша, или Сказ о ...", "Walden: A Life".
_TURN = re.compile(r"(?:[;:]\s+|,\s+(?=(?:or|или)\b))")
_SUBTITLE_LIMIT = 90


@dataclass(frozen=True)
class CoverText:
    """The words of one cover and what its look is chosen by.

    ``language`` is ISO 639-1, ``genre`` a category's slug, ``seed`` anything that stays with the
    book: the ISBN or the slug. Equal texts give equal covers, byte for byte.
    """

    title: str
    authors: tuple[str, ...]
    language: str
    genre: str
    seed: str
    subtitle: str = ""
    imprint: str = ""
    series: str = ""

    @property
    def headline(self) -> str:
        """The title up to its own second half."""
        return _TURN.split(_dressed(self.title), maxsplit=1)[0]

    @property
    def tail(self) -> str:
        """What follows the headline: the rest of the title, else the subtitle if it is short."""
        halves = _TURN.split(_dressed(self.title), maxsplit=1)
        if len(halves) > 1:
            return halves[1]
        return _dressed(self.subtitle) if len(self.subtitle) <= _SUBTITLE_LIMIT else ""

    @property
    def byline(self) -> str:
        """The authors as one phrase; more than three are "and others"."""
        others, last = self._and_others()
        if len(self.authors) > 3:
            return f"{self.authors[0]} {others}"
        *rest, final = map(_dressed, self.authors or ("",))
        return f"{', '.join(rest)} {last} {final}" if rest else final

    def _and_others(self) -> tuple[str, str]:
        return ("и другие", "и") if self.language == "ru" else ("and others", "and")


def _dressed(text: str) -> str:
    """With the apostrophes of print."""
    return text.replace("'", "’")
