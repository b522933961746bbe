"""The code beside a resource's door: a page to print, and the two ways to make the code on it worthless."""

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from ..operations import renew_door_code, withdraw_door_code


class DoorPages:
    """Mixed into the admin class of the resources."""

    def get_urls(self):
        pages = [
            path(
                f"<path:object_id>/{address}/",
                self.admin_site.admin_view(method(view)),
                name=f"spaces_resource_{name}",
            )
            for address, name, method, view in (
                ("door", "door", require_GET, self.door_view),
                ("door/renew", "door_renew", require_POST, self.renew_door_view),
                ("door/withdraw", "door_withdraw", require_POST, self.withdraw_door_view),
            )
        ]
        return [*pages, *super().get_urls()]

    def door_view(self, request, object_id):
        resource = self._door_of(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Code for the door"),
            "resource": resource,
            "qr_code": resource.door_token and qr_code(address_of(resource)),
            "address": resource.door_token and address_of(resource),
        }
        return render(request, "admin/spaces/resource/door.html", context)

    def renew_door_view(self, request, object_id):
        resource = self._door_of(request, object_id)
        renew_door_code(resource=resource)
        messages.success(request, _("The new code is made: print it, and take the old one off the door."))
        return redirect("admin:spaces_resource_door", resource.pk)

    def withdraw_door_view(self, request, object_id):
        resource = self._door_of(request, object_id)
        withdraw_door_code(resource=resource)
        messages.success(request, _("The code is withdrawn: it leads nowhere from now on."))
        return redirect("admin:spaces_resource_door", resource.pk)

    def _door_of(self, request, object_id):
        resource = self.get_object(request, object_id)
        if resource is None or not self.has_change_permission(request, resource):
            raise Http404
        return resource


def address_of(resource):
    """Where the code leads. It names no language: who reads it is sent to the page in their own."""
    with override(settings.LANGUAGE_CODE):
        address = reverse("spaces:door", args=[resource.door_token])
    return settings.SITE_URL + address.removeprefix(f"/{settings.LANGUAGE_CODE}")


def qr_code(address):
    """The code as a drawing for a page: dark on light in every theme, or no camera reads it."""
    drawing = segno.make(address, error="m", micro=False)
    return mark_safe(drawing.svg_inline(scale=8, light="#fff", omitsize=True, svgclass="door-code", lineclass=None))  # noqa: S308
