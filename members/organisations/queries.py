"""Read the organisations."""

from hacktiv.common.text import fold

from ..models import Organisation


def like_named(name: str, *, but: Organisation | None = None) -> list[Organisation]:
    """Return the organisations whose name is like this one, whatever its accents, capitals and signs: the same, or one
    within the other. `but` is left out."""
    asked = _words(name)
    if not asked:
        return []
    found = Organisation.objects.order_by("name", "pk")
    return [one for one in found if one != but and any(_is_like(asked, of) for of in (one.name, one.legal_name))]


def _words(name: str) -> str:
    """Return the words of a name between spaces, without accents, capitals and signs."""
    words = "".join(sign if sign.isalnum() else " " for sign in fold(name)).split()
    return f" {' '.join(words)} " if words else ""


def _is_like(asked: str, name: str) -> bool:
    known = _words(name)
    return bool(known) and (asked in known or known in asked)
