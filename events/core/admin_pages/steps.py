"""A step of an event's life on a page of its own, written as what it says and what it does.

The decorated method does it: it gets the event and what the form holds, and calls one operation. The page, the
refusals said in the form, and the way back are those of the admin class (`_step`, `_step_for_all`). Words are lazy;
`initial` is a function of the event. A form that needs the event says so by `takes_event`."""

from functools import partial, wraps

from .forms import NothingForm


def step(*, title, text, submit, done, form_class=NothingForm, initial=None):
    """A step for one event: afterwards `done` is said on the event's page."""

    def decorate(perform):
        @wraps(perform)
        def view(self, request, pk):
            event = self._event(request, pk)
            return self._step(
                request,
                event,
                title=title,
                text=text,
                submit=submit,
                done=done,
                form_class=_form_class(form_class, event),
                initial=initial and initial(event),
                perform=lambda data: perform(self, request, event, **data),
            )

        return view

    return decorate


def step_for_all(*, title, text, submit, form_class=NothingForm):
    """A step for several events of a series: the method returns what became of each."""

    def decorate(perform):
        @wraps(perform)
        def view(self, request, pk):
            event = self._event(request, pk)
            return self._step_for_all(
                request,
                event,
                title=title,
                text=text,
                submit=submit,
                form_class=_form_class(form_class, event),
                perform=lambda data: perform(self, request, event, **data),
            )

        return view

    return decorate


def _form_class(form_class, event):
    return partial(form_class, event=event) if getattr(form_class, "takes_event", False) else form_class
