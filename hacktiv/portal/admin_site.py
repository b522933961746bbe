from functools import wraps

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.paging import MOST_PRINTED
from reporting.groups import COORDINATE
from spaces.core.scoping import runs_a_space
from spaces.models import Space

from .queries import today

#: The tables in the words of those who use them, by how often they do. What is named nowhere comes last.
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
    ("people", _("People"), ("members.User", "spaces.Membership", "spaces.Visit")),
    (
        "reports",
        _("Projects and reports"),
        (
            "reporting.Project",
            "reporting.Period",
            "reporting.CountedAction",
            "reporting.JointDecision",
            "reporting.Deviation",
            "reporting.Deliverable",
            "reporting.Stock",
            "reporting.EvidenceFile",
            "reporting.ReportVersion",
        ),
    ),
)
#: Rows of a list of the admin on one screen.
ROWS_A_PAGE = 50
#: The most frequent gestures: (model to add, words).
GESTURES = (
    ("spaces.Booking", _("Book on the phone")),
    ("spaces.Closure", _("Close a day or a room")),
    ("events.Event", _("New event")),
)


class HacktivAdminSite(AdminSite):
    """Django's admin as the manager's tool: for superusers, for who manages a space, and for the coordinator."""

    site_title = _("Hacktiv’Ardenne administration")
    site_header = _("Hacktiv’Ardenne administration")
    index_title = _("Today")
    index_template = "admin/index.html"
    empty_value_display = "–"

    def register(self, model_or_iterable, admin_class=None, **options):
        """Page every list, and let it be printed whole."""
        super().register(model_or_iterable, admin_class, **options)
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        for model in filter(self.is_registered, models):  # but Django's own user, whose place ours takes
            registered = self.get_model_admin(model)
            registered.list_per_page = min(registered.list_per_page, ROWS_A_PAGE)
            registered.list_max_show_all = MOST_PRINTED

    def has_permission(self, request):
        return request.user.is_active and (
            request.user.is_superuser or request.user.has_perm(COORDINATE) or runs_a_space(request)
        )

    def admin_view(self, view, cacheable=False):
        """What a person may not open answers as what does not exist: nobody learns what there is elsewhere."""

        @wraps(view)
        def allowed_or_absent(request, *args, **kwargs):
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied as error:
                raise Http404 from error

        return super().admin_view(allowed_or_absent, cacheable)

    def get_urls(self):
        # Before Django's own address of that name, which would lead anybody to any object's page.
        own = path("r/<int:content_type_id>/<path:object_id>/", self.admin_view(self.view_on_site), name="view_on_site")
        return [own, *super().get_urls()]

    def view_on_site(self, request, content_type_id, object_id):
        """The page of an object that this person may see in the admin; 404 for any other."""
        model = get_object_or_404(ContentType, pk=content_type_id).model_class()
        if not self.is_registered(model):
            raise Http404
        model_admin = self.get_model_admin(model)
        found = model_admin.get_object(request, object_id)
        if found is None or not model_admin.has_view_permission(request, found):
            raise Http404
        return shortcut(request, content_type_id, object_id)

    def login(self, request, extra_context=None):
        """The site's own sign-in page, with its limits. Who is signed in and may not enter finds nothing here."""
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("account_login"))

    def index(self, request, extra_context=None):
        now = timezone.now()
        spaces = list(Space.objects.run_by(request.user))
        context = {
            "gestures": self._gestures(request),
            "now": now,
            "work": today.work_in(spaces, now) if spaces else None,
            "coordination": today.coordination(now) if request.user.has_perm(COORDINATE) else None,
            "mail_trouble": today.mail_trouble() if request.user.is_superuser else 0,
            **(extra_context or {}),
        }
        return super().index(request, context)

    def get_app_list(self, request, app_label=None):
        """Grouped by what people do rather than by the part of the program that a table belongs to."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        models = {model["model"]._meta.label: model for app in apps for model in app["models"]}
        groups = []
        for slug, name, labels in GROUPS:
            mine = [models.pop(label) for label in labels if label in models]
            groups.append(self._group(slug, name, mine))
        groups.append(self._group("more", _("Settings and records"), list(models.values())))
        return [group for group in groups if group["models"]]

    def _group(self, slug, name, models):
        return {
            "name": name,
            "app_label": f"group-{slug}",
            "app_url": reverse("admin:index", current_app=self.name),
            "has_module_perms": True,
            "models": models,
        }

    def _gestures(self, request):
        """(address, words) of what this person may add from the home page."""
        admins = {model._meta.label: model_admin for model, model_admin in self._registry.items()}
        return [
            (reverse(f"admin:{label.replace('.', '_').lower()}_add", current_app=self.name), words)
            for label, words in GESTURES
            if label in admins and admins[label].has_add_permission(request)
        ]
