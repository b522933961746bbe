"""Pages of the code beside a resource's door: print, renew and withdraw it."""

from functools import wraps

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_GET, require_POST

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.colours import colour

from ..operations import renew_door_code, withdraw_door_code


def for_who_may_change(view):
    """Answer 404 to those who may not change the resource."""

    @wraps(view)
    def guarded(request, resource, *, admin):
        if not admin.has_change_permission(request, resource):
            raise Http404
        return view(request, resource, admin=admin)

    return guarded


@require_GET
@for_who_may_change
def door_page(request, resource, *, admin):
    """Show the code beside the resource's door, to be printed."""
    context = admin.page_context(
        request,
        title=_("Code for the door"),
        resource=resource,
        qr_code=resource.door_token and qr_code(address_of(resource)),
        address=resource.door_token and address_of(resource),
    )
    return render(request, "admin/spaces/resource/door.html", context)


@require_POST
@for_who_may_change
def renew_page(request, resource, *, admin):
    """Make another code. The former one stops working."""
    renew_door_code(resource=resource)
    messages.success(request, _("The new code is made: print it, and take the old one off the door."))
    return redirect("admin:spaces_resource_door", resource.pk)


@require_POST
@for_who_may_change
def withdraw_page(request, resource, *, admin):
    """Withdraw the code."""
    withdraw_door_code(resource=resource)
    messages.success(request, _("The code is withdrawn: it leads nowhere from now on."))
    return redirect("admin:spaces_resource_door", resource.pk)


def address_of(resource):
    """Return the address in the code. It names no language: people are sent to the page in their own language."""
    with override(settings.LANGUAGE_CODE):
        address = reverse("spaces:door", args=[resource.door_token])
    return settings.SITE_URL + address.removeprefix(f"/{settings.LANGUAGE_CODE}")


def qr_code(address):
    """Draw the code as SVG for a page, dark on light in every theme so that cameras read it."""
    drawing = segno.make(address, error="m", micro=False)
    light = colour("code-ground")
    return mark_safe(drawing.svg_inline(scale=8, light=light, omitsize=True, svgclass="door-code", lineclass=None))  # noqa: S308


PAGES = [
    Page("door", door_page, gettext_lazy("Code for the door"), Group.PREPARE),
    Page("door_renew", renew_page, address="door/renew/"),
    Page("door_withdraw", withdraw_page, address="door/withdraw/"),
]
