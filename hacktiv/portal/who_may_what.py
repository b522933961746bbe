"""Say on a page of the admin who may do what.

The admin classes themselves are asked, for a person who holds one role and nothing else: what decides is shown.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from hacktiv.common.admin_pages import PagesAdmin
from members.core.rules import Rights
from members.enums import NetworkRoleKind
from members.models import User
from spaces.enums import Role

#: The space of the person who is asked about: there is no such row.
SOME_SPACE = frozenset({0})
#: (permission, words) in the order in which a cell names them.
ACTS = (
    ("view", pgettext_lazy("a role", "reads")),
    ("add", pgettext_lazy("a role", "adds")),
    ("change", pgettext_lazy("a role", "changes")),
    ("delete", pgettext_lazy("a role", "deletes")),
)


class Column(NamedTuple):
    """A role with the request of a person who holds it alone, in words where it counts."""

    role: str
    name: Any
    where: Any
    request: HttpRequest


class Cell(NamedTuple):
    """The words for what one role may do; none where it may do nothing."""

    column: Column
    acts: list[Any]


class Row(NamedTuple):
    """A table of the admin, or pages about its rows, with what each role may do there."""

    name: Any
    cells: list[Cell]
    is_page: bool = False


def columns() -> list[Column]:
    """Return the roles, the widest first."""
    everywhere, own = gettext_lazy("in all spaces"), gettext_lazy("for the network")
    wheres = {NetworkRoleKind.COORDINATOR: own}
    space = gettext_lazy("in their spaces")
    return [
        *(
            Column(role, role.label, wheres.get(role, everywhere), _request({role}, run=False, desk=False))
            for role in NetworkRoleKind
        ),
        Column(Role.MANAGER, Role.MANAGER.label, space, _request(set(), run=True, desk=True)),
        Column(Role.FRONT_DESK, Role.FRONT_DESK.label, space, _request(set(), run=False, desk=True)),
    ]


def _request(roles: Iterable[str], *, run: bool, desk: bool) -> HttpRequest:
    """Return the request of a person who holds these roles in the network, and runs or receives at some space."""
    person = User()
    person._rights = Rights(permissions=frozenset(), roles=frozenset(map(str, roles)))
    nothing: frozenset[int] = frozenset()
    request: Any = HttpRequest()
    request.user = person
    request._spaces_by_role = (SOME_SPACE if run else nothing, SOME_SPACE if desk else nothing)
    return request


def table(site: Any, asked: list[Column]) -> list[tuple[Any, list[Row]]]:
    """Return the groups of the admin's tables, each with its rows; no row that opens to none of the roles."""
    admins = {model._meta.label: model_admin for model, model_admin in site._registry.items()}
    groups = []
    for name, labels in site.groups_of(list(admins)):
        rows = [row for label in labels for row in _rows_of(admins[label], asked)]
        if rows:
            groups.append((name, rows))
    return groups


def _rows_of(model_admin: Any, asked: list[Column]) -> list[Row]:
    """Return a row of what each role does with the table's rows, and one for all pages that open to the same roles."""
    cells = [Cell(column, _acts(model_admin, column)) for column in asked]
    rows = [Row(capfirst(str(model_admin.opts.verbose_name_plural)), cells)]
    pages: dict[tuple[bool, ...], list[str]] = {}
    if isinstance(model_admin, PagesAdmin):
        for page in model_admin.pages:
            if page.label:
                opens = tuple(model_admin.opens(one.request, page) for one in asked)
                pages.setdefault(opens, []).append(str(page.label).rstrip("…"))
    yes = _("yes")
    for opens, names in pages.items():
        cells = [Cell(column, [yes] if one else []) for column, one in zip(asked, opens, strict=True)]
        rows.append(Row(", ".join(names), cells, is_page=True))
    return [row for row in rows if any(cell.acts for cell in row.cells)]


def _acts(model_admin: Any, column: Column) -> list[Any]:
    return [words for act, words in ACTS if getattr(model_admin, f"has_{act}_permission")(column.request)]


@require_safe
def who_may_what_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show for each table and page of the admin what each role may do, or one of them alone (`role`)."""
    every = columns()
    chosen = [column for column in every if column.role == request.GET.get("role")]
    asked = chosen or every
    context = {
        **site.each_context(request),
        "title": _("Who may do what"),
        "columns": asked,
        "every_column": every,
        "chosen": chosen[0] if chosen else None,
        "groups": table(site, asked),
    }
    return TemplateResponse(request, "portal/admin/who_may_what.html", context)
