"""Suggesting things while somebody types, and keeping what a search looks into."""

from __future__ import annotations

from shop.models import Book
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.search import (
    SuggestionRepository,
    Suggestions,
    VocabularyKeeper,
)
from shop.services.base import EntityBaseService
from shop.services.catalogue_reads import reads_catalogue


class SearchService(EntityBaseService[Book]):
    def __init__(
        self,
        session: Sessions,
        books: BookRepository,
        suggestions: SuggestionRepository,
        keeper: VocabularyKeeper,
    ) -> None:
        super().__init__(session, books)
        self.suggestions = suggestions
        self.keeper = keeper

    @reads_catalogue
    def suggest(self, text: str, language: str) -> Suggestions:
        """A few books, authors and categories for what is typed so far."""
        with self.transaction():
            return self.suggestions.suggest(text, language)

    def recount(self) -> int:
        """Count anew, about, how many books have each word; answers for how many that changed.

        Suggestions are put in that order, and words that were meant by a slip.
        """
        with self.transaction():
            return self.keeper.recount()

    def rebuild(self, after: int) -> int | None:
        """Index the next few thousand books after this id; the last of their ids, None for none.

        Triggers keep the index: this is for after a change of how it is made.
        """
        with self.transaction():
            return self.keeper.index_after(after)
