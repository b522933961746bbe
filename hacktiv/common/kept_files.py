"""Keep the file that somebody chose while their form is shown again, since a browser forgets it.

    file = KeptFileField(label=_("File"))

A form that is shown again has a hidden field beside the file's: a signed name, under which the file lies among the
private files for KEPT_FOR. It is read from there when the form comes again without another file. A file that the field
itself refuses is not kept.
"""

from datetime import timedelta
from uuid import uuid4

import structlog
from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from .storage import private_storage

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=1)
FOLDER = "kept"
SALT = "hacktiv.common.kept_files"


class KeptFile(UploadedFile):
    """A file that came with an earlier sending of the form; `token` is what names it in the form."""

    def __init__(self, *args, token, **kwargs):
        super().__init__(*args, **kwargs)
        self.token = token


def keep(upload):
    """Store the file, and return the token that names it; None where no room is left for it."""
    if hasattr(upload, "token"):
        return upload.token
    upload.seek(0)
    try:
        stored = private_storage().save(f"{FOLDER}/{uuid4().hex}", upload)
    except OSError as error:
        log.warning("file_not_kept", error=str(error))
        return None
    upload.token = signing.dumps([stored, upload.name, upload.content_type], salt=SALT)
    return upload.token


def kept(token):
    """Return the file that the token names; None if the token is not ours, or the file is forgotten."""
    try:
        stored, name, content_type = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
        file = private_storage().open(stored)
    except (signing.BadSignature, FileNotFoundError):
        return None
    return KeptFile(file, name=name, content_type=content_type, size=file.size, token=token)


def forget_kept_files(*, now=None):
    """Delete the files that were kept longer ago than KEPT_FOR."""
    storage, before = private_storage(), (now or timezone.now()) - KEPT_FOR
    if not storage.exists(FOLDER):
        return
    for name in storage.listdir(FOLDER)[1]:
        if storage.get_modified_time(f"{FOLDER}/{name}") < before:
            storage.delete(f"{FOLDER}/{name}")


class KeepsFile:
    """Mix in before a widget for files."""

    def value_from_datadict(self, data, files, name):
        chosen = super().value_from_datadict(data, files, name)
        token = data.get(_token_name(name)) if chosen is None else None
        return kept(token) if token else chosen

    def value_omitted_from_data(self, data, files, name):
        return super().value_omitted_from_data(data, files, name) and not data.get(_token_name(name))

    def render(self, name, value, attrs=None, renderer=None):
        is_kept = isinstance(value, UploadedFile) and not getattr(value, "is_refused", False)
        token = keep(value) if is_kept else None
        if token is None:
            return super().render(name, value, attrs, renderer)
        attrs = {key: set_to for key, set_to in (attrs or {}).items() if key != "required"}
        words = _("%(file)s is kept. Choose another file only to replace it.") % {"file": value.name}
        return format_html(
            '<span>{} <input type="hidden" name="{}" value="{}"><small>{}</small></span>',
            super().render(name, value, attrs, renderer),
            _token_name(name),
            token,
            words,
        )


def _token_name(name):
    return f"{name}-kept"


class KeptFileInput(KeepsFile, forms.FileInput):
    pass


class KeptAdminFileWidget(KeepsFile, AdminFileWidget):
    pass


class KeptFileField(forms.FileField):
    """A file that is chosen once, however often the form is shown again."""

    widget = KeptFileInput

    def bound_data(self, data, initial):
        """Return the file that came, for the widget to keep; Django's own field shows the earlier one again."""
        return data if isinstance(data, UploadedFile) else initial

    def clean(self, data, initial=None):
        try:
            return self.cleaned(data, initial)
        except ValidationError:
            if isinstance(data, UploadedFile):
                data.is_refused = True
            raise

    def cleaned(self, data, initial=None):
        """Check the file; a field that checks more overrides this."""
        return super().clean(data, initial)
