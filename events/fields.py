"""The fate of every field of an event: what a copy, a series and a type's template carry, and what people are told of.

For each of these questions a field, or a relation of the app, stands in exactly one list; a test fails for one that
stands in none or in two. A type's template has one list only, and a field may be absent from it. A translated field
stands here by its plain name: `columns_of` gives its columns.

Some lists decide by themselves: the code reads them, and a field added to one is treated so. The others only record
what is done elsewhere, so that no field is forgotten. The comment above each list says which it is.
"""

from hacktiv.common.languages import columns

TRANSLATED = ("title", "summary", "description", "route")
#: Organisations and spaces: copied as sets, not as columns. Read by the operation that copies.
SETS = ("organisers", "venues")

# --- a copy ---------------------------------------------------------------------------------------------------------
#: Decides: a copy takes these over as they are.
COPIED = (
    *TRANSLATED,
    "type",
    "space",
    "joint",
    "audience",
    "mode",
    "place",
    "online_link",
    "languages",
    "capacity",
    "online_capacity",
    "seats_held",
    "companions_allowed",
    "proofs_owed",
    "own_messages",
    "is_example",
    *SETS,
)
#: Records: a copy gets rows of its own, like those of the event. `copy_event` makes them.
COPIED_RELATIONS = ("message_rules", "questions")
#: Records: a copy has these from its own time, series, rooms and author.
OF_THE_COPY = (
    "id",
    "slug",
    "starts_at",
    "ends_at",
    "earliest",
    "latest",
    "registration_opens_at",
    "registration_closes_at",
    "resources",
    "resources_wanted",
    "series",
    "series_day",
    "state",
    "created_by",
    "changed_at",
)
#: Records: a copy begins without these, which tell what became of the event.
NOT_COPIED = (
    "meetings_lower",
    "meetings_upper",
    "seats_taken",
    "online_seats_taken",
    "list_is_complete",
    "source",
    "sequence",
    "changes",
    "registrations",
    "participations",
    "declared_counts",
    "proofs",
    "speakers",
    "materials",
    "photos",
    "survey_questions",
    "surveys_taken",
    "topic",
    "rides",
    "ride_wishes",
)

# --- the following events of a series -------------------------------------------------------------------------------
#: The parts in which the following events are made like one of the series. The columns of "text", "place" and "who" are
#: copied as named. The other parts, and the sets, record what code in `events/programme/operations/series.py` changes.
CARRIED = {
    "text": ("title", "summary", "description"),
    "place": ("place", "online_link", "route", "venues"),
    "who": ("audience", "languages", "companions_allowed", "organisers"),
    "seats": ("capacity", "online_capacity", "seats_held"),
    "hours": ("starts_at", "ends_at", "earliest", "latest"),
    "room": ("resources", "resources_wanted"),
    "questions": ("questions",),
}
#: Records: these stay as each event of the series has them.
NOT_CARRIED = (
    "id",
    "slug",
    "type",
    "space",
    "joint",
    "mode",
    "proofs_owed",
    "own_messages",
    "message_rules",
    "is_example",
    "registration_opens_at",
    "registration_closes_at",
    "series",
    "series_day",
    "state",
    "created_by",
    "changed_at",
    *NOT_COPIED,
)

# --- a type's template ----------------------------------------------------------------------------------------------
#: Decides: a new event begins with what its type says in the fields of the same names.
FROM_TYPE = ("summary", "description", "audience", "mode", "capacity", "online_capacity", "proofs_owed")

# --- what people are told -------------------------------------------------------------------------------------------
#: Records: everybody with a seat or in line is told once one of these has changed. `Whereabouts` in
#: `events/programme/operations/edits.py` decides for where the event is, the operations of each step for the others.
TOLD_ON_CHANGE = ("starts_at", "ends_at", "place", "venues", "online_link", "mode", "state")
#: Records: nobody is written to for these. The page shows them as they are.
NOT_TOLD = (
    "id",
    "slug",
    *TRANSLATED,
    "type",
    "space",
    "organisers",
    "joint",
    "audience",
    "languages",
    "capacity",
    "online_capacity",
    "seats_held",
    "companions_allowed",
    "proofs_owed",
    "own_messages",
    "is_example",
    "earliest",
    "latest",
    "registration_opens_at",
    "registration_closes_at",
    "resources",
    "resources_wanted",
    "series",
    "series_day",
    "created_by",
    "changed_at",
    *COPIED_RELATIONS,
    *NOT_COPIED,
)


def columns_of(names):
    """Return the columns of fields by their plain names, a translated one in every language; sets have none."""
    found = []
    for name in names:
        if name in TRANSLATED:
            found += columns(name)
        elif name not in SETS:
            found.append(name)
    return tuple(found)
