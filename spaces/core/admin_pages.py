"""Build the frame that our own pages of the admin share."""

from http import HTTPStatus

from django import forms
from django.contrib.admin.helpers import AdminForm
from django.shortcuts import render

from hacktiv.common.admin_pages import say_who_is_not_told

FORM_PAGE = "admin/spaces/form_page.html"


def say_if_not_told(request, row):
    """Warn staff that no mail tells the person of a booking or a series, where they have no address."""
    say_who_is_not_told(request, [] if row.person_email else [row.person_name])


def sent(request):
    """Return what the form of a page was filled in with; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def form_page(request, model_admin, form, *, title, submit, template=FORM_PAGE, **context):
    """Render a page of the admin around a form of ours; with the status 400 where something in it is to be mended."""
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    for field in form.fields.values():
        if isinstance(field, forms.CharField):
            field.widget.attrs["class"] = "vTextField"
    fieldsets = [(None, {"fields": list(form.fields)})]
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "submit": submit,
        "form": form,
        "adminform": AdminForm(form, fieldsets, {}),
        "media": model_admin.media + form.media,
        **context,
    }
    return render(request, template, context, status=status)
