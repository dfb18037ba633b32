"""What stands in the way of a backup or of its return; each message is a sentence."""

from shop.errors import Conflict, Invalid


class Damaged(Invalid):
    """The file is not a whole backup, as it was written."""


class NotPossible(Conflict):
    """The database is not one that can be backed up, or that this backup can be put into."""
