"""Fill in the forms of the site that `tests.test_forms_abuse.CASES` does not send: by name of the view."""

from datetime import time, timedelta
from io import BytesIO

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from events.core.files.tickets import screen_code
from events.enums import ROTA_TYPE, Mode, QuestionKind
from events.models import Question, TopicProposal
from events.programme.operations import add_speaker
from events.registering.operations import bring_companion, cancel_registration, save_question
from events.rota.queries import free_fridays
from events.tests.factories import (
    EventFactory,
    EventTypeFactory,
    GuestRegistrationFactory,
    HistoryEventFactory,
    PastEventFactory,
    RegistrationFactory,
)
from hacktiv.mailings.choices import leave_path
from hacktiv.outbox.choices import choice_path
from members.accounts.operations import ask_address_change
from members.enums import ConsentPurpose
from members.profiles.operations import choose_news
from members.tests.factories import PASSWORD, UserFactory
from reporting.classifying.tests.actions import closed_action
from reporting.tests.factories import (
    ClassificationFactory,
    CountedEventFactory,
    DeliverableFactory,
    PeriodFactory,
    ProjectFactory,
    ProjectIndicatorFactory,
)
from spaces.booking.operations import SeriesRequest, book_series, cancel_booking
from spaces.enums import Pattern
from spaces.models import Document, Notice, Space
from spaces.tests.factories import BookingFactory, PassSchemeFactory, ResourceFactory, SpaceFactory, in_days
from tests.five import Post
from tests.twice_parts import POSTS_OF_PARTS
from tests.world import coordinator

PDF = b"%PDF-1.7\nEn une page.\n%%EOF\n"


def a_pdf():
    """Open a file to send; a form that is sent five times opens it five times."""
    file = BytesIO(PDF)
    file.name = "preuve.pdf"
    return file


def manager():
    user = UserFactory()
    SpaceFactory(managers=[user])
    return user


def document_of(user):
    return Document.objects.create(
        space=Space.objects.managed_by(user).get(), title="Accueil", topic="welcome", text="Bonjour"
    )


def notice_of(user):
    fields = {"title": "Écran", "kind": "offer", "text": "À prêter", "valid_until": in_days(9, 9).date()}
    return Notice.objects.create(space=Space.objects.managed_by(user).get(), **fields)


def document_change():
    user = manager()
    page = reverse("spaces:document_change", args=[document_of(user).pk])
    return Post(user, page, page, {"title": "Accueillir", "upload": a_pdf})


def document_delete():
    user = manager()
    pk = document_of(user).pk
    return Post(user, reverse("spaces:document_change", args=[pk]), reverse("spaces:document_delete", args=[pk]), {})


def notice_change():
    user = manager()
    page = reverse("spaces:notice_change", args=[notice_of(user).pk])
    return Post(user, page, page, {"title": "Grand écran"})


def notice_close():
    user = manager()
    pk = notice_of(user).pk
    return Post(user, reverse("spaces:notice", args=[pk]), reverse("spaces:notice_close", args=[pk]), {})


def series_retry():
    room, user = ResourceFactory(), UserFactory()
    other = BookingFactory(resource=room, days=8, hours=(9, 10))
    days = {"first_day": in_days(1, 9).date(), "until": in_days(22, 9).date(), "starts": time(9), "ends": time(12)}
    series = book_series(asked=SeriesRequest(resource=room, user=user, pattern=Pattern.WEEKLY, **days), by=user)
    cancel_booking(booking=other, by=other.user)
    refused = series.occurrences.get(booking=None)
    page = reverse("spaces:series", args=[series.reference])
    return Post(user, page, reverse("spaces:series_retry", args=[series.reference, refused.pk]), {})


def wait_join():
    taken = BookingFactory()
    slug = taken.resource.space.slug
    start = timezone.localtime(taken.start)
    wish = {"resource": taken.resource.slug, "day": f"{start:%Y-%m-%d}", "start": "09:00", "end": "10:00"}
    return Post(UserFactory(), reverse("spaces:book", args=[slug]), reverse("spaces:wait_join", args=[slug]), wish)


def redeem_voucher():
    today = timezone.localdate()
    ends = today + timedelta(days=60)
    PassSchemeFactory(days=2, renews=False, code="ARDENNE-1", starts_on=today, ends_on=ends)
    return Post(UserFactory(), reverse("portal:me"), reverse("portal:redeem_voucher"), {"code": "ARDENNE-1"})


def of_registration(view, registration, typed=None, *, page="registration", more=()):
    token = registration.token
    address = reverse(f"events:{view}", args=[token, *more])
    return Post(registration.user, reverse(f"events:{page}", args=[token]), address, typed or {})


def accept():
    event = EventFactory(capacity=1, starts_at=timezone.now() + timedelta(hours=5))
    seated, registration = (RegistrationFactory(event=event) for _person in range(2))
    cancel_registration(registration=seated)
    return of_registration("accept", registration)


def change_way():
    event = EventFactory(mode=Mode.HYBRID, online_link="https://salle.example/", capacity=5)
    registration = RegistrationFactory(event=event)
    other = "online" if registration.way == "on_site" else "on_site"
    return of_registration("change_way", registration, {"way": other})


def check_in():
    event = EventFactory(starts_at=timezone.now() + timedelta(minutes=30))
    return of_registration("check_in", RegistrationFactory(event=event), {"code": screen_code(event)})


def asking_event():
    event = EventFactory()
    question = save_question(event=event, question=Question(kind=QuestionKind.DIET), by=None)
    return event, {f"question_{question.pk}": ["vegan"], "consent": "on"}


def answers():
    event, given = asking_event()
    return of_registration("answers", RegistrationFactory(event=event), given, page="answers")


def erase_answers():
    event, _given = asking_event()
    return of_registration("erase_answers", RegistrationFactory(event=event))


def register_form():
    event, given = asking_event()
    page = reverse("events:register_form", args=[event.slug])
    return Post(UserFactory(), page, page, given)


def bring():
    return of_registration("bring", RegistrationFactory(event=EventFactory()), {"name": "Bram"}, page="bring")


def cancel_companion():
    registration = RegistrationFactory(event=EventFactory())
    companion = bring_companion(registration=registration, name="Bram")
    return of_registration("cancel_companion", registration, more=[companion.pk])


def speak():
    speaker = add_speaker(event=EventFactory(), name="Aline Fictive", email="aline@ardenne.example", by=None)
    page = reverse("events:speak", args=[speaker.token])
    return Post(None, page, page, {"answer": "yes"})


def register_again():
    registration = GuestRegistrationFactory()
    cancel_registration(registration=registration)
    page = reverse("events:register_again", args=[registration.token])
    return Post(None, page, page, {})


def take_over():
    user = UserFactory()
    token = GuestRegistrationFactory(email=user.email).token
    addresses = (reverse(f"events:{view}", args=[token]) for view in ("registration", "take_over"))
    return Post(user, *addresses, {})


def booking_take_over():
    user = UserFactory()
    reference = BookingFactory(guest_name="Aline Fictive", guest_email=user.email, as_manager=True).reference
    addresses = (reverse(f"spaces:{view}", args=[reference]) for view in ("booking", "booking_take_over"))
    return Post(user, *addresses, {})


def erase_booker():
    booking = BookingFactory(guest_name="Aline Fictive", guest_email="aline@ardenne.example", as_manager=True)
    page = reverse("portal:erase_booker", args=[booking.reference])
    return Post(None, page, page, {"understood": "on"})


def lunch_and_talks():
    space = SpaceFactory(managers=[UserFactory()])
    PastEventFactory(type=EventTypeFactory(slug=ROTA_TYPE, default_minutes=60), space=space)
    return space, free_fridays(timezone.localdate())[space][0]


def propose():
    space, day = lunch_and_talks()
    page = reverse("events:propose", args=[space.slug, day])
    return Post(UserFactory(), page, page, {"title": "Lire un bilan", "summary": "En une heure", "language": "fr"})


def withdraw_topic():
    space, day = lunch_and_talks()
    user = UserFactory()
    topic = TopicProposal.objects.create(
        space=space, user=user, day=day, title="Bilan", summary="En une heure", language="fr"
    )
    return Post(user, reverse("events:rota"), reverse("events:withdraw_topic", args=[topic.pk]), {})


def add_evidence():
    period = PeriodFactory()
    deliverable = DeliverableFactory(period=period)
    page = reverse("reporting:add_evidence", args=[period.project.slug, period.label])
    typed = {"proves": f"deliverable-{deliverable.pk}", "name": "La vidéo", "file": a_pdf}
    return Post(coordinator(), page, page, typed)


def uncounted():
    period = PeriodFactory()
    event = HistoryEventFactory(space=None)
    page = reverse("reporting:uncounted", args=[period.project.slug, period.label])
    return Post(coordinator(), page, page, {"events": [event.pk], "step": "count"})


def aim():
    project = ProjectFactory()
    page = reverse("reporting:aim", args=[project.slug, "RCO81"])
    return Post(coordinator(), page, page, {"seen": "", "target": "40", "day_0": "2021-12-31", "value_0": "20"})


def drop_indicator():
    project = ProjectIndicatorFactory().project
    page = reverse("reporting:aim", args=[project.slug, "RCO81"])
    return Post(coordinator(), page, reverse("reporting:drop_indicator", args=[project.slug, "RCO81"]), {})


def take_back():
    period = PeriodFactory()
    action = CountedEventFactory(project=period.project)
    page = reverse("reporting:uncounted", args=[period.project.slug, period.label])
    act = reverse("reporting:take_back", args=[period.project.slug, period.label])
    return Post(coordinator(), page, act, {"actions": [action.pk]})


def classify():
    action = closed_action(PeriodFactory().project)
    page = reverse("reporting:classify", args=[action.project.slug, "S2-2020"])
    return Post(coordinator(), page, page, {"actions": [f"{action.pk}:RCO81"]})


def classify_action():
    action = closed_action(PeriodFactory().project)
    page = reverse("reporting:classify_action", args=[action.project.slug, action.pk])
    return Post(coordinator(), page, page, {"codes": ["RCO85"], "reason": "Une formation", "shown": "undecided"})


def declassify():
    row = ClassificationFactory(action=closed_action(PeriodFactory().project))
    page = reverse("reporting:classify_action", args=[row.action.project.slug, row.action.pk])
    act = reverse("reporting:declassify", args=[row.action.project.slug, row.action.pk])
    return Post(coordinator(), page, act, {"shown": str(row.pk)})


def mail_choice():
    page = choice_path("aline@ardenne.example")
    return Post(None, page, page, {"choice": "refuse"})


def leave_news():
    person = UserFactory()
    choose_news(user=person, topics=[ConsentPurpose.NEWS_EVENTS])
    page = leave_path(person, ConsentPurpose.NEWS_EVENTS)
    return Post(None, page, page, {})


def confirm_email():
    address = UserFactory().emailaddress_set.get()
    type(address).objects.filter(pk=address.pk).update(verified=False)
    address.verified = False
    page = reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])
    return Post(None, page, page, {"password": PASSWORD})


def of_an_address_change(name):
    """Return what makes the form behind one of the links to the old mailbox of a change of address."""

    def post():
        address = UserFactory().emailaddress_set.create(email="neuve@ardenne.example")
        change = ask_address_change(address=address)
        token = change.confirm_token if name == "account_confirm_old_address" else change.stop_token
        return Post(None, reverse(name, args=[token]), reverse(name, args=[token]), {})

    return post


def give_up_old_address():
    user = UserFactory()
    ask_address_change(address=user.emailaddress_set.create(email="neuve@ardenne.example"))
    return Post(user, reverse("account_email"), reverse("account_give_up_old_address"), {})


def reset_password_from_key():
    user = UserFactory()
    key = default_token_generator.make_token(user)
    page = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return Post(None, page, page, {"password1": "une-autre-phrase-longue"})


def reauthenticate():
    page = reverse("account_reauthenticate")
    return Post(UserFactory(), page, page, {"password": PASSWORD})


def set_password():
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    page = reverse("account_set_password")
    return Post(user, page, page, {"password1": "une-autre-phrase-longue"})


def of_an_account(name, typed=None, *, factor=None):
    """Return what makes a form of the pages on signing in, sent before its owner has shown once more that it is them;
    the address takes the key of a second factor, if one is needed."""

    def post():
        user = UserFactory()
        made = factor and Authenticator.objects.create(user=user, type=factor, data={"name": "Clé"})
        page = reverse(name, args=[made.pk] if factor == Authenticator.Type.WEBAUTHN else [])
        return Post(user, reverse("mfa_index"), page, typed or {})

    return post


POSTS = {
    "spaces:document_change": document_change,
    "spaces:document_delete": document_delete,
    "spaces:notice_change": notice_change,
    "spaces:notice_close": notice_close,
    "spaces:series_retry": series_retry,
    "spaces:wait_join": wait_join,
    "portal:redeem_voucher": redeem_voucher,
    "events:accept": accept,
    "events:change_way": change_way,
    "events:check_in": check_in,
    "events:answers": answers,
    "events:erase_answers": erase_answers,
    "events:register_form": register_form,
    "events:bring": bring,
    "events:cancel_companion": cancel_companion,
    "events:speak": speak,
    "events:register_again": register_again,
    "events:take_over": take_over,
    "spaces:booking_take_over": booking_take_over,
    "portal:erase_booker": erase_booker,
    "events:propose": propose,
    "events:withdraw_topic": withdraw_topic,
    "reporting:add_evidence": add_evidence,
    "reporting:uncounted": uncounted,
    "reporting:take_back": take_back,
    **POSTS_OF_PARTS,
    "reporting:aim": aim,
    "reporting:drop_indicator": drop_indicator,
    "reporting:classify": classify,
    "reporting:classify_action": classify_action,
    "reporting:declassify": declassify,
    "leave_news": leave_news,
    "mail_choice": mail_choice,
    "account_confirm_email": confirm_email,
    "account_confirm_old_address": of_an_address_change("account_confirm_old_address"),
    "account_stop_address_change": of_an_address_change("account_stop_address_change"),
    "account_give_up_old_address": give_up_old_address,
    "account_confirm_login_code": of_an_account("account_confirm_login_code", {"code": "0000-0000"}),
    "account_reset_password_from_key": reset_password_from_key,
    "account_reauthenticate": reauthenticate,
    "account_set_password": set_password,
    "mfa_activate_totp": of_an_account("mfa_activate_totp", {"code": "000000"}),
    "mfa_add_webauthn": of_an_account("mfa_add_webauthn", {"credential": "{}", "name": "Clé"}),
    "mfa_deactivate_totp": of_an_account("mfa_deactivate_totp", factor=Authenticator.Type.TOTP),
    "mfa_edit_webauthn": of_an_account("mfa_edit_webauthn", {"name": "Autre"}, factor=Authenticator.Type.WEBAUTHN),
    "mfa_remove_webauthn": of_an_account("mfa_remove_webauthn", factor=Authenticator.Type.WEBAUTHN),
    "mfa_generate_recovery_codes": of_an_account("mfa_generate_recovery_codes"),
    "mfa_authenticate": of_an_account("mfa_authenticate", {"code": "000000"}),
    "mfa_reauthenticate": of_an_account("mfa_reauthenticate", {"code": "000000"}),
    "mfa_reauthenticate_webauthn": of_an_account("mfa_reauthenticate_webauthn", {"credential": "{}"}),
    "usersessions_list": of_an_account("usersessions_list"),
}
