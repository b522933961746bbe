"""Parts of pages that are drawn once for all who see the same, and kept in the process."""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.translation import get_language

#: Of a few kilobytes each.
MOST_KEPT = 1024


def drawn(template, facts):
    """Return what the template makes of `facts`, in the active language.

    `facts` is a named tuple of all that the part shows, so that a change of any of them draws it anew; it must not hold
    what differs from request to request without being shown. The template knows it as `facts`, and nothing else."""
    return _drawn(template, facts, get_language())


@lru_cache(maxsize=MOST_KEPT)
def _drawn(template, facts, language):  # the language is a part of what is drawn
    return render_to_string(template, {"facts": facts})
