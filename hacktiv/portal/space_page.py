"""The page of one space: its own facts, and what other apps know of it."""

from django.shortcuts import get_object_or_404, render

from spaces.models import Space


def space(request, slug):
    return render(request, "portal/space.html", {"space": get_object_or_404(Space.objects.published(), slug=slug)})
