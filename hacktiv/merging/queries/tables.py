"""Find and name the rows by which a table refers to an account."""

from collections.abc import Iterable

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hacktiv.common.personal_data import Merging as Fate
from hacktiv.common.personal_data import Tie
from members.models import User

#: What is done with the rows of the account that goes, in words.
FATES: dict[Fate, Promise] = {
    Fate.MOVED: _("go to the account that stays"),
    Fate.JOINED: _("go to the account that stays; what both have becomes one"),
    Fate.FILLED: _("fill what is empty in the account that stays"),
    Fate.DROPPED: _("are deleted; those of the account that stays hold"),
    Fate.EMPTIED: _("lose the name of the account that goes"),
    Fate.KEPT: _("stay as they are"),
}
#: The names of tables that have none of their own that people read.
TABLES_OF_OTHERS: dict[str, Promise] = {
    "mfa.Authenticator": _("Second factors"),
    "usersessions.UserSession": _("Sessions"),
    "members.User_groups": _("Groups of accounts"),
    "members.User_user_permissions": _("Permissions of accounts"),
}
#: The apps of packages, whose columns call an account a user.
APPS_OF_OTHERS = {"account", "admin", "mfa", "usersessions"}


def name_of_table(model: type[Model]) -> str:
    """Return the name of a table as people read it."""
    if model._meta.label in TABLES_OF_OTHERS:
        return str(TABLES_OF_OTHERS[model._meta.label])
    owner = model._meta.auto_created  # a table that Django makes for a list of people has no words of its own
    named = model if isinstance(owner, bool) else owner
    return capfirst(str(named._meta.verbose_name_plural))


def names_of_columns(model: type[Model], columns: Iterable[str]) -> str:
    """Return the names of columns as people read them."""
    is_of_others = bool(model._meta.auto_created) or model._meta.app_label in APPS_OF_OTHERS
    fields = [model._meta.get_field(column) for column in columns]
    return ", ".join(
        str(_("account") if is_of_others and field.related_model is User else field.verbose_name)  # type: ignore[union-attr]
        for field in fields
    )


def refers_to_people(tie: Tie, column: str) -> bool:
    """Return True for a column that holds an account, or a participant number that is not the account's own."""
    field = tie.rows.model._meta.get_field(column)
    is_number = column == "participant_number" and tie.rows.model is not User
    return field.related_model is User or is_number


def rows_tied(tie: Tie, columns: Iterable[str], account: User) -> QuerySet[Model]:
    """Return the rows that refer to an account by one of these columns."""
    found = Q(pk__in=[])
    for column in columns:
        is_number = column == "participant_number"
        found |= Q(**{column: account.participant_number if is_number else account.pk})
    return tie.rows.filter(found)
