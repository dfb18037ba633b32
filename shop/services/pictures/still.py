"""A still picture as it lies in a file, and what is said of one that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l


class Unreadable(Exception):
    """These bytes are no picture that the shop can use; `reason` is a sentence that says why and
    what to do, lazily translated."""

    def __init__(self, reason: object) -> None:
        super().__init__(reason)
        self.reason = reason


class Broken(Unreadable):
    def __init__(self) -> None:
        super().__init__(_l("This picture is broken. Save it anew and send that."))


class Cut(Unreadable):
    def __init__(self) -> None:
        super().__init__(_l("This picture ends too early. Send it again, whole."))


class Heavy(Unreadable):
    def __init__(self) -> None:
        super().__init__(
            _l("Unpacking this picture would take too long or too much memory. Save it as JPEG.")
        )


@dataclass(frozen=True)
class Still:
    """What decoding needs of a file, and nothing else of it.

    `width` and `height` are what the file claims, before turning. `orientation` is EXIF's, 1 to
    8. `profile` is an ICC profile, empty where there is none. `scans` is how often decoding goes
    over all the pixels, `layers` how many numbers it keeps of each if that is more than once.
    """

    kind: str
    data: bytes
    width: int
    height: int
    orientation: int = 1
    profile: bytes = b""
    scans: int = 1
    layers: int = 1

    @property
    def lies(self) -> bool:
        """Whether upright it is as wide as it is high here."""
        return self.orientation >= 5

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as a person sees them."""
        return (self.height, self.width) if self.lies else (self.width, self.height)
