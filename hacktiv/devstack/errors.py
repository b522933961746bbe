"""The one exception of this package."""


class StackError(Exception):
    """A server cannot run here; the message is a sentence for the person at the terminal and names the way out."""
