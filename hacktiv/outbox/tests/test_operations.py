from datetime import timedelta
from email.utils import formataddr

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from hacktiv.common.personal_data import HeldAddress, Person
from hacktiv.outbox import operations
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import OutboxError, cancel, enqueue, mark_sent, purge, send_again, send_due
from hacktiv.outbox.personal_data import MAILS
from hacktiv.outbox.registry import Mail, absolute_url, builder_of, register

from .factories import MessageFactory
from .smtp import SmtpServer

pytestmark = pytest.mark.django_db

TEXT = {"subject": "S", "text": "T\n", "html": ""}


def reloaded(message):
    message.refresh_from_db()
    return message


# --- writing ---


def test_a_mail_is_put_in_once_per_key():
    first = enqueue(key="k", template="test.note", to_email="a@b.example", language="fr", rendered=TEXT)
    second = enqueue(key="k", template="test.note", to_email="z@b.example", language="fr", rendered=TEXT)
    assert first.state == MessageState.PENDING
    assert second is None
    assert [message.to_email for message in Message.objects.all()] == ["a@b.example"]
    assert (send_due(), send_due()) == (1, 0)
    assert [sent.to for sent in mail.outbox] == [["a@b.example"]]


def test_several_mails_are_put_in_by_one_statement_each_once_per_key(django_assert_num_queries):
    enqueue(key="k1", template="test.note", to_email="a@b.example", language="fr", rendered=TEXT)
    mails = [MessageFactory.build(key=f"k{number}") for number in (2, 1, 3, 2)]
    with django_assert_num_queries(1):
        stored = operations.enqueue_all(mails)
    assert [message.key for message in stored] == ["k2", "k3"]
    assert [reloaded(message).key for message in stored] == ["k2", "k3"]
    assert Message.objects.count() == 3
    assert operations.enqueue_all([]) == []


@pytest.mark.parametrize(("name", "text"), [("test.unknown", None), ("test.unknown", TEXT), ("test.note", None)])
def test_a_kind_that_no_app_registered_fails_at_once(name, text):
    with pytest.raises(LookupError, match=name):
        enqueue(key="k", template=name, to_email="a@b.example", language="fr", rendered=text)
    with pytest.raises(LookupError, match=name):
        operations.enqueue_all([MessageFactory.build(), MessageFactory.build(template=name, rendered=text)])
    assert not Message.objects.exists()


def test_a_domain_with_an_accent_is_reached_as_dns_writes_it(smtp):
    address = "aline@forêt.example"
    MessageFactory(to_email=address, to_name="Aline Forêt", reply_to=address)
    told = []
    smtp.on_rcpt = told.append
    assert send_due() == 1
    assert [line.partition("<")[2] for line in told] == ["aline@xn--fort-ipa.example>"]
    (taken,) = smtp.received
    assert taken["To"] == "Aline Forêt <aline@xn--fort-ipa.example>"
    assert taken["Reply-To"] == "aline@xn--fort-ipa.example"


def test_a_mail_of_a_transaction_that_fails_is_never_sent():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(key="k", template="test.note", to_email="a@b.example", language="fr", rendered=TEXT)
        1 / 0  # noqa: B018
    assert send_due() == 0
    assert not Message.objects.exists()


def test_a_mail_waits_for_its_time():
    later = timezone.now() + timedelta(hours=1)
    MessageFactory(due_at=later)
    assert send_due() == 0
    assert send_due(now=later) == 1


def test_a_mail_that_comes_too_late_is_dropped_and_its_text_erased():
    message = MessageFactory(expires_at=timezone.now())
    assert send_due() == 0
    assert (reloaded(message).state, message.rendered) == (MessageState.DROPPED, None)
    assert mail.outbox == []


def test_a_cancelled_mail_is_dropped_and_others_with_another_key_stay():
    gone = MessageFactory(key="reminder:7:1")
    sent = MessageFactory(key="reminder:7:2", state=MessageState.SENT, sent_at=timezone.now(), rendered=None)
    other = MessageFactory(key="reminder:70:1")
    assert cancel(key_prefix="reminder:7:") == 1
    assert [reloaded(message).state for message in (gone, sent, other)] == ["dropped", "sent", "pending"]


def test_the_mails_of_an_address_are_found_whatever_its_capitals_and_state():
    own = [
        MessageFactory(to_email="Ada@b.example"),
        MessageFactory(to_email="ada@b.example", state=MessageState.SENT, sent_at=timezone.now(), rendered=None),
        MessageFactory(reply_to="ada@b.example"),
        MessageFactory(context={"asked_by": "Écrivez à Ada@b.example."}),
        MessageFactory(to_email="typed@b.example", template="account.email_confirmation"),
    ]
    MessageFactory(to_email="ada@b.example.org", context={"asked_by": "nada@b.example"})
    MessageFactory(to_email="typed@b.example")
    person = Person(held=frozenset({HeldAddress("ada@b.example")}), typed=frozenset({"typed@b.example"}))
    assert set(Message.objects.filter(MAILS(person))) == set(own)


def test_old_mails_are_purged_but_not_those_that_wait_for_a_decision():
    old = timezone.now() - operations.KEPT_FOR - timedelta(seconds=1)
    MessageFactory(due_at=old, state=MessageState.SENT, sent_at=old, rendered=None)
    MessageFactory(due_at=old, state=MessageState.FAILED)
    kept = {
        MessageFactory(due_at=old, state=MessageState.DOUBTFUL, claimed_by="x"),
        MessageFactory(state=MessageState.SENT, sent_at=timezone.now(), rendered=None),
        MessageFactory(due_at=old),
    }
    assert purge() == 2
    assert set(Message.objects.all()) == kept


@pytest.mark.parametrize("state", ["failed", "doubtful"])
def test_secrets_of_a_mail_that_never_left_go_with_their_time(state):
    over = MessageFactory(state=state, expires_at=timezone.now(), context={"text": "x"})
    useful = MessageFactory(state=state, expires_at=timezone.now() + timedelta(hours=1))
    assert purge() == 0
    assert (reloaded(over).state, over.rendered, over.context) == (state, None, {})
    assert reloaded(useful).rendered == TEXT | {"subject": "Un mot", "text": "Bonjour.\n"}


def test_one_transaction_wakes_the_sender_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        for number in range(3):
            enqueue(key=f"k{number}", template="test.note", to_email="a@b.example", language="fr", rendered=TEXT)
    assert len(callbacks) == 1


def test_a_mail_for_later_wakes_nobody(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        later = timezone.now() + timedelta(hours=1)
        enqueue(key="k", template="test.note", to_email="a@b.example", language="fr", rendered=TEXT, due_at=later)
    assert callbacks == []


# --- what a mail shows ---


def test_a_mail_is_written_in_the_language_of_its_reader(kind):
    def builder(context):
        return Mail({"word": translation.get_language() + context["x"]})

    message = MessageFactory(template=kind(builder), rendered=None, language="nl", context={"x": " 1 < 2 & l'été"})
    with translation.override("en"):
        assert send_due() == 1
    [sent] = mail.outbox
    assert sent.subject == "Un mot : nl 1 < 2 & l'été"
    assert sent.body == "nl 1 < 2 & l'été nl http://localhost:8000\n"
    assert sent.alternatives[0] == ("<p>nl 1 &lt; 2 &amp; l&#x27;été</p>", "text/html")
    assert sent.extra_headers["Message-ID"] == f"<{message.message_id}@localhost>"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_mail_names_its_reader_and_the_address_for_answers():
    MessageFactory(to_email="a@b.example", to_name="Zoé, de Chimay", reply_to="c@d.example")
    send_due()
    assert mail.outbox[0].message()["To"] == formataddr(("Zoé, de Chimay", "a@b.example"), "utf-8")
    assert mail.outbox[0].reply_to == ["c@d.example"]


def test_a_calendar_file_keeps_its_method(kind, smtp):
    def builder(context):
        return Mail(
            {"word": "w"}, [("rendez-vous.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "text/calendar; method=REQUEST")]
        )

    MessageFactory(template=kind(builder), rendered=None)
    assert send_due() == 1
    [attachment] = smtp.received[0].iter_attachments()
    assert (attachment.get_content_type(), attachment.get_filename()) == ("application/ics", "rendez-vous.ics")
    body = next(smtp.received[0].iter_parts())
    assert body.get_content_type() == "multipart/alternative"
    *_texts, entry = body.iter_parts()
    assert entry.get_content_type() == "text/calendar"
    assert entry["Content-Type"].params["method"] == "REQUEST"
    for part in (attachment.get_content().decode(), entry.get_content()):
        assert part.strip().splitlines() == ["BEGIN:VCALENDAR", "END:VCALENDAR"]
    for part in _texts:
        assert ("depuis votre agenda" in part.get_content()) == (part.get_content_type() == "text/plain")


def test_a_mail_that_its_builder_finds_useless_is_dropped(kind):
    message = MessageFactory(template=kind(lambda context: None), rendered=None)
    assert send_due() == 0
    assert reloaded(message).state == MessageState.DROPPED


def test_a_builder_that_fails_keeps_its_mail_and_holds_up_no_other(kind):
    def builder(context):
        raise ValueError("no such event")

    broken = MessageFactory(template=kind(builder), rendered=None)
    unknown = MessageFactory(template="test.unknown", rendered=None)
    MessageFactory(to_email="after@b.example")
    now = timezone.now()
    assert send_due(now=now) == 1
    assert [sent.to for sent in mail.outbox] == [["after@b.example"]]
    assert (reloaded(broken).state, broken.error, broken.attempts) == ("pending", "ValueError: no such event", 1)
    assert broken.due_at == now + operations.FIRST_WAIT
    assert reloaded(unknown).error.startswith("LookupError: ")


@pytest.mark.parametrize(
    "values",
    [
        {"to_name": "Anne\r\nBcc: v@x.example"},
        {"reply_to": "a@b.example\nBcc: v@x.example"},
        {"rendered": TEXT | {"subject": "S\nBcc: v@x.example"}},
        {"to_email": "a@b.example\r\nRCPT TO:<v@x.example>"},
        {"to_email": "@"},
    ],
)
def test_a_mail_unfit_for_a_header_ends_at_once_and_holds_up_no_other(smtp, values):
    broken = MessageFactory(**values)
    MessageFactory(to_email="after@b.example")
    assert send_due() == 1
    assert smtp.recipients() == ["after@b.example"]
    assert (reloaded(broken).state, broken.claimed_by, broken.attempts) == ("failed", "", 1)
    assert broken.error.split(":")[0] in {"BadHeaderError", "ValueError"}
    assert operations.settle_dead_claims() == 0


def test_a_kind_has_one_builder(kind):
    once = kind(lambda context: None)
    with pytest.raises(ValueError, match=r"test\.kind"):
        register(once, label="Once")(lambda context: Mail())
    with pytest.raises(LookupError, match=r"test\.never"):
        builder_of("test.never")


def test_the_address_of_a_page_is_whole_and_in_the_active_language(settings):
    settings.SITE_URL = "https://hacktiv.example"
    with translation.override("nl"):
        assert absolute_url("account_login") == "https://hacktiv.example/nl/accounts/login/"


# --- what may go wrong with the mail server ---


def test_a_sent_mail_keeps_no_text(smtp):
    message = MessageFactory(to_email="a@b.example", context={"text": "what a visitor wrote"})
    assert send_due() == 1
    assert (reloaded(message).state, message.rendered, message.context) == (MessageState.SENT, None, {})
    assert message.claimed_by == ""
    assert message.sent_at is not None
    assert [(m["To"], m["Message-ID"]) for m in smtp.received] == [("a@b.example", f"<{message.message_id}@localhost>")]


def test_without_a_mail_server_one_mail_is_postponed_and_none_lost(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    first, second = MessageFactory(attempts=operations.MAX_ATTEMPTS), MessageFactory()
    now = timezone.now()
    assert send_due(now=now) == 0
    assert (reloaded(first).state, first.due_at) == (MessageState.PENDING, now + operations.LONGEST_WAIT)
    assert first.error.startswith("ConnectionRefusedError")
    assert (reloaded(second).state, second.attempts) == (MessageState.PENDING, 0)


def test_a_mail_waits_from_the_moment_it_was_due_until_a_mail_server_answers(smtp, settings):
    now = timezone.now()
    message = MessageFactory(due_at=now)
    MessageFactory(due_at=now + timedelta(hours=9))
    assert Message.objects.waiting_since(now - timedelta(seconds=1)) is None
    assert Message.objects.waiting_since(now) == now
    settings.EMAIL_PORT = 1
    for minutes in (0, 1, 3, 7):
        send_due(now=now + timedelta(minutes=minutes))
    assert (reloaded(message).attempts, message.due_at) == (4, now + timedelta(minutes=15))
    assert Message.objects.waiting_since(now + timedelta(minutes=8)) == now
    settings.EMAIL_PORT = smtp.port
    smtp.on_rcpt = lambda line: b"450 mailbox busy"
    send_due(now=now + timedelta(minutes=15))
    assert reloaded(message).error == "SMTPRecipientsRefused: 450 mailbox busy"
    assert Message.objects.waiting_since(now + timedelta(minutes=16)) is None


@pytest.mark.parametrize(
    "reply",
    [
        b"450 mailbox busy",
        b"451 greylisted, come back",
        b"421 closing down",
        b"530 5.7.0 authentication required",
        b"554 5.7.1 relay access denied",
    ],
)
def test_a_refusal_is_tried_again_later_with_the_same_message_id(smtp, reply):
    message = MessageFactory()
    smtp.on_rcpt = lambda address: reply
    now = timezone.now()
    assert send_due(now=now) == 0
    assert (reloaded(message).state, message.attempts) == (MessageState.PENDING, 1)
    assert message.due_at == now + timedelta(minutes=1)
    assert reply[:3].decode() in message.error
    smtp.on_rcpt = lambda address: None
    assert send_due(now=now) == 0
    assert send_due(now=now + timedelta(minutes=1)) == 1
    assert [m["Message-ID"] for m in smtp.received] == [f"<{message.message_id}@localhost>"]


def test_a_recipient_whom_the_server_does_not_know_is_asked_for_once(smtp):
    message, after = MessageFactory(), MessageFactory(to_email="after@b.example")
    asked = []

    def answer(line):
        asked.append(line)
        return b"550 5.1.1 no such mailbox" if message.to_email in line else None

    smtp.on_rcpt = answer
    assert send_due() == 1
    assert send_due(now=timezone.now() + timedelta(days=2)) == 0
    assert (reloaded(message).state, message.attempts, message.claimed_by) == (MessageState.FAILED, 1, "")
    assert message.error == "SMTPRecipientsRefused: 550 5.1.1 no such mailbox"
    assert len(asked) == 2
    assert reloaded(after).state == MessageState.SENT
    smtp.on_rcpt = lambda line: None
    send_again(message=message)
    assert send_due() == 1


@pytest.mark.parametrize(("reply", "state"), [(b"554 looks like spam", "failed"), (b"452 disk full", "pending")])
def test_a_refusal_of_the_content_is_no_doubt(smtp, reply, state):
    message = MessageFactory()
    smtp.on_data = lambda mail: reply
    assert send_due() == 0
    assert (reloaded(message).state, smtp.received) == (state, [])
    assert message.error == f"SMTPDataError: {reply.decode()}"


def test_the_sender_gives_up_after_the_last_refusal(smtp):
    message = MessageFactory(attempts=operations.MAX_ATTEMPTS - 1)
    smtp.on_rcpt = lambda address: b"450 mailbox busy"
    assert send_due() == 0
    assert (reloaded(message).state, message.error) == ("failed", "SMTPRecipientsRefused: 450 mailbox busy")


@pytest.mark.parametrize(("ending", "arrived"), [(SmtpServer.HANG_UP, 0), (SmtpServer.ACCEPT_AND_HANG_UP, 1)])
def test_a_connection_lost_after_the_text_leaves_the_mail_in_doubt(smtp, ending, arrived):
    lost, after = MessageFactory(to_email="lost@b.example"), MessageFactory(to_email="after@b.example")
    smtp.on_data = lambda mail: ending if mail["To"] == "lost@b.example" else None
    assert send_due() == 1
    assert (reloaded(lost).state, reloaded(after).state) == (MessageState.DOUBTFUL, MessageState.SENT)
    smtp.on_data = lambda mail: None
    assert send_due(now=timezone.now() + timedelta(days=1)) == 0
    assert smtp.recipients().count("lost@b.example") == arrived


# --- what staff decides ---


def test_a_doubtful_mail_is_sent_again_on_demand():
    message = MessageFactory(state=MessageState.DOUBTFUL, claimed_by="x", attempts=3)
    send_again(message=message)
    assert send_due() == 1
    assert (reloaded(message).state, message.attempts) == (MessageState.SENT, 1)


def test_a_doubtful_mail_is_marked_as_sent_on_demand():
    claimed_at = timezone.now() - timedelta(hours=1)
    message = MessageFactory(state=MessageState.DOUBTFUL, claimed_by="x", claimed_at=claimed_at)
    mark_sent(message=message)
    assert (reloaded(message).state, message.sent_at, message.rendered) == (MessageState.SENT, claimed_at, None)
    assert send_due() == 0


@pytest.mark.parametrize("state", ["pending", "claimed", "sent", "dropped"])
def test_only_a_mail_in_doubt_or_given_up_is_sent_again(state):
    fields = {"sent": {"sent_at": timezone.now(), "rendered": None}, "dropped": {"rendered": None}}.get(state, {})
    message = MessageFactory(state=state, **fields)
    with pytest.raises(OutboxError) as refusal:
        send_again(message=message)
    assert refusal.value.code == "not_doubtful"
    with pytest.raises(OutboxError):
        mark_sent(message=message)
    assert reloaded(message).state == state


def test_a_mail_whose_time_is_over_is_not_sent_again():
    message = MessageFactory(state=MessageState.FAILED, expires_at=timezone.now())
    with pytest.raises(OutboxError) as refusal:
        send_again(message=message)
    assert refusal.value.code == "expired"


# --- what the database refuses ---


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"claimed_by": "x"}, "outbox_message_claim_has_sender"),
        ({"state": "sent", "rendered": None}, "outbox_message_sent_has_date"),
        ({"sent_at": timezone.now()}, "outbox_message_sent_has_date"),
        ({"state": "dropped"}, "outbox_message_secrets_erased"),
    ],
)
def test_the_database_refuses_a_message_that_contradicts_itself(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MessageFactory(**fields)


def test_the_database_refuses_a_second_message_of_a_key():
    MessageFactory(key="k")
    with pytest.raises(IntegrityError, match="key"), transaction.atomic():
        MessageFactory(key="k")
