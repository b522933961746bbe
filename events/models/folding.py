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


class SearchedText(Func):
    """The same text for a query, which PostgreSQL takes for that of the index: written at once, as Django takes long to
    put the many parts of `Concat` together."""

    output_field = TextField()

    def __init__(self):
        super().__init__(*columns(*SEARCHED), "place")

    def as_sql(self, compiler, connection, **context):
        parts = [compiler.compile(part)[0] for part in self.get_source_expressions()]
        joined = f"COALESCE({parts[-1]}, '') || ' '"
        for part in reversed(parts[:-1]):
            joined = f"COALESCE({part}, '') || COALESCE(' ' || COALESCE({joined}, ''), '')"
        return f"events_folded({joined})", ()
