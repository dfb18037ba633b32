"""Books from a file of another program: read, compared with what is there, and written in batches.

docs/import.md says what the columns mean.
"""

from shop.services.book_import.report import Outcome, Problem, Report, RowOutcome, SourceRow
from shop.services.book_import.service import ImportService

__all__ = ["ImportService", "Outcome", "Problem", "Report", "RowOutcome", "SourceRow"]
