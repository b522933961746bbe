"""Show the members' directory, to members only: people who want to be found."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hacktiv.common.paging import page_of
from hacktiv.common.ratelimit import limit

from .. import operations
from ..forms import ContactMemberForm, DirectoryForm
from ..queries import directory as queries
from .common import for_members

#: People on one page of the directory.
PER_PAGE = 24
#: By person. A newcomer says hello to a dozen people in a day; a person who writes to more does not look for company.
CONTACTS_A_DAY = "12/d"


@for_members
def directory(request):
    """Show the directory, searched by name, skill, space and side; the search is in the address."""
    form = DirectoryForm(request.GET)
    people = queries.people(on=timezone.localdate(), **form.search()) if form.is_valid() else queries.nobody()
    page = page_of(request, people, PER_PAGE)
    context = {"form": form, "page_obj": page, "chosen": form.chosen_count()}
    return render(request, "portal/directory.html", context, status=200 if form.is_valid() else 400)


@for_members
def member(request, pk):
    person = get_object_or_404(queries.people(on=timezone.localdate()), pk=pk)
    return render(request, "portal/member.html", {"person": person, "form": ContactMemberForm()})


@for_members
def contact_member(request, pk):
    """Write to a member without seeing their address."""
    person = get_object_or_404(queries.people(on=timezone.localdate()), pk=pk)
    if request.method != "POST":
        return redirect("portal:member", pk=person.pk)
    form = ContactMemberForm(request.POST)
    if form.is_valid():
        limit(request, "contact-member", CONTACTS_A_DAY)
        operations.contact_member(sender=request.user, recipient=person, message=form.cleaned_data["message"])
        messages.success(request, _("Your message is on its way. The answer will reach your own mailbox."))
        return redirect("portal:member", pk=person.pk)
    return render(request, "portal/member.html", {"person": person, "form": form}, status=400 if form.errors else 200)
