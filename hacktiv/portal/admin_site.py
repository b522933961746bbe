"""The home page of the admin: the manager's day, and the tables by what people do with them."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.paging import MOST_PRINTED
from hacktiv.merging.queries import number_of_pairs
from hacktiv.merging.views import again_page, pair_page, pairs_page, trace_page
from hacktiv.outbox.queries import hold_in_force
from hacktiv.site.admin_site import DiscreetAdminSite
from hacktiv.site.health import is_disk_full, mail_late_since
from members.core.rules import administers, coordinates, network_roles
from spaces.core.scoping import ScopedAdmin, desk_space_ids, run_space_ids, runs_or_coordinates
from spaces.models import Space

from .admin_titles import TITLES, with_titles
from .queries import today
from .queries.ahead import ahead_of
from .who_may_what import who_may_what_page

#: (slug, name, tables) of each group of the admin's home page, the most used first. A table of no group comes last.
GROUPS = (
    (
        "bookings",
        _("Bookings and rooms"),
        (
            "spaces.Booking",
            "spaces.Series",
            "spaces.Wait",
            "spaces.Closure",
            "spaces.Resource",
            "spaces.Space",
            "spaces.Scene",
        ),
    ),
    (
        "agenda",
        _("Events and training"),
        (
            "events.Event",
            "events.Registration",
            "events.TopicProposal",
            "events.EventOutcome",
            "training.Programme",
            "training.Session",
            "training.Coaching",
        ),
    ),
    (
        "people",
        _("People"),
        (
            "members.User",
            "spaces.Membership",
            "spaces.Invitation",
            "spaces.Agreement",
            "mailings.Mailing",
            "spaces.ContactMessage",
            "spaces.MembershipKind",
            "spaces.HomeSpace",
            "spaces.Visit",
            "members.NetworkRole",
        ),
    ),
    (
        "reports",
        _("Projects and reports"),
        (
            "reporting.Project",
            "reporting.ProjectDate",
            "reporting.PartnerPerson",
            "reporting.Period",
            "reporting.CountedAction",
            "reporting.JointDecision",
            "reporting.Deviation",
            "reporting.Deliverable",
            "reporting.Output",
            "reporting.ProjectIndicator",
            "reporting.Stock",
            "reporting.WorkPackage",
            "reporting.Activity",
            "reporting.TargetGroup",
            "reporting.Communication",
            "reporting.ReportText",
            "reporting.Spending",
            "reporting.EvidenceFile",
            "reporting.ReportVersion",
        ),
    ),
)
#: Tables of allauth that nobody but their owner handles, on pages of the account.
OF_ITS_OWNER = (Authenticator, UserSession)
#: Rows of a list of the admin on one screen.
ROWS_A_PAGE = 50
#: (table, words) of what people add most often from the home page.
GESTURES = (
    ("spaces.Booking", _("Book on the phone")),
    ("spaces.Closure", _("Close a day or a room")),
    ("events.Event", _("New event")),
    ("spaces.Invitation", _("Invite somebody")),
    ("mailings.Mailing", _("Write to people")),
)
#: (page, words) of what managers and the coordinator of all spaces do together.
TOGETHER = (
    ("portal:exchanges", _("Exchanges")),
    ("spaces:practice", _("Good practice")),
    ("spaces:notices", _("Offers and requests")),
    ("admin:events_event_border", _("Hold the events of a period online")),
)


class ChoicesView(AutocompleteJsonView):
    """Answer the autocompletions of the admin with what a person may choose, be it more than what they may open."""

    def get_queryset(self):
        if not isinstance(self.model_admin, ScopedAdmin):
            return super().get_queryset()
        choices = self.model_admin.choices(self.request).complex_filter(self.source_field.get_limit_choices_to())
        found, is_doubled = self.model_admin.get_search_results(self.request, choices, self.term)
        return found.distinct() if is_doubled else found

    def has_perm(self, request, obj=None):
        if isinstance(self.model_admin, ScopedAdmin):
            return self.model_admin.may_choose(request)
        return super().has_perm(request, obj)


class HacktivAdminSite(DiscreetAdminSite):
    """The admin as a tool for whoever has a role in a space or in the network, and for superusers."""

    site_title = _("Hacktiv’Ardenne administration")
    site_header = _("Hacktiv’Ardenne administration")
    index_title = _("Today")
    index_template = "admin/index.html"

    def register(self, model_or_iterable, admin_class=None, **options):
        """Page every list, and let it be printed whole; title each page as a sentence does."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        models = [model for model in models if model not in OF_ITS_OWNER]
        super().register(models, with_titles(admin_class), **options)
        for model in filter(self.is_registered, models):  # but Django's own user, whose place ours takes
            registered = self.get_model_admin(model)
            registered.list_per_page = min(registered.list_per_page, ROWS_A_PAGE)
            registered.list_max_show_all = MOST_PRINTED

    def has_permission(self, request):
        return bool(network_roles(request.user)) or bool(desk_space_ids(request))

    def get_urls(self):
        page = self.admin_view(who_may_what_page)
        pairs, pair, trace, again = map(self.admin_view, (pairs_page, pair_page, trace_page, again_page))
        return [
            path("roles/", page, {"site": self}, name="who_may_what"),
            path("one-person/", pairs, {"site": self}, name="one_person"),
            path("one-person/<int:kept_pk>/<int:gone_pk>/", pair, {"site": self}, name="one_person_pair"),
            path("one-person/merged/<int:pk>/", trace, {"site": self}, name="one_person_trace"),
            path("one-person/two-people/<int:pk>/", again, {"site": self}, name="one_person_again"),
            *super().get_urls(),
        ]

    def autocomplete_view(self, request):
        return ChoicesView.as_view(admin_site=self)(request)

    def index(self, request, extra_context=None):
        now = timezone.now()
        spaces = list(Space.objects.staffed_by(request.user))
        runs_all = administers(request.user)
        runs = [space for space in spaces if runs_all or space.pk in run_space_ids(request)]
        hold = hold_in_force()
        listed = today.LISTED_WHOLE if "all" in request.GET else today.LISTED
        context = {
            "gestures": self._gestures(request),
            "together": [(reverse(page), words) for page, words in TOGETHER if runs_or_coordinates(request)],
            "now": now,
            "work": today.work_in(spaces, now, runs, listed=listed) if spaces else None,
            "ahead": ahead_of(request.user, now),
            "coordination": (
                today.coordination(request.user, now, listed=listed) if coordinates(request.user) else None
            ),
            "disk_is_full": self._hears_of_the_machine(request) and is_disk_full(),
            "mail_hold": hold,
            "mail_late_since": None if hold else mail_late_since(),
            "refused_mails": self._refused_mails(request, runs, now),
            "pairs": number_of_pairs(request.user) if administers(request.user) else 0,
            "mail_trouble": today.mail_trouble() if request.user.is_superuser else 0,
            **(extra_context or {}),
        }
        return super().index(request, context)

    def get_app_list(self, request, app_label=None):
        """Return the tables grouped by what people do, not by the app that holds them.

        Django asks for them twice on the first page: a request makes them once."""
        if app_label is not None:
            return self._with_words(super().get_app_list(request, app_label))[0]
        if not hasattr(request, "_tables_in_groups"):
            request._tables_in_groups = self._in_groups(super().get_app_list(request))
        return request._tables_in_groups

    @staticmethod
    def _with_words(apps):
        """Return the apps, and their tables by label, each with the words that add a row."""
        models = {model["model"]._meta.label: model for app in apps for model in app["models"]}
        for label, model in models.items():
            model["add_words"] = TITLES[label][0]
        return apps, models

    def _in_groups(self, apps):
        models = self._with_words(apps)[1]
        groups = []
        for slug, name, labels in GROUPS:
            mine = [models.pop(label) for label in labels if label in models]
            groups.append(self._group(slug, name, mine))
        groups.append(self._group("more", _("Settings and records"), list(models.values())))
        return [group for group in groups if group["models"]]

    def groups_of(self, labels):
        """Return (name, labels) of each group of the first page, with those of these tables that stand in it."""
        groups = [(name, [label for label in own if label in labels]) for _slug, name, own in GROUPS]
        placed = {label for _name, own in groups for label in own}
        rest = [label for label in labels if label not in placed]
        return [(name, own) for name, own in [*groups, (_("Settings and records"), rest)] if own]

    def _group(self, slug, name, models):
        return {
            "name": name,
            "app_label": f"group-{slug}",
            "app_url": reverse("admin:index", current_app=self.name),
            "has_module_perms": True,
            "models": models,
        }

    def _hears_of_the_machine(self, request):
        return request.user.is_superuser or coordinates(request.user)

    def _refused_mails(self, request, spaces, now):
        """Return the refused mails of this person's spaces; a superuser reads of all that wait for a decision."""
        if request.user.is_superuser:
            return None
        return today.refused_mails(spaces, now, of_network=coordinates(request.user))

    def _gestures(self, request):
        """Return (address, words) of what this person may add from the home page."""
        admins = {model._meta.label: model_admin for model, model_admin in self._registry.items()}
        return [
            (reverse(f"admin:{label.replace('.', '_').lower()}_add", current_app=self.name), words)
            for label, words in GESTURES
            if label in admins and admins[label].has_add_permission(request)
        ]
