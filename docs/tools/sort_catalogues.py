"""Writes the catalogues in locale/ sorted by message, so that two changes to the words seldom meet in one place.

`make messages` runs it. The date of extraction is left out: it would change each time, and says nothing.
"""

from pathlib import Path

from babel.messages.pofile import read_po, write_po

WIDTH = 120

for path in sorted(Path("locale").glob("*/LC_MESSAGES/django.po")):
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[1])
    catalogue.creation_date = catalogue.revision_date
    for message in catalogue:
        # What gettext noted of an earlier wording.
        message.user_comments = [line for line in message.user_comments if not line.startswith("| ")]
    with path.open("wb") as file:
        write_po(file, catalogue, sort_output=True, width=WIDTH)
