"""The kinds of mail, each with a function that gathers the data of its templates.

An app registers its kinds in its `mails.py`, which its `AppConfig.ready` imports:

    @register("events.confirmation", label=_("Confirmation"))
    def confirmation(context):
        registration = Registration.objects.filter(pk=context["registration"]).first()
        return registration and Mail(context={"registration": registration})

Its templates stand in `mail/` in the templates of the capability that registers it: `events.confirmation`, registered
by `events/registering/mails.py`, is written by `templates/events/registering/mail/confirmation.subject.txt`, `.txt` and
`.html`.

A mail that is already written when it enters the outbox, such as one of a library, has a kind without a builder:

    register_written({"account.password_reset_key": _("Link for a new password")})

A kind is optional if its recipient can do without it. An optional mail tells how to refuse such mails, and is not sent
to an address that refused them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse


@dataclass(frozen=True)
class Mail:
    """The content of one mail: the templates' context, and attachments as (file name, content, MIME type).

    By `leave_url` its person refuses mails like it alone; without it an optional mail has a link to refuse all."""

    context: dict = field(default_factory=dict)
    attachments: list[tuple[str, bytes | str, str]] = field(default_factory=list)
    leave_url: str = ""


Builder = Callable[[dict], Mail | None]

_builders: dict[str, Builder] = {}
_labels: dict[str, object] = {}
_written: set[str] = set()
_optional: set[str] = set()
_unkept: set[str] = set()


def register(kind: str, *, label: str, optional: bool = False):
    """Register the decorated function as the builder of a kind of mail (`app.name`). `label` is the name people read.

    The builder runs when the mail is sent, in the recipient's language. It returns None if the mail is no longer
    needed.
    """

    def decorate(builder: Builder) -> Builder:
        if _builders.setdefault(kind, builder) is not builder:
            raise ValueError(f"The kind of mail {kind!r} is registered twice.")
        _labels[kind] = label
        if optional:
            _optional.add(kind)
        return builder

    return decorate


def register_written(labels: Mapping[str, object], *, is_kept: bool = True) -> None:
    """Make these the kinds of mails that are put into the outbox with their text, each with the name people read.

    Unless `is_kept`, the row of such a mail goes as soon as the mail has left, or cannot leave."""
    _written.update(labels)
    _labels.update(labels)
    if not is_kept:
        _unkept.update(labels)


def check_kind(kind: str, *, is_written: bool) -> None:
    """Raise LookupError unless an app registered the kind, with a builder where the mail has no text yet."""
    if not (is_written and kind in _written):
        builder_of(kind)


def builder_of(kind: str) -> Builder:
    """Return the builder of a kind. Raises LookupError for an unknown kind."""
    try:
        return _builders[kind]
    except KeyError:
        raise LookupError(f"No app registered the kind of mail {kind!r}.") from None


def stem_of(kind: str) -> str:
    """Return the path of a kind's templates, without their endings. Raise LookupError for an unknown kind."""
    package = builder_of(kind).__module__.removeprefix("hacktiv.").rpartition(".")[0]
    return f"{package.replace('.', '/')}/mail/{kind.partition('.')[2]}"


def kinds() -> list[str]:
    """Return the registered kinds of mail that have a builder."""
    return sorted(_builders)


def labelled_kinds() -> dict[str, str]:
    """Return the name that people read for each kind of mail, by the kind."""
    return {kind: label_of(kind) for kind in sorted(_labels)}


def label_of(kind: str) -> str:
    """Return the name that people read for a kind of mail, or the kind itself if it has no such name."""
    return str(_labels.get(kind) or kind)


def is_optional(kind: str) -> bool:
    """Return whether the recipient can do without this kind of mail."""
    return kind in _optional


def unkept() -> set[str]:
    """Return the kinds of mail of which no row stays."""
    return set(_unkept)


def absolute_url(viewname: str, *args, **kwargs) -> str:
    """Return the full address of a page, in the active language."""
    return settings.SITE_URL + reverse(viewname, args=args, kwargs=kwargs)
