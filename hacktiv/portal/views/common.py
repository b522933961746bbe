"""Tell who meets a door that memberships open what is needed."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import timezone

from spaces.enums import Right
from spaces.memberships.queries import may, open_memberships

from ..queries.memberships import own


def for_members(view):
    """Show the view to who may open the members' directory; tell others what is needed and how to ask."""

    @login_required
    @wraps(view)
    def shown(request, *args, **kwargs):
        if may(request.user, Right.DIRECTORY):
            return view(request, *args, **kwargs)
        context = {"held": [own(one, timezone.localdate()) for one in open_memberships(request.user)]}
        return render(request, "portal/members_only.html", context, status=403)

    return shown
