"""Setting type: where lines break and how large they can be."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import inf

from dev.demo.covers.faces import Face

# Words too weak to end a line; they belong with what follows.
_WEAK = """
    a an the of and or in on to at by for with from as no mr mrs dr st de la le les von van der
    в во на и а о об с со к ко из у от до по за не ни но для или при без над под про № г
"""
_LEANING = frozenset(_WEAK.split())
_LONG = 14  # letters of a compound that may be parted
_SEAM = "\u2060"  # marks where; it is never printed
_DASH = re.compile(r"\s+([-–—])\s+")  # a dash stays with the word before it


@dataclass(frozen=True)
class Spec:
    """How a text may be set. Sizes are in cover units, leading and tracking in em."""

    face: Face
    largest: float
    leading: float = 1.1
    tracking: float = 0.0
    capitals: bool = False
    lines: int = 6

    def cased(self, text: str) -> str:
        return text.upper() if self.capitals else text

    def measure(self, text: str) -> float:
        """Width of one line in em."""
        return _measure(self.face, text) + self.tracking * max(0, len(text) - 1)


@lru_cache(maxsize=4096)
def _measure(face: Face, text: str) -> float:
    kerns = sum(face.kern(left, right) for left, right in pairwise(text))
    return sum(map(face.advance, text)) + kerns


@dataclass(frozen=True)
class Block:
    """Lines of one size. Its height runs from the first line's capitals to the lowest ink."""

    spec: Spec
    lines: tuple[str, ...]
    size: float

    @cached_property
    def widths(self) -> tuple[float, ...]:
        return tuple(self.spec.measure(line) * self.size for line in self.lines)

    @property
    def width(self) -> float:
        return max(self.widths, default=0.0)

    @property
    def height(self) -> float:
        return _height(self.spec, self.lines) * self.size if self.lines else 0.0


def fit(text: str, spec: Spec, width: float, height: float) -> Block:
    """The text as large as the space and good line breaks let it be."""
    words = _words(spec.cased(text))
    breaks = (_broken(words, spec, count) for count in range(1, min(spec.lines, len(words)) + 1))
    blocks = [Block(spec, lines, _size(lines, spec, width, height)) for lines in breaks]
    return max(blocks, key=_merit, default=Block(spec, (), spec.largest))


def _words(text: str) -> list[str]:
    """What a line may consist of; a long compound may be parted after its hyphen."""
    words = _DASH.sub("\u00a0\\1 ", text).split(" ")
    parted = (f"-{_SEAM} ".join(w.split("-")) if len(w) > _LONG else w for w in words)
    return [part for word in parted for part in word.split(" ") if part]


def _joined(words: list[str]) -> str:
    return " ".join(words).replace(f"{_SEAM} ", "").replace(_SEAM, "")


def _size(lines: tuple[str, ...], spec: Spec, width: float, height: float) -> float:
    widest = max(spec.measure(line) for line in lines)
    return min(spec.largest, width / widest, height / _height(spec, lines))


def _merit(block: Block) -> float:
    """Large is good, fewer lines are good; a line that ends in "of the" or only says so is not."""
    weak = sum(_leans(line.split()[-1]) for line in block.lines[:-1])
    lone = sum(all(map(_leans, line.split())) for line in block.lines[1:])
    return float(block.size * 0.97 ** len(block.lines) * 0.78**weak * 0.8**lone)


def _height(spec: Spec, lines: tuple[str, ...]) -> float:
    lowest = max(spec.face.ink(character)[3] for character in lines[-1])
    return _rise(spec, len(lines)) + max(lowest, 0.0)


def _rise(spec: Spec, count: int) -> float:
    return spec.face.cap + (count - 1) * spec.leading


_Setting = tuple[float, tuple[str, ...]]  # what a choice of lines costs, and the lines


def _broken(words: list[str], spec: Spec, count: int) -> tuple[str, ...]:
    """The words in exactly ``count`` lines, as even as can be."""
    best: list[_Setting] = [(0.0, ()), *((inf, ()) for _ in words)]
    for _ in range(count):
        best = [_extended(best, words, end, spec) for end in range(len(words) + 1)]
    return best[-1][1]


def _extended(best: list[_Setting], words: list[str], end: int, spec: Spec) -> _Setting:
    options = []
    for start, (cost, lines) in enumerate(best[:end]):
        if cost != inf:
            line = _joined(words[start:end])
            options.append((cost + _cost(line, spec, end == len(words)), (*lines, line)))
    return min(options, default=(inf, ()))


def _cost(line: str, spec: Spec, is_last: bool) -> float:
    """A long line costs more than two halves of it, so that lines come out even."""
    weak = not is_last and _leans(line.split()[-1])
    return float(spec.measure(line) ** 3 * (2.0 if weak else 1.0))


def _leans(word: str) -> bool:
    return word.lower().strip(".,;:") in _LEANING
