from django.http import Http404


def agenda(request, **_kwargs):
    raise Http404


event = registration = confirm_guest = cancel = registration_ics = register = register_guest = ics = agenda
