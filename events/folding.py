"""The texts of an event as a search sees them: without accents, in small letters."""

from django.db.models import Func, TextField, Value
from django.db.models.functions import Concat

#: What a search reads of an event itself, in all languages.
SEARCHED = ("title", "summary", "description")


class Folded(Func):
    """A text without accents, in small letters. PostgreSQL calls `unaccent` changeable, so that no index may use it;
    `events_folded`, made by a migration, names its dictionary and keeps what it says."""

    function = "events_folded"
    output_field = TextField()


def _parts():
    names = [f"{field}_{language}" for field in SEARCHED for language in ("fr", "nl", "en")]
    for name in (*names, "place"):
        yield from (name, Value(" "))


SEARCHED_TEXT = Folded(Concat(*_parts(), output_field=TextField()))
