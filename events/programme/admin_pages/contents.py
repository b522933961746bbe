"""Pages on which managers add and remove an event's speakers, documents and photos."""

from functools import partial

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import NameField, PlainTextMixin
from hacktiv.common.kept_files import KeptFileField, KeptFileInput
from spaces.places.files.pictures import ACCEPT

from ...core.admin_pages.steps import attempt
from ...enums import EventState, MaterialKind, SpeakerState
from .. import operations

WIDE_LINK = forms.URLInput(attrs={"class": "vURLField"})


class ContentsForm(PlainTextMixin, forms.Form):
    """A form to add one row and to remove others."""

    remove = forms.ModelMultipleChoiceField(
        label=pgettext_lazy("event", "Take away"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["remove"].queryset = rows
        if not rows:
            del self.fields["remove"]

    def clean(self):
        data = super().clean()
        self.adds = any(data.get(name) for name in self.fields if name not in {"remove", "kind", "asked", "language"})
        if not self.adds and not data.get("remove") and not self.errors:
            raise forms.ValidationError(gettext_lazy("Nothing is filled in."), code="nothing")
        return data


#: Said of somebody who is added once more.
THERE_ALREADY = {
    SpeakerState.INVITED: gettext_lazy("This person is invited already, and has not answered yet."),
    SpeakerState.AGREED: gettext_lazy("This person is among the speakers already."),
    SpeakerState.DECLINED: gettext_lazy("This person declined: they are not invited a second time."),
}


class SpeakersForm(ContentsForm):
    name = NameField(label=gettext_lazy("Name"), max_length=120, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy(
            "The invitation goes there; the name is shown once the person agrees. Empty: ask them yourself before."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mails"), choices=settings.LANGUAGES, initial=get_language, required=False
    )
    asked = forms.BooleanField(
        label=gettext_lazy("I have asked this person, who agrees to be named"),
        required=False,
        help_text=gettext_lazy("Needed without an address: the name is shown at once."),
    )
    about = forms.CharField(
        label=gettext_lazy("Who it is, in a few words"),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Shown beside the name on the event's page."),
    )

    def clean(self):
        data = super().clean()
        if data.get("name") and not (data.get("email") or data.get("asked") or "email" in self.errors):
            self.add_error("asked", gettext_lazy("Ask the person first, or enter an address for the invitation."))
        return data


class MaterialsForm(ContentsForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=MaterialKind)
    link = forms.URLField(label=gettext_lazy("Link"), required=False, assume_scheme="https", widget=WIDE_LINK)
    file = KeptFileField(
        label=gettext_lazy("or a file"),
        required=False,
        help_text=gettext_lazy("PDF, at most 20 MB."),
        widget=KeptFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160, required=False)


class PhotosForm(ContentsForm):
    image = KeptFileField(
        label=gettext_lazy("Photo"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG, WebP or HEIC, at most 15 MB."),
        widget=KeptFileInput(attrs={"accept": ACCEPT}),
    )
    alternative_text = forms.CharField(
        label=gettext_lazy("What it shows"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Read to those who do not see the photo."),
    )
    consent = forms.CharField(
        label=gettext_lazy("Consent"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("How the people on the photo agreed to its publication."),
    )

    def clean(self):
        data = super().clean()
        if self.adds:
            for name in ("image", "alternative_text", "consent"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, gettext_lazy("A photo needs this."))
        return data


def speakers_page(request, event, *, admin):
    named = _("Who agrees is named on the event's page, in its mails and on the list to sign.")
    refused = _("Declined, and not invited again: %(people)s.")
    declined = [speaker.name for speaker in event.speakers.declined().select_related("user")]
    return _contents(
        request,
        event,
        admin=admin,
        form_class=SpeakersForm,
        rows=event.speakers.exclude(state=SpeakerState.DECLINED).select_related("user"),
        add=partial(_add_speaker, request),
        title=_("Speakers"),
        text=" ".join([named, refused % {"people": ", ".join(declined)} if declined else ""]),
    )


def _add_speaker(request, *, event, asked, **wish):
    """Add a speaker, and say what becomes of it: named, invited, or there already with the answer so far."""
    there = set(event.speakers.values_list("pk", flat=True))
    speaker = operations.add_speaker(event=event, **wish)
    if speaker.pk in there:
        messages.warning(request, THERE_ALREADY[speaker.state])
    elif speaker.state == SpeakerState.AGREED:
        messages.success(request, _("It is noted: the name is shown."))
    elif event.is_open:
        messages.success(
            request, _("The invitation leaves for this address: the name is shown once the person agrees.")
        )
    else:
        messages.success(request, _("The invitation leaves once the event is published."))


def materials_page(request, event, *, admin):
    return _contents(
        request,
        event,
        admin=admin,
        form_class=MaterialsForm,
        rows=event.materials.all(),
        add=operations.add_material,
        title=_("Slides and recording"),
        text=_("Everybody sees them on the event's page."),
    )


def photos_page(request, event, *, admin):
    return _contents(
        request,
        event,
        admin=admin,
        form_class=PhotosForm,
        rows=event.photos.all(),
        add=operations.add_photo,
        title=_("Photos"),
        text=_("Everybody sees them on the event's page. What the camera wrote into the file is taken out."),
    )


def _contents(request, event, *, admin, form_class, rows, add, title, text):
    form_class = partial(form_class, rows=rows)
    form = form_class()
    if request.method == "POST":
        form = form_class(request.POST, request.FILES)
        if form.is_valid() and attempt(form, lambda data: _change(request, event, form, add)):
            return redirect(request.path)
    context = {**admin.page_context(request, title=title, event=event), "text": text, "submit": _("Save"), "form": form}
    return TemplateResponse(request, "admin/events/event/step.html", context)


def _change(request, event, form, add):
    wish = dict(form.cleaned_data)
    removed = wish.pop("remove", [])
    if form.adds:
        add(event=event, by=request.user, **wish)
    operations.remove_contents(event=event, rows=removed, by=request.user)
    if removed or not isinstance(form, SpeakersForm):
        messages.success(request, _("It is noted."))


def _may_show(event):
    return event.state != EventState.CANCELLED


def _may_show_afterwards(event):
    return _may_show(event) and event.has_begun


PAGES = [
    Page("speakers", speakers_page, gettext_lazy("Speakers"), Group.PREPARE, is_possible=_may_show),
    Page(
        "materials",
        materials_page,
        gettext_lazy("Slides and recording"),
        Group.AFTER,
        is_possible=_may_show_afterwards,
    ),
    Page("photos", photos_page, gettext_lazy("Photos"), Group.AFTER, is_possible=_may_show_afterwards),
]
