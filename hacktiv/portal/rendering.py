"""Write the file in which a person takes their data away: JSON for programs, a page for people, and their own files."""

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import FileField, Model
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.formats import date_format
from django.utils.text import get_valid_filename

from hacktiv.common import dates
from hacktiv.common.personal_data import rows_of
from members.core.queries import person_of
from members.models import User

from .archive_words import choice_in_words, in_words
from .queries.export import export_of


class OwnFile(NamedTuple):
    """A file that a person has brought: its name in the archive, and where it lies. `is_there` is False for one that is
    lost."""

    name: str
    file: FieldFile
    is_there: bool


class Told(NamedTuple):
    """A value of the export for people: its name, and either words, or a list of further values."""

    name: str
    words: str = ""
    parts: "list[Told] | None" = None

    @property
    def says_something(self) -> bool:
        return bool(self.words or self.parts)


@contextmanager
def zipped(user: User, *, step: Callable[[int], None]) -> Iterator[IO[bytes]]:
    """Give a file with everything held about a person. `step` is told the progress, up to 90, and may stop it."""
    step(5)
    told = export_of(user)
    data = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    step(40)
    files = list(_files_of(user))
    with TemporaryFile() as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.json", data)
            archive.writestr("index.html", page_of(user, json.loads(data), files))
            for number, one in enumerate(files, 1):
                step(40 + 50 * number // len(files))
                if one.is_there:
                    with one.file.open("rb") as source, archive.open(one.name, "w") as copy:
                        for chunk in source.chunks():
                            copy.write(chunk)
        step(90)
        yield target


def page_of(user: User, told: dict[str, Any], files: list[OwnFile]) -> str:
    """Return the page that shows people what the JSON holds, in their language."""
    with translation.override(user.language):
        parts = [_told(name, value, name) for name, value in told.items() if name != "exported_at"]
        context = {
            "person": user,
            "language": user.language,
            "made_at": parse_datetime(told["exported_at"]),
            "parts": [part for part in parts if part.says_something],
            "files": files,
        }
        return render_to_string("portal/archive/index.html", context)


def _files_of(user: User) -> Iterator[OwnFile]:
    """Return the files in the rows that the table of personal data says are the person's own."""
    person = person_of(user)
    number = 0
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, FileField)]
        for row in rows_of(model, person).order_by("pk") if fields else ():
            for file in filter(None, (getattr(row, field.attname) for field in fields)):
                number += 1
                name = f"files/{number:03d}-{_readable_name(row, file)}"
                yield OwnFile(name, file, file.storage.exists(file.name))


def _readable_name(row: Model, file: FieldFile) -> str:
    """Return the name that the person gave the file, else the one that it bears here."""
    stored = PurePath(file.name or "")
    given = get_valid_filename(getattr(row, "file_name", "") or stored.name)[-80:]
    return given if PurePath(given).suffix else f"{given}{stored.suffix}"


#: Values that JSON writes as texts: a day, a moment, a time of the day.
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\S+")
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?")


def _told(name: str, value: Any, part: str) -> Told:
    """Return a value of a part of the export for people, without what is empty in it."""
    if isinstance(value, dict):
        inner = [_told(key, one, part) for key, one in value.items()]
    elif isinstance(value, list):
        inner = [_told(str(number), one, part) for number, one in enumerate(value, 1)]
    else:
        return Told(in_words(name, part), words=_value_in_words(part, name, value))
    return Told(in_words(name, part), parts=[one for one in inner if one.says_something])


def _value_in_words(part: str, name: str, value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else in_words("yes" if value else "no")
    text = str(value)
    if _DAY.fullmatch(text) and (day := parse_date(text)):
        return date_format(day, "DATE_FORMAT")
    if _MOMENT.fullmatch(text) and (moment := parse_datetime(text)):
        return f"{date_format(dates.local(moment), 'DATE_FORMAT')}, {dates.hour(moment)}"
    if _TIME.fullmatch(text) and (time := parse_time(text)):
        return dates.hour(time)
    return choice_in_words(part, name, text)
