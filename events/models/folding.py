"""The texts of an event as a search sees them: without accents, in small letters."""

from django.db.models import Func, TextField, Value
from django.db.models.functions import Concat

from hacktiv.common.languages import columns

#: The fields of an event that a search reads, in all languages.
SEARCHED = ("title", "summary", "description")


def folded(text):
    """Return an expression: the text (a field's name or an expression) in lower case without accents.

    PostgreSQL refuses its own `unaccent` in an index, because somebody may give it another dictionary. The function
    `events_folded`, made by a migration, names the dictionary, so that an index may use it.
    """
    return Func(text, function="events_folded", output_field=TextField())


def _parts():
    for name in (*columns(*SEARCHED), "place"):
        yield from (name, Value(" "))


#: The expression of the index `events_event_text`; a search must use the same one.
SEARCHED_TEXT = folded(Concat(*_parts(), output_field=TextField()))
