"""Each form is sent five times at once, as by a double click or a proxy that tries again: it is carried out once.

The long profile sends every form of the site and of the admin; from day to day one of each kind is sent."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import deepcopy
from datetime import timedelta
from functools import partial
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from hacktiv.outbox.models import Message
from hacktiv.site.models import SentForm
from hacktiv.site.once import KEPT_FOR, forget_sent_forms, sent_once
from members.accounts.tests.second_factor import code_of
from members.models import Organisation, User
from members.tests.factories import PASSWORD, UserFactory
from spaces.models import Notice
from spaces.tests.factories import BookingFactory, SpaceFactory, WaitFactory, in_days
from tests.admin_posts import NOT_CARRIED_OUT, posts_of
from tests.five import TIMES, Post, send
from tests.http import Visitor, all_at_once
from tests.pages import Page
from tests.template import remember_what_is_full, write_again
from tests.test_admin_isolation import by_label
from tests.test_forms_abuse import CASES, world_of_forms
from tests.twice_posts import POSTS
from tests.world import coordinator, populated

#: The schema of the database that keeps the rows of a world.
ROWS_OF_ALPHA = "rows_of_alpha"
serving = [pytest.mark.serving, pytest.mark.django_db(transaction=True)]
NOTICE = {"title": "Écran", "kind": "offer", "text": "À prêter", "valid_until": f"{in_days(9, 9):%Y-%m-%d}"}
#: Pages that answer to a POST as they answer when they are opened: they have no form that is sent so.
READ_ONLY = {
    "spaces:list",
    "spaces:tour",
    "spaces:scene",
    "portal:home",
    "portal:privacy",
    "portal:space",
    "portal:directory",
    "portal:member",
    "portal:me",
    "mfa_download_recovery_codes",
}
#: A code by mail is not among the ways to sign in.
NEVER_SHOWN = {"account_confirm_login_code"}


def post_of(case):
    """Return what a person sends in a case of the forms that are abused."""
    world = world_of_forms()
    people = {"visitor": lambda: None, "member": lambda: world.member, "manager": lambda: world.manager}
    user = coordinator() if case.who == "coordinator" else people[case.who]()
    return Post(user, case.page(world), (case.action or case.page)(world), case.typed(world))


FORMS = {name: partial(post_of, case) for name, case in CASES.items() if case.method == "post"} | POSTS


def check_once(sent, name):
    assert sent.five == sent.once, name
    assert {status for status, _path in sent.told()} <= {200, 302, 400, 403, 404, 409}, (name, sent.told())


@pytest.mark.long
@pytest.mark.serving
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", FORMS)
def test_each_form_of_the_site_is_carried_out_once(served, name, capsys):
    sent = send(served, FORMS[name]())
    with capsys.disabled():
        print(f"\n{name}: {sent.told()}", end=" ")  # noqa: T201 - the walk says what it walked
    _let_the_tables_be_emptied()
    check_once(sent, name)
    assert sent.status == 302
    assert len(sent.told()) == 1


def _let_the_tables_be_emptied():
    """Empty the tables of the reports at once: triggers keep the rows of one that is closed."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reporting_project CASCADE")


@pytest.fixture(scope="module")
def made_once():
    """Keep what the fixture `alpha` has made, once it has made it."""
    return []


@pytest.fixture
def alpha(transactional_db, made_once):
    """A world with an object of every model, and a superuser. Made once: each further test gets its rows again."""
    if made_once:
        write_again(ROWS_OF_ALPHA)
    else:
        made_once.append((populated("Alpha"), UserFactory(superuser=True)))
        remember_what_is_full(ROWS_OF_ALPHA)
    return deepcopy(made_once[0])


@pytest.mark.long
@pytest.mark.serving
@pytest.mark.parametrize(**by_label)
def test_each_form_of_the_admin_is_carried_out_once(served, alpha, model, capsys):
    world, chief = alpha
    shown_again = set()
    for name, post in posts_of(model, world, chief):
        sent = send(served, post)
        with capsys.disabled():
            print(f"\n{name} {post.address}: {sent.told()}", end=" ")  # noqa: T201
        check_once(sent, name)
        if sent.status == 302:
            assert len(sent.told()) == 1, (name, sent.told())
        else:
            shown_again.add(name)
    _let_the_tables_be_emptied()
    assert shown_again == NOT_CARRIED_OUT.get(model._meta.label, set())


@pytest.mark.serving
@pytest.mark.django_db(transaction=True)
def test_one_form_of_each_kind_is_carried_out_once(served):
    """One form that makes what may well be made twice, and one of Django's own for a row of ours."""
    user, page = UserFactory(superuser=True), reverse("spaces:notice_new")
    SpaceFactory(managers=[user])
    add = reverse("admin:members_organisation_add")
    organisation = {"slug": "la-ferme", "name": "La Ferme", "country": "BE"}
    for post in (Post(user, page, page, NOTICE), Post(user, add, add, organisation)):
        sent = send(served, post)
        check_once(sent, post.address)
        assert len(sent.told()) == 1
    assert (Notice.objects.count(), Organisation.objects.filter(slug="la-ferme").count()) == (1, 1)


# --- the same form, and another one ---


@pytest.fixture
def writer(client):
    user = UserFactory()
    SpaceFactory(managers=[user])
    client.force_login(user)
    return client


NEW = "/fr/spaces/practice/notices/new/"


def drawn(client, **typed):
    """Return what a person sends from the page as it is drawn now."""
    return Page(client.get(NEW).text, NEW).form(NEW).data(**{**NOTICE, **typed})


@pytest.mark.django_db
def test_a_form_that_arrives_again_leads_where_the_first_one_led(writer):
    wish = drawn(writer)
    first, again = writer.post(NEW, wish), writer.post(NEW, wish, follow=True)
    assert Notice.objects.count() == 1
    assert again.redirect_chain == [(first.url, 302)]
    assert "Ce formulaire nous était déjà parvenu" in again.text


@pytest.mark.django_db
def test_a_form_that_is_mended_after_a_refusal_is_carried_out(writer):
    """The browser goes back to the page as it was: with the token with which it was refused."""
    refused = drawn(writer, title="")
    for _click in range(2):
        assert writer.post(NEW, refused).status_code == 400
    assert not SentForm.objects.exists()
    assert writer.post(NEW, {**refused, "title": ["Écran"]}).status_code == 302
    assert Notice.objects.count() == 1


@pytest.mark.django_db
def test_another_content_or_another_tab_is_another_form(writer):
    one, other = drawn(writer), drawn(writer)
    for wish in (one, {**one, "text": ["Deux écrans"]}, other):
        assert writer.post(NEW, wish).status_code == 302
    assert Notice.objects.count() == 3


@pytest.mark.django_db
def test_a_form_of_a_session_that_ended_is_not_claimed(writer):
    wish = drawn(writer)
    user = User.objects.get(space_roles__isnull=False)
    writer.logout()
    assert urlsplit(writer.post(NEW, wish).url).path == reverse("account_login")
    assert not SentForm.objects.exists()
    writer.force_login(user)
    assert writer.post(NEW, wish).status_code == 302
    assert Notice.objects.count() == 1


@pytest.mark.django_db
def test_a_window_that_a_form_of_the_admin_opened_is_told_again(client):
    client.force_login(UserFactory(superuser=True))
    page = f"{reverse('admin:members_organisation_add')}?_popup=1"
    wish = (
        Page(client.get(page).text, page).form(urlsplit(page).path).data(slug="la-ferme", name="La Ferme", country="BE")
    )
    first, again = client.post(page, wish), client.post(page, wish)
    assert "data-popup-response" in first.text
    assert again.text == first.text
    assert Organisation.objects.count() == 1


@pytest.mark.django_db
def test_a_value_goes_there_and_back_from_one_kept_page(writer):
    """A browser goes back to the page as it was; each time another value than the last one is sent."""
    writer.post(NEW, drawn(writer))
    notice = Notice.objects.get()
    page = reverse("spaces:notice_change", args=[notice.pk])
    kept = Page(writer.get(page).text, page).form(page).data(**NOTICE)
    for title in ("Écran", "Deux écrans", "Écran", "Deux écrans"):
        writer.post(page, {**kept, "title": [title]})
        notice.refresh_from_db()
        assert notice.title == title


@pytest.mark.django_db
def test_a_refusal_that_leads_elsewhere_is_tried_again(client):
    wait = WaitFactory()
    client.force_login(wait.user)
    page, leave = wait.get_absolute_url(), reverse("spaces:wait_leave", args=[wait.reference])
    wish = Page(client.get(page).text, page).form(leave).data()
    wait.booking = BookingFactory(user=wait.user, resource=wait.resource)
    wait.save()
    assert "est réservée pour vous" in client.post(leave, wish, follow=True).text
    assert not SentForm.objects.exists()


@pytest.mark.django_db
def test_an_account_deleted_by_a_first_click_says_goodbye_to_the_second(client):
    """The answer to the first click is lost: the browser still has the cookies of the session that has ended."""
    person, page = UserFactory(), reverse("portal:delete_account")
    client.force_login(person)
    wish = Page(client.get(page).text, page).form(page).data(password=PASSWORD, understood="on")
    again = Client()
    again.cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    first, second = client.post(page, wish), again.post(page, wish)
    assert (first.url, second.url, User.objects.count()) == ("/fr/", "/fr/", 0)
    assert urlsplit(Client().post(page, {**wish, "password": ["x"]}).url).path == reverse("account_login")


@pytest.mark.django_db
def test_an_error_is_told_and_its_form_not_claimed(rf):
    @sent_once
    def refuse(request):
        messages.error(request, "No.")
        return HttpResponseRedirect("/fr/")

    @sent_once
    def half(request):
        Organisation.objects.create(slug="this", name="This")
        messages.error(request, "Not this.")
        messages.success(request, "But this.")
        return HttpResponseRedirect("/fr/")

    for view, claims in ((refuse, 0), (half, 1)):
        request = form_request(rf)
        view(request)
        assert SentForm.objects.count() == claims
        response = HttpResponse()
        request._messages.update(response)
        assert "messages" in response.cookies


@pytest.mark.django_db(transaction=True)
def test_a_form_that_only_draws_a_page_waits_for_nobody(rf):
    """A second click on a slow preview gets the preview, too."""
    both = threading.Barrier(2)

    @sent_once
    def preview(request):
        both.wait(timeout=5)
        return HttpResponse("drawn")

    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(in_thread, preview, form_request(rf)) for _click in range(2)]
    assert [one.result().text for one in sent] == ["drawn", "drawn"]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_because_of_what_the_first_click_did_leads_where_that_one_led(rf):
    @sent_once
    def take(request, *, meanwhile=None):
        if meanwhile:
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(in_thread, take, form_request(rf)).result().status_code == 302
            return HttpResponse("Taken by somebody.", status=400)
        Organisation.objects.create(slug="la-ferme", name="La Ferme")
        return HttpResponseRedirect("/fr/taken/")

    assert take(form_request(rf), meanwhile=True).url == "/fr/taken/"


@pytest.mark.django_db
def test_what_is_done_after_something_was_refused_is_done_once(rf):
    @sent_once
    def some(request):
        with suppress(ValueError), transaction.atomic():
            Organisation.objects.create(slug="refused", name="Refused")
            raise ValueError
        Organisation.objects.create(slug=f"done-{Organisation.objects.count()}", name="Done")
        return HttpResponseRedirect("/fr/")

    for _click in range(2):
        assert some(form_request(rf)).status_code == 302
    assert list(Organisation.objects.values_list("name", flat=True)) == ["Done"]


@pytest.mark.django_db
def test_what_was_done_before_something_was_refused_is_done_once(rf):
    @sent_once
    def some(request):
        Organisation.objects.create(slug=f"done-{Organisation.objects.count()}", name="Done")
        for _each in range(2):
            with suppress(ValueError), transaction.atomic():
                Organisation.objects.create(slug="refused", name="Refused")
                raise ValueError
        return HttpResponseRedirect("/fr/")

    for _click in range(2):
        assert some(form_request(rf)).status_code == 302
    assert list(Organisation.objects.values_list("name", flat=True)) == ["Done"]


@pytest.mark.django_db
def test_what_was_undone_on_another_page_is_done_again(writer):
    """Back to the form as the browser kept it, and sent again: a new act, since the first one is over."""
    wish = drawn(writer)
    shown = writer.post(NEW, wish).url
    close = reverse("spaces:notice_close", args=[Notice.objects.get().pk])
    assert writer.post(close, Page(writer.get(shown).text, shown).form(close).data()).status_code == 302
    for _click in range(2):
        assert writer.post(NEW, wish).status_code == 302
    assert Notice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_click_whose_first_one_is_forgotten_while_it_waits_is_not_carried_out_again(rf):
    """The visitor's next form is carried out in the moment between the two statements of the second click."""
    begun, waits, go_on = (threading.Event() for _each in range(3))
    forgotten = []

    @sent_once
    def make(request):
        Organisation.objects.create(slug=f"made-{Organisation.objects.count()}", name="Made")
        begun.set()
        go_on.wait(timeout=5)
        return HttpResponseRedirect("/fr/")

    def forget_all(_request):
        return SentForm.objects.all().delete()

    def forget_before_reading(execute, sql, params, many, context):
        if sql.startswith(f'INSERT INTO "{SentForm._meta.db_table}"'):
            waits.set()
            try:
                return execute(sql, params, many, context)
            except IntegrityError:
                with ThreadPoolExecutor(1) as another:
                    forgotten.append(another.submit(in_thread, forget_all, None).result())
                raise
        return execute(sql, params, many, context)

    def click_again():
        with connection.execute_wrapper(forget_before_reading):
            return in_thread(make, form_request(rf))

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(in_thread, make, form_request(rf))
        assert begun.wait(timeout=5)
        second = pool.submit(click_again)
        assert waits.wait(timeout=5)
        go_on.set()
        assert (first.result().status_code, second.result().status_code) == (302, 409)
    assert len(forgotten) == 1 and Organisation.objects.count() == 1


def form_request(rf):
    request = rf.post("/fr/", {"csrfmiddlewaretoken": "a" * 64})
    request._messages = CookieStorage(request)
    return request


def in_thread(view, request):
    try:
        return view(request)
    finally:
        connection.close()


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "field", "after"), [(NEW, NOTICE, KEPT_FOR), ("reset", {}, timedelta(seconds=30))])
def test_a_form_is_known_for_a_short_time(writer, page, field, after):
    SentForm.objects.all().delete()
    if page == "reset":
        writer.logout()
        page, field = reverse("account_reset_password"), {"email": "nobody@ardenne.example"}
    wish = Page(writer.get(page).text, page).form(page).data(**field)
    done = []
    for seconds in (0, -5, 5):
        SentForm.objects.update(
            sent_at=timezone.now() - after - timedelta(seconds=seconds) if seconds else F("sent_at")
        )
        writer.post(page, wish)
        done.append(Notice.objects.count() or Message.objects.count())
    assert (done, after <= timedelta(minutes=10)) == ([1, 1, 2], True)


@pytest.mark.django_db
def test_claims_that_hold_no_longer_are_forgotten(writer):
    writer.post(NEW, drawn(writer))
    forget_sent_forms(now=timezone.now() + KEPT_FOR - timedelta(minutes=1))
    assert SentForm.objects.count() == 1
    forget_sent_forms(now=timezone.now() + KEPT_FOR + timedelta(minutes=1))
    assert not SentForm.objects.exists()


# --- every form is among those that the long profile sends ---


def views(resolver, namespace=""):
    """Yield (name, pattern) of each address."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", pattern


SAMPLES = {"UUIDConverter": "00000000-0000-4000-8000-000000000000", "IntConverter": "1"}


@pytest.mark.long
@pytest.mark.serving
@pytest.mark.django_db(transaction=True)
def test_an_application_with_codes_is_started_once(served):
    user = UserFactory()
    visitor = Visitor(served, user)
    assert visitor.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status == 302
    address = reverse("mfa_activate_totp")
    page = visitor.get(address).text
    secret = re.search(r"<code>(\w+)</code>", page)[1]
    form = next(form for form in Page(page, address).forms if form.path == address)
    wish = form.data(code=code_of(secret))
    answers = all_at_once([visitor] * TIMES, lambda each, connection: each.post(address, wish, connection))
    assert {(answer.status, answer.location) for answer in answers} == {(302, reverse("mfa_view_recovery_codes"))}
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "totp"]
    assert Message.objects.filter(template="account.totp_activated").count() == 1


def sample_of(name, pattern):
    names = pattern.pattern.converters or (getattr(pattern.pattern, "regex", None) and pattern.pattern.regex.groupindex)
    converters = pattern.pattern.converters
    return reverse(name, kwargs={key: SAMPLES.get(type(converters.get(key)).__name__, "x") for key in names or ()})


@pytest.mark.long
@pytest.mark.django_db
def test_every_address_that_takes_a_form_is_walked():
    """The admin needs no list: the walk goes over its models, and over all pages of each."""
    walked = {(case.action or case.page).view_name for case in CASES.values() if case.method == "post"} | {*POSTS}
    client = Client()
    client.force_login(UserFactory(superuser=True))
    unwalked = set()
    for name, pattern in views(get_resolver()):
        if name.startswith("admin:") or name in walked | READ_ONLY | NEVER_SHOWN:
            continue
        if client.post(sample_of(name, pattern)).status_code != 405:
            unwalked.add(name)
    assert unwalked == set()
