"""The one exception of this package."""


class BackupError(Exception):
    """A backup or a restore cannot be done; the message is for the person at the terminal and names the way out."""
