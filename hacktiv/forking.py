"""Make a process ready to be forked, so that its children share as many pages of memory with it as possible."""

import gc
import threading

from django.conf import settings
from django.db import connections
from django.urls import reverse
from django.utils.translation import override


def get_ready_to_fork():
    """Load what every child needs, close what none may share, and leave to the collector only what comes later.

    Two children must not speak over one connection to the database; connections to Redis know when they were forked. A
    lock that a thread of the parent holds would never be released in a child, so no thread may run. The collector
    would write its marks into every object that is loaded, and so copy the pages."""
    if (running := threading.active_count()) != 1:
        raise RuntimeError(f"{running} threads run before the fork: a lock that one holds stays shut in the children")
    for language, _name in settings.LANGUAGES:
        with override(language):
            reverse("portal:home")
    connections.close_all()
    gc.collect()
    gc.freeze()
