"""The lines of the admin's log in the table of personal data."""

from hacktiv.common.personal_data import Found, emptied, nothing

MENTIONS = Found(
    "entries on the person's rows, entries with an address or a name of the person",
    lambda person: person.mentioned_in("object_repr", "change_message", made="action_time"),
)

LINES = [
    emptied(
        "admin.LogEntry",
        "object_repr change_message",
        found=MENTIONS,
        why="what the staff did; an entry of the person's own is deleted with the account",
    ),
    nothing("admin.LogEntry", "object_id", why="the number of a row"),
]
