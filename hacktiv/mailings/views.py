"""The page on which a person leaves a topic of news by the link of a mail."""

from django.core.signing import BadSignature
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from members.profiles.operations import leave_news as leave
from members.profiles.queries import news_of

from .choices import choice_of


@csrf_exempt  # a mail program has no session: the signed address is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave_news(request, token):
    """Ask whether the person leaves the topic, and leave it by a POST: mail programs open links by themselves."""
    try:
        person, topic = choice_of(token)
    except (BadSignature, ValueError) as error:
        raise Http404 from error
    if request.method == "POST":
        if person:
            leave(user=person, topic=topic)
        if "List-Unsubscribe" in request.POST:
            return HttpResponse()  # RFC 8058: no redirect for the button of a mail program
        return redirect("leave_news", token)
    gets_it = person is not None and topic in news_of(person)
    return render(request, "mailings/leave.html", {"topic": topic.label, "gets_it": gets_it})
