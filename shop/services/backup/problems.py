"""What stands in the way of a backup or of its return; each message is a sentence."""


class Damaged(Exception):
    """The file is not a whole backup, as it was written."""


class NotPossible(Exception):
    """The database is not one that can be backed up, or that this backup can be put into."""
