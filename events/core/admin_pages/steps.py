"""A step of an event's life on a page of its own: a form, one operation, and the way back.

The decorator takes the words of the page. The decorated function gets the request, the event and the form's values, and
calls one operation. Words are lazy, or a function of the event; so is `initial`. A form class that needs the event sets
`takes_event`.
"""

import hashlib
from functools import partial, wraps

from django.contrib import messages
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from hacktiv.common.admin_pages import say_who_is_not_told, told_by_mail
from hacktiv.site.once import Done

from ...errors import EventError, SameNameError
from ..operations import carry_out
from ..queries import audience_of
from .forms import NothingForm
from .telling import effects_in_words, say_effects


def step(
    *,
    title,
    text,
    submit,
    done=None,
    form_class=NothingForm,
    initial=None,
    clashes=None,
    clashes_then=None,
    tells=False,
    submit_untold=None,
):
    """Make a page of a step for one event; afterwards the event's own page shows `done`.

    Without `done` the decorated function says itself what was done. A step that `tells` everybody says how many people
    a mail reaches, before and afterwards; where that is nobody, its button says `submit_untold`. `clashes` is a
    function of the event that says in words what speaks against its day; `clashes_then`, of the event and the form's
    values, against what was entered: it is shown before anything is done."""

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
                clashes_then=clashes_then and partial(clashes_then, event),
                tells=tells,
                submit_untold=_words_for(event, submit_untold),
                perform=lambda data: perform(request, event, **data),
            )

        return view

    return decorate


def step_with_effects(
    *,
    title,
    text,
    submit,
    done,
    submit_untold=None,
    form_class=NothingForm,
    initial=None,
    tells_all=True,
    sample=None,
    facts=None,
):
    """Make a page of a step that may give or take seats and rooms; afterwards the event's own page shows `done`.

    What the step does to them is shown before it is done: at once with a `sample` of the form's values (a function of
    the event), else when the form is sent; nothing is done that was not shown. `submit` is words, or a function of the
    effects (`operations.Effects`; None before they are known), `submit_untold` those where no mail reaches anybody,
    `facts` a function of the event that says in words how it stands now."""

    def decorate(perform):
        @wraps(perform)
        def view(request, event, *, admin):
            def carried_out(data, agrees):
                act = partial(perform, request, event, **data)
                return carry_out(event, act, tells_all=tells_all, agrees=agrees)

            form_of, is_sent = _form_class(form_class, event), request.method == "POST"
            form = form_of(request.POST) if is_sent else form_of(initial=initial and initial(event))
            effects, refusal = None, ""
            if is_sent and form.is_valid():
                agrees = partial(_were_shown, request)
                _went, effects = attempt_result(form, lambda data: carried_out(data, agrees))
                if effects and agrees(effects):
                    say_effects(request, done, effects)
                    return redirect("admin:events_event_change", event.pk)
            elif sample:
                try:
                    effects = carried_out(sample(event), lambda _effects: False)
                except EventError as error:
                    refusal = error.message
            context = {
                **admin.page_context(request, title=title, event=event, text=text, form=form),
                "submit": _submit_of(effects, submit, submit_untold),
                "facts": facts(event) if facts else [],
                **_words_of_effects(effects, refusal),
            }
            return TemplateResponse(request, "admin/events/event/step.html", context)

        return view

    return decorate


def _were_shown(request, effects):
    """Return True if the page that was sent showed these effects; where there is nothing to show, if it showed none."""
    shown = request.POST.get("seen", "")
    return shown == _seal_of_effects(effects) or not (shown or effects_in_words(effects))


def _words_of_effects(effects, refusal):
    """Return what the page shows of the effects, or of the refusal that stands in their place."""
    return {
        "clashes": [refusal] if refusal else effects and effects_in_words(effects),
        "told": told_by_mail(effects.told, will=True) if effects else "",
        "silent": effects.silent if effects else [],
        "seen": _seal_of_effects(effects) if effects else "",
    }


def _submit_of(effects, submit, untold):
    if callable(submit):
        return submit(effects)
    return untold if untold and effects and not effects.told else submit


def step_for_all(*, title, text, submit, lines_of, submit_untold=None, form_class=NothingForm):
    """Make a page of a step for several events of a series; the function returns the outcome of each.

    `lines_of`, a function of the event and the form's values (None before they are entered), returns a `telling.Line`
    for each event to be changed. Where no mail reaches anybody the button says `submit_untold`. Nothing is done
    before these lines were shown as they are now."""

    def decorate(perform):
        @wraps(perform)
        def view(request, event, *, admin):
            is_sent = request.method == "POST"
            form = _form_class(form_class, event)(request.POST if is_sent else None)
            is_valid = is_sent and form.is_valid()
            lines = lines_of(event, form.cleaned_data if is_valid else None)
            told = sum(line.told for line in lines)
            context = {
                **admin.page_context(request, title=title, event=event),
                "text": text,
                "submit": submit if told else submit_untold or submit,
                "form": form,
                "lines": lines,
                "seen": seal_of(lines),
                "told": told_by_mail(told, will=True) if lines else "",
            }
            if is_valid and was_shown(request, lines):
                mailed = {line.event.pk: line.told for line in lines}
                is_done, outcomes = attempt_result(form, lambda data: perform(request, event, **data))
                if is_done:
                    done = sum(mailed.get(outcome.event.pk, 0) for outcome in outcomes if not outcome.refusal)
                    messages.success(request, told_by_mail(done))
                    return page_of_outcomes(
                        request, "admin/events/event/outcomes.html", {**context, "outcomes": outcomes}
                    )
            return TemplateResponse(request, "admin/events/event/step.html", context)

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
    clashes_then=None,
    tells=False,
    submit_untold=None,
    back="change",
):
    """Show the form of a step; after `perform`, go to the event's page named `back` with the message `done`."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    form = form_class(initial=initial)
    audience = audience_of(event) if tells else None
    if audience and not audience.mailed:
        submit = submit_untold or submit
    seen = ""
    if request.method == "POST":
        form = form_class(request.POST, request.FILES)
        found = clashes_then(form.cleaned_data) if clashes_then and form.is_valid() else []
        if found and not was_shown(request, found):
            clashes, seen = found, seal_of(found)
        elif form.is_valid() and attempt(form, perform):
            if audience:
                say_who_is_not_told(request, audience.silent)
            if done:
                messages.success(request, f"{done} {told_by_mail(audience.mailed)}" if audience else done)
            return redirect(f"admin:events_event_{back}", event.pk)
    context = admin.page_context(
        request, title=title, event=event, text=text, submit=submit, form=form, clashes=clashes, seen=seen
    )
    if audience:
        context |= {"told": told_by_mail(audience.mailed, will=True), "silent": audience.silent}
    return TemplateResponse(request, "admin/events/event/step.html", context)


def seal_of(shown):
    """Return a short text for what a page shows. The form sends it back: nothing else is done than was shown."""
    return hashlib.sha256(repr([str(one) for one in shown]).encode()).hexdigest()[:20]


def _seal_of_effects(effects):
    return seal_of([effects.told, *effects.silent, *effects_in_words(effects)])


def was_shown(request, found):
    return request.POST.get("seen") == seal_of(found)


def attempt(form, perform):
    """Run an operation with the form's values; return whether it went through. The form shows a refusal."""
    went_through, _result = attempt_result(form, perform)
    return went_through


def attempt_result(form, perform):
    """Do as `attempt`; return with it what the operation returned, None after a refusal."""
    try:
        return True, perform(form.cleaned_data)
    except EventError as refusal:
        form.add_error(None, refusal.message)
        if isinstance(refusal, SameNameError):
            form.ask_about(refusal.namesakes)
        return False, None


def _words_for(event, words):
    return words(event) if callable(words) else words


def _form_class(form_class, event):
    return partial(form_class, event=event) if getattr(form_class, "takes_event", False) else form_class
