"""The kinds of mail, each with the function that gathers what its templates show.

An app registers its kinds in its `mails.py`, which its `AppConfig.ready` imports:

    @register("events.confirmation")
    def confirmation(context):
        registration = Registration.objects.filter(pk=context["registration"]).first()
        return registration and Mail(context={"registration": registration})

Its templates stand in `mail/` in the folder of the capability that registers it: `events.confirmation`, registered by
`events/registering/mails.py`, is written by `events/registering/mail/confirmation.subject.txt`, `.txt` and `.html`.

A mail that arrives in the outbox written already, as those of a library do, has a kind without a builder:

    register_written("account.password_reset_key")

A kind that its recipient can do without is registered as optional: it says how to receive no more of them, and does not
leave to who asked for that.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse


@dataclass(frozen=True)
class Mail:
    """What one mail shows: the templates' context, and attachments as (file name, content, MIME type)."""

    context: dict = field(default_factory=dict)
    attachments: list[tuple[str, bytes | str, str]] = field(default_factory=list)


Builder = Callable[[dict], Mail | None]

_builders: dict[str, Builder] = {}
_labels: dict[str, str] = {}
_written: set[str] = set()
_optional: set[str] = set()


def register(kind: str, *, label: str = "", optional: bool = False):
    """Make the decorated function the builder of a kind of mail (`app.name`), called `label` among people.

    It runs at sending time, in the recipient's language, and answers None where the mail is no longer needed."""

    def decorate(builder: Builder) -> Builder:
        if _builders.setdefault(kind, builder) is not builder:
            raise ValueError(f"The kind of mail {kind!r} is registered twice.")
        _labels[kind] = label
        if optional:
            _optional.add(kind)
        return builder

    return decorate


def register_written(*kinds: str) -> None:
    """Make these the kinds of mails that are put into the outbox with their text."""
    _written.update(kinds)


def check_kind(kind: str, *, is_written: bool) -> None:
    """Raise LookupError unless an app registered the kind, with a builder where the mail has no text yet."""
    if not (is_written and kind in _written):
        builder_of(kind)


def builder_of(kind: str) -> Builder:
    """The builder of a kind. Raises LookupError for an unknown one."""
    try:
        return _builders[kind]
    except KeyError:
        raise LookupError(f"No app registered the kind of mail {kind!r}.") from None


def stem_of(kind: str) -> str:
    """Return the path of a kind's templates, without their endings. Raise LookupError for an unknown kind."""
    package = builder_of(kind).__module__.removeprefix("hacktiv.").rpartition(".")[0]
    return f"{package.replace('.', '/')}/mail/{kind.partition('.')[2]}"


def kinds() -> list[str]:
    return sorted(_builders)


def label_of(kind: str) -> str:
    """What people call a kind of mail; its name where nobody said."""
    return str(_labels.get(kind) or kind)


def is_optional(kind: str) -> bool:
    """Whether its recipient can do without it."""
    return kind in _optional


def absolute_url(viewname: str, *args, **kwargs) -> str:
    """The full address of a page, in the active language."""
    return settings.SITE_URL + reverse(viewname, args=args, kwargs=kwargs)
