"""Libraries that take much memory and are needed by few requests: loaded when they are first used."""

from importlib import import_module


def library(name):
    """Return a library, loading it where this process has not yet done so.

    Only for one that is large and seldom needed. Any other is imported at the head of the module, before the processes
    are forked: its pages of memory are then shared."""
    return import_module(name)
