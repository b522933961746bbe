"""The lines of forms that were carried out in the table of personal data."""

from hacktiv.common.personal_data import Found, deleted, nothing

MENTIONS = Found(
    "forms that led to an address or a name of the person",
    lambda person: person.mentioned_in("outcome", made="sent_at"),
)

LINES = [
    deleted(
        "site.SentForm",
        "outcome",
        found=MENTIONS,
        why="where the form led or what it told, until the night, so that it counts once",
    ),
    nothing("site.SentForm", "fingerprint", why="cannot be read back"),
]
