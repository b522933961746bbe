"""Memberships in the admin, with the steps that give bookings and registrations back."""

from django.contrib import admin

from spaces.admin.memberships import MembershipAdmin
from spaces.models import Membership

from ..admin_pages import taking_away


@admin.register(Membership)
class WholeMembershipAdmin(MembershipAdmin):
    """Add the pages of what takes rights to those of the spaces."""

    pages = [*MembershipAdmin.pages, *taking_away.PAGES]
