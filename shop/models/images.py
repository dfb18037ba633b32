"""Pictures of books: the original as it was sent, and the sizes that are made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.config import MediaStore
from shop.extensions import Base
from shop.models.columns import Id, Instant, Version, choice, utcnow

if TYPE_CHECKING:
    from shop.models.catalogue import Book

# What each size is made in, by the ending of its file: the smallest first, the one that every
# program reads last.
SIZE_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}


class ImageState(StrEnum):
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class Trouble(StrEnum):
    """Why a picture has no sizes yet."""

    UNREADABLE = "unreadable"
    LOST = "lost"  # its original is not in its store
    DEADLY = "deadly"  # workers died of it
    STORE = "store"  # its store does not answer, or has no room; it is tried again


@dataclass(frozen=True)
class Rendition:
    """One size of a picture, ready for a page. Width and height are pixels."""

    store: MediaStore
    key: str
    media_type: str
    width: int
    height: int


class Image(Base):
    """A picture. `key` names the original in its store by the SHA-256 of its bytes, `folder` is
    where its sizes are: none until a worker has made them. Nobody can tell one from the other, for
    originals may say who took them, and where."""

    __tablename__ = "images"
    __table_args__ = (
        UniqueConstraint("book_id", "key"),
        CheckConstraint("width > 0 AND height > 0", name="size_positive"),
        CheckConstraint(
            "(folder IS NULL) = (colour IS NULL) AND (folder IS NULL) = (widths = '{}')",
            name="folder_with_sizes",
        ),
    )

    id: Mapped[Id]
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"), index=True)
    store: Mapped[MediaStore] = mapped_column(
        choice(MediaStore, "store"), default=MediaStore.LOCAL, server_default=MediaStore.LOCAL
    )
    key: Mapped[str] = mapped_column(String(100), index=True)
    media_type: Mapped[str] = mapped_column(String(40))
    # Pixels, upright.
    width: Mapped[int]
    height: Mapped[int]
    folder: Mapped[str | None] = mapped_column(String(60), index=True)
    # Pixels, the smallest first; each is there in all of SIZE_TYPES.
    widths: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), default=list, server_default=sql("'{}'")
    )
    # `#rrggbb`: what stands in its place while it is fetched.
    colour: Mapped[str | None] = mapped_column(String(7))
    alt: Mapped[str] = mapped_column(String(500), default="")
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[ImageState] = mapped_column(
        choice(ImageState, "state"), default=ImageState.PENDING
    )
    created_at: Mapped[Instant] = mapped_column(default=utcnow)
    # When it came to its store from another one, which has its files for a while yet.
    moved_at: Mapped[Instant | None]
    version: Mapped[Version] = mapped_column()

    # Another one after each edit, and not when its sizes come: whoever describes a picture need
    # not have waited for them.
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}

    book: Mapped[Book] = relationship(lazy="raise_on_sql", back_populates="images")
    rendering: Mapped[Rendering | None] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def has_sizes(self) -> bool:
        return self.folder is not None

    @property
    def renditions(self) -> list[Rendition]:
        """Its sizes, the smallest first, each in all of SIZE_TYPES."""
        return [self.size(width, ending) for width in self.widths or () for ending in SIZE_TYPES]

    def size(self, width: int, ending: str) -> Rendition:
        """One of its `widths`, in one of SIZE_TYPES."""
        height = max(1, round(self.height * width / self.width))
        key = f"{self.folder}/{width}.{ending}"
        return Rendition(self.store, key, SIZE_TYPES[ending], width, height)

    @property
    def keys(self) -> list[str]:
        """Of all its files, the original first."""
        return [self.key, *(rendition.key for rendition in self.renditions)]

    @property
    def progress(self) -> int:
        """How much of its sizes is made, in percent. It has to be loaded with its rendering."""
        if self.state is ImageState.READY:
            return 100
        return self.rendering.percent if self.rendering else 0

    @property
    def trouble(self) -> Trouble | None:
        """Why it has no sizes, where that is known. It has to be loaded with its rendering."""
        return self.rendering.trouble if self.rendering else None

    def edit(self, alt: str | None = None, position: int | None = None) -> None:
        """Describe it for those who do not see it, or put it in another place; None leaves it."""
        alt = self.alt if alt is None else alt
        position = self.position if position is None else position
        if (alt, position) != (self.alt, self.position):
            self.alt, self.position = alt, position
            self.version += 1

    def show(self, folder: str, widths: list[int], colour: str, width: int, height: int) -> None:
        """Its sizes are made: pages have it from now on."""
        self.folder, self.widths, self.colour = folder, widths, colour
        self.width, self.height = width, height
        self.state = ImageState.READY

    def finish(self) -> None:
        """All its files have been seen where they should be: there is nothing left to do. It has
        to be loaded with its rendering."""
        self.rendering = None

    def note_trouble(self, trouble: Trouble) -> None:
        """A try ended without sizes, and this is why. It has to be loaded with its rendering."""
        self.rendering = self.rendering or Rendering()
        self.rendering.tries = 0
        self.rendering.trouble = trouble

    def move(self, store: MediaStore) -> None:
        """Its files are in this store too, and pages are to have them from there."""
        self.store = store
        self.moved_at = utcnow()

    def give_up(self, trouble: Trouble) -> None:
        """No size can be made of it. One that pages have already stays as it is."""
        self.note_trouble(trouble)
        if not self.has_sizes:
            self.state = ImageState.FAILED

    def ask_for_sizes(self) -> None:
        """They are to be made, or made once more. It has to be loaded with its rendering."""
        if self.state is ImageState.FAILED:
            self.state = ImageState.PENDING
        self.rendering = self.rendering or Rendering()
        self.rendering.tries = self.rendering.made = self.rendering.total = 0
        self.rendering.trouble = None

    def begin_sizes(self) -> int:
        """One more try to make its sizes; answers how many have begun and not said how they ended,
        this one included, and 0 where nothing is to be made."""
        if self.has_sizes and self.rendering is None:
            return 0
        begun = self.rendering = self.rendering or Rendering(tries=0)
        begun.tries += 1
        begun.made = begun.total = 0
        return begun.tries


class Rendering(Base):
    """How the making of a picture's sizes is getting on. A row of its own: what pages show does
    not change with it."""

    __tablename__ = "renderings"
    __table_args__ = (CheckConstraint("made <= total", name="made_at_most_all"),)

    image_id: Mapped[int] = mapped_column(
        ForeignKey("images.id", ondelete="CASCADE"), primary_key=True
    )
    # Tries that began and have not said how they ended: a worker may have died of each.
    tries: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    # Widths.
    made: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    total: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    trouble: Mapped[Trouble | None] = mapped_column(choice(Trouble, "trouble"))

    @property
    def percent(self) -> int:
        return 100 * self.made // self.total if self.total else 0
