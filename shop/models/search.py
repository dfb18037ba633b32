"""What a search looks into. The database keeps both tables itself, by triggers."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from shop.extensions import Base


class BookDocument(Base):
    """A book as search sees it; the migration `search` says what the lexemes are."""

    __tablename__ = "book_documents"
    __table_args__ = (
        Index(
            "ix_book_documents_lexemes",
            "lexemes",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    book_id: Mapped[int] = mapped_column(
        ForeignKey("books.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    lexemes: Mapped[str] = mapped_column(TSVECTOR)


class SearchWord(Base):
    """A word that some book has; with it misspellings are told from words."""

    __tablename__ = "search_words"
    __table_args__ = (
        Index(
            "ix_search_words_trigrams",
            "word",
            "sound",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops", "sound": "gin_trgm_ops"},
        ),
    )

    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    # None for a stop word.
    root: Mapped[str | None] = mapped_column(Text(collation="C"), index=True)
    # How it sounds, in whichever alphabet it is written.
    sound: Mapped[str | None] = mapped_column(Text(collation="C"), index=True)
    # About how many books have it in title or authors, and in authors alone: for ordering only.
    books: Mapped[int]
    names: Mapped[int]
