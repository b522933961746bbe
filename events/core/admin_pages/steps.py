"""A step of an event's life on a page of its own: a form, one operation, and the way back.

The decorator takes the words of the page. The decorated function gets the request, the event and the form's values, and
calls one operation. Words are lazy, or a function of the event; so is `initial`. A form class that needs the event sets
`takes_event`.
"""

from functools import partial, wraps

from django.contrib import messages
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from hacktiv.site.once import Done

from ...errors import EventError, SameNameError
from .forms import NothingForm


def step(*, title, text, submit, done=None, form_class=NothingForm, initial=None, clashes=None):
    """Make a page of a step for one event; afterwards the event's own page shows `done`.

    Without `done` the decorated function says itself what was done. `clashes` is a function of the event that says in
    words what speaks against its day."""

    def decorate(perform):
        @wraps(perform)
        def view(request, event, *, admin):
            return step_page(
                request,
                event,
                admin=admin,
                title=title,
                text=_words_for(event, text),
                submit=_words_for(event, submit),
                done=_words_for(event, done),
                form_class=_form_class(form_class, event),
                initial=initial and initial(event),
                clashes=clashes and clashes(event),
                perform=lambda data: perform(request, event, **data),
            )

        return view

    return decorate


def step_for_all(*, title, text, submit, form_class=NothingForm):
    """Make a page of a step for several events of a series; the function returns the outcome of each."""

    def decorate(perform):
        @wraps(perform)
        def view(request, event, *, admin):
            form = _form_class(form_class, event)(request.POST if request.method == "POST" else None)
            context = {**admin.page_context(request, title=title, event=event), "text": text, "submit": submit}
            if request.method == "POST" and form.is_valid():
                try:
                    outcomes = perform(request, event, **form.cleaned_data)
                except EventError as refusal:
                    form.add_error(None, refusal.message)
                else:
                    return page_of_outcomes(
                        request, "admin/events/event/outcomes.html", {**context, "outcomes": outcomes}
                    )
            return TemplateResponse(request, "admin/events/event/step.html", {**context, "form": form})

        return view

    return decorate


def page_of_outcomes(request, template, context):
    """Return the page of `outcomes`, those of several events. Where something was done, a double click shows it too."""
    is_done = any(not outcome.refusal for outcome in context["outcomes"])
    return (Done if is_done else TemplateResponse)(request, template, context)


def step_page(
    request,
    event,
    *,
    admin,
    title,
    text,
    submit,
    perform,
    done,
    form_class=NothingForm,
    initial=None,
    clashes=(),
    back="change",
):
    """Show the form of a step; after `perform`, go to the event's page named `back` with the message `done`."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    form = form_class(initial=initial)
    if request.method == "POST":
        form = form_class(request.POST, request.FILES)
        if form.is_valid() and attempt(form, perform):
            if done:
                messages.success(request, done)
            return redirect(f"admin:events_event_{back}", event.pk)
    context = admin.page_context(
        request, title=title, event=event, text=text, submit=submit, form=form, clashes=clashes
    )
    return TemplateResponse(request, "admin/events/event/step.html", context)


def attempt(form, perform):
    """Run an operation with the form's values; return whether it went through. The form shows a refusal."""
    try:
        perform(form.cleaned_data)
    except EventError as refusal:
        form.add_error(None, refusal.message)
        if isinstance(refusal, SameNameError):
            form.ask_about(refusal.namesakes)
        return False
    return True


def _words_for(event, words):
    return words(event) if callable(words) else words


def _form_class(form_class, event):
    return partial(form_class, event=event) if getattr(form_class, "takes_event", False) else form_class
