"""Search: what a text means, the books that it finds, and what to suggest while it is typed."""

from shop.repositories.search.books import Found, SearchRepository
from shop.repositories.search.keeping import VocabularyKeeper
from shop.repositories.search.suggestions import (
    SuggestedAuthor,
    SuggestedBook,
    SuggestedCategory,
    SuggestionRepository,
    Suggestions,
)

__all__ = [
    "Found",
    "SearchRepository",
    "SuggestedAuthor",
    "SuggestedBook",
    "SuggestedCategory",
    "SuggestionRepository",
    "Suggestions",
    "VocabularyKeeper",
]
