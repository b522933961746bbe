"""Read the organisations."""

from itertools import chain, count

from django.utils.text import slugify

from hacktiv.common.text import fold

from ..models import Organisation

#: In characters, before the number that tells two apart.
LONGEST_SLUG = 40


def like_named(name: str, *, but: Organisation | None = None) -> list[Organisation]:
    """Return the organisations whose name is like this one, whatever its accents, capitals and signs: the same, or one
    within the other. `but` is left out."""
    asked = _words(name)
    if not asked:
        return []
    found = Organisation.objects.order_by("name", "pk")
    return [one for one in found if one != but and any(_is_like(asked, of) for of in (one.name, one.legal_name))]


def has_words(name: str) -> bool:
    """Tell if the name has a letter or a digit."""
    return bool(_words(name))


def free_slug(name: str) -> str:
    """Return a name for addresses that no organisation has, made from this one."""
    base = slugify(name)[:LONGEST_SLUG] or "o"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in chain([base], (f"{base}-{number}" for number in count(2))) if slug not in taken)


def _words(name: str) -> str:
    """Return the words of a name between spaces, without accents, capitals and signs."""
    words = "".join(sign if sign.isalnum() else " " for sign in fold(name)).split()
    return f" {' '.join(words)} " if words else ""


def _is_like(asked: str, name: str) -> bool:
    known = _words(name)
    return bool(known) and (asked in known or known in asked)
