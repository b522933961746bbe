"""Titles of the admin's pages, as a sentence says them: « Modifier l’événement », where Django joins two words.

Django puts the bare name of a table into « Change %s ». A language with articles and genders needs the whole title.
"""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import BaseModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

#: By table: the titles of the page that adds a row, and of the page that changes one.
TITLES = {
    "account.EmailAddress": (_("Add an e-mail address"), _("Change the e-mail address")),
    "auth.Group": (_("Add a group"), _("Change the group")),
    "events.Event": (_("Add an event"), _("Change the event")),
    "events.EventOutcome": (_("Add what came of an event"), _("Change what came of the event")),
    "events.EventType": (_("Add a type of event"), _("Change the type of event")),
    "events.Registration": (_("Add a registration"), _("Change the registration")),
    "events.TopicProposal": (_("Add a proposal"), _("Change the proposal")),
    "mailings.Mailing": (_("Write to people"), _("Change the mailing")),
    "members.NetworkRole": (_("Give a role in the network"), _("Change the role in the network")),
    "members.Skill": (_("Add a skill"), _("Change the skill")),
    "members.SkillCategory": (_("Add a category of skills"), _("Change the category of skills")),
    "members.User": (_("Add a person"), _("Change the person")),
    "outbox.Message": (_("Add a message"), _("Change the message")),
    "reporting.Activity": (_("Add an activity"), _("Change the activity")),
    "reporting.Communication": (_("Add a publication"), _("Change the publication")),
    "reporting.CountedAction": (_("Add a counted action"), _("Change the counted action")),
    "reporting.Deliverable": (_("Add a deliverable"), _("Change the deliverable")),
    "reporting.Deviation": (_("Add a deviation"), _("Change the deviation")),
    "reporting.EvidenceFile": (_("Add a piece of evidence"), _("Change the piece of evidence")),
    "reporting.JointDecision": (_("Add a decision on a joint action"), _("Change the decision on a joint action")),
    "reporting.Output": (_("Add an output"), _("Change the output")),
    "reporting.PartnerPerson": (_("Open the part of a partner"), _("A person of a partner")),
    "reporting.Period": (_("Add a half-year"), _("Change the half-year")),
    "reporting.Project": (_("Add a project"), _("Change the project")),
    "reporting.ReportText": (_("Add a text to a report"), _("Change the text of the report")),
    "reporting.ProjectDate": (_("Add a date of a project"), _("Change the date of a project")),
    "reporting.ProjectIndicator": (_("Add an indicator"), _("Indicator of a project")),
    "reporting.ReportVersion": (_("Add a report"), _("Change the report")),
    "reporting.Spending": (_("Add the spending of a partner"), _("Change the spending of the partner")),
    "reporting.Stock": (_("Add a snapshot"), _("Change the snapshot")),
    "reporting.TargetGroup": (_("Add a target group"), _("Change the target group")),
    "reporting.WorkPackage": (_("Add a work package"), _("Change the work package")),
    "spaces.Agreement": (_("Add an agreement"), _("Agreement with an organisation")),
    "spaces.Booking": (_("Add a booking"), _("Change the booking")),
    "spaces.Closure": (_("Add a closure"), _("Change the closure")),
    "spaces.ContactMessage": (_("Add a message"), _("Change the message")),
    "spaces.Feature": (_("Add a feature"), _("Change the feature")),
    "spaces.HomeSpace": (_("Add a home space"), _("Change the home space")),
    "spaces.Invitation": (_("Invite somebody"), _("Change the invitation")),
    "spaces.Membership": (_("Add a membership"), _("Change the membership")),
    "spaces.MembershipKind": (_("Add a kind of membership"), _("Change the kind of membership")),
    "members.Organisation": (_("Add an organisation"), _("Change the organisation")),
    "spaces.PassScheme": (_("Add a pass"), _("Change the pass")),
    "spaces.Resource": (_("Add a resource"), _("Change the resource")),
    "spaces.Scene": (_("Add a scene"), _("Change the scene")),
    "spaces.Series": (_("Add a recurring booking"), _("Change the recurring booking")),
    "spaces.Service": (_("Add a service"), _("Change the service")),
    "spaces.Space": (_("Add a space"), _("Change the space")),
    "spaces.Visit": (_("Add a visit"), _("Change the visit")),
    "spaces.Wait": (_("Add somebody to the waiting list"), _("Change the place on the waiting list")),
    "training.Coaching": (_("Add a coaching"), _("Change the coaching")),
    "training.Programme": (_("Add a course"), _("Change the course")),
    "training.Session": (_("Add a training session"), _("Change the training session")),
}


class TitledPages:
    """Title an admin class's own pages by `TITLES`; a list, and a page that is only read, by the table's name. A page
    that deletes names what people know."""

    def render_change_form(
        self: Any,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Show the form of one row under the title of what this person can do with it."""
        context["title"] = self._title_of_form(request, obj, add=add)
        form = {"add": add, "change": change, "form_url": form_url, "obj": obj}
        return super().render_change_form(request, context, **form)  # type: ignore[misc]

    def changelist_view(self: Any, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list under the name of the table."""
        context = {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        return super().changelist_view(request, context)  # type: ignore[misc]

    def get_deleted_objects(self: Any, objs: Any, request: HttpRequest) -> Any:
        """Name what is asked to be deleted, and count what goes with it, without rows that nobody enters by hand."""
        _tree, counts, needed, protected = super().get_deleted_objects(objs, request)  # type: ignore[misc]
        known = {model._meta.verbose_name_plural for model in self.admin_site._registry}
        return [str(obj) for obj in objs], {name: n for name, n in counts.items() if name in known}, needed, protected

    def _title_of_form(self: Any, request: HttpRequest, obj: Any, *, add: bool) -> Any:
        to_add, to_change = TITLES[self.opts.label]
        if add:
            return to_add
        return to_change if self.has_change_permission(request, obj) else capfirst(self.opts.verbose_name)


def with_titles(admin_class: type[BaseModelAdmin] | None) -> type[BaseModelAdmin]:
    """Return the admin class with `TitledPages` mixed in."""
    admin_class = admin_class or ModelAdmin
    body = {"__module__": admin_class.__module__, "__doc__": admin_class.__doc__}
    return type(admin_class)(admin_class.__name__, (TitledPages, admin_class), body)
