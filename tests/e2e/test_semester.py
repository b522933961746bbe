"""A whole half-year in browsers: from an empty desk to the closed report, its files and its package for controllers."""

import csv
import hashlib
import json
import re
import subprocess
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from reporting.desk.queries.half_years import half_years_of_the_desk
from reporting.enums import ContributionState, VersionState
from reporting.models import Contribution, CountedAction, ProposedAction, ReportVersion
from tests.serving import celery_worker

from .conftest import DESK, PHONE
from .semester import POSTER, SHEET, Semester

pytestmark = [pytest.mark.serving, pytest.mark.django_db(transaction=True)]

#: Words of the desk: what is missing, and whom to ask.
AWAITED = "Partenaires qui n’ont pas terminé leur contribution"
CONTESTED = "Actions dont un partenaire dit les nombres inexacts"
OWN = "À vous de décider"
PROOFS, PARTNERS = "reason_proofs_missing", "reason_partners_not_done"
#: Why the half-year is closed all the same, by the field of each check that asks.
REASONS = {PROOFS: "Les listes arrivent par la poste.", PARTNERS: "Le Phare n’a rien fait ce semestre."}
#: In milliseconds: a worker makes the twelve files of a report, or its package, meanwhile.
LONG = 90_000


class Person:
    """Somebody before the pages of one half-year."""

    def __init__(self, page, semester):
        self.page, self.semester = page, semester

    def open(self, name, *args):
        """Open one of the pages of the half-year's report."""
        self.page.goto(self.address(name, *args))

    def address(self, name, *args):
        return reverse(f"reporting:{name}", args=[*self.semester.address, *args])

    def follow(self, address, within="main"):
        self.page.locator(f"{within} a[href='{address}'], {within} a[href^='{address}?']").first.click()

    def send(self, form="main form.form", value=""):
        named = f"[value={value}]" if value else ""
        self.page.locator(f"{form} button[type=submit]{named}").first.click()

    def post(self, name, *args):
        """Click the button of the form that leads to this address."""
        self.send(f"main form[action='{self.address(name, *args)}']")

    def told(self, words):
        said = self.page.locator(".messages, main [role=status]")
        expect(said.filter(has_text=words).first).to_be_visible()

    def reads(self, *words, within="main"):
        for each in words:
            expect(self.page.locator(within).first).to_contain_text(each)

    def read_once_made(self):
        """Wait until no worker is at the report any more: the page says so in place, or did so when it came."""
        read = self.page.locator("#progress:not([data-hx-get]) a")
        asks_anew = self.page.locator(f"main form[action='{self.address('build')}']").first
        expect(read.or_(asks_anew).first).to_be_visible(timeout=LONG)
        if read.count():
            read.click()
        expect(asks_anew).to_be_visible()

    def download(self, link, folder):
        """Take a file away by its link; return its path."""
        with self.page.expect_download() as download:
            link.click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    def numbers(self, row, within="main"):
        """Return the numbers of a row, without where each comes from."""
        cells = self.page.locator(f"{within} tr", has_text=row).first.locator("td.number").all_inner_texts()
        return [re.sub(r"\s+", " ", cell.partition("\n")[0]).strip() for cell in cells]


@pytest.fixture
def semester(site):
    return Semester()


@pytest.fixture
def worker(site, tmp_path):
    with celery_worker(mails=tmp_path) as process:
        yield process


@pytest.mark.long
def test_a_half_year_from_the_empty_desk_to_the_package(somebody, semester, worker, tmp_path):
    coordinator = Person(somebody(UserFactory(coordinates=True, is_staff=True), viewport=DESK), semester)
    lead = Person(somebody(semester.lead_person, viewport=PHONE), semester)
    other = Person(somebody(semester.other_person, viewport=PHONE, java_script_enabled=False), semester)
    open_the_half_year(coordinator)
    semester.hold_events()
    choose_what_counts(coordinator)
    tell_the_leads_part(lead)
    tell_the_others_part(other)
    accept_what_was_missing(coordinator)
    correct(coordinator, Person(somebody(semester.manager, viewport=PHONE), semester))
    check_proofs(coordinator)
    give_back(coordinator, other)
    classify(coordinator)
    choose_indicators(coordinator)
    take_texts_over(coordinator)
    read_the_draft(coordinator)
    close(coordinator)
    take_away(coordinator, tmp_path)
    read_at_the_desk(coordinator)
    read_in_public(Person(somebody(viewport=PHONE), semester))


def open_the_half_year(coordinator):
    """Find nothing on the desk but the partners' parts, and set the date until which they are awaited."""
    until = timezone.localdate() + timedelta(days=20)
    coordinator.page.goto(reverse("reporting:desk"))
    coordinator.follow(coordinator.address("desk_of"))
    assert missing(coordinator) == [(AWAITED, "Rivage, Aval, Phare", "3")]
    coordinator.follow(coordinator.address("parts"))
    coordinator.page.locator("[name=until]").fill(until.isoformat())
    coordinator.post("parts_until")
    coordinator.semester.period.refresh_from_db()
    assert coordinator.semester.period.partners_until == until


def choose_what_counts(coordinator):
    """Count the five events that were held, after a look at what they add."""
    coordinator.open("desk_of")
    coordinator.follow(coordinator.address("uncounted"))
    boxes = coordinator.page.locator("main input[name=events]")
    assert boxes.count() == 5
    for box in boxes.all():
        box.check()
    coordinator.send("main form", "preview")
    expect(coordinator.page.locator("main button[value=count]")).to_be_visible()
    assert not CountedAction.objects.filter(project=coordinator.semester.project).exists()
    coordinator.send("main form", "count")
    expect(coordinator.page).to_have_url(re.compile("/classify/$"))
    assert CountedAction.objects.filter(project=coordinator.semester.project, counts=True).count() == 5


def tell_the_leads_part(lead):
    """See the four events of the lead, add the list of the workshop, confirm all counts, write, spend, be done."""
    semester, pk = lead.semester, lead.semester.lead.pk
    lead.page.goto(reverse("portal:me"))
    lead.follow(reverse("reporting:own_projects"))
    lead.follow(lead.address("parts"))
    lead.reads("Atelier à deux", "Marché ouvert", "Cours commun", "Réunion de préparation")
    expect(lead.page.locator("main")).not_to_contain_text("Repas d’aval")
    lead.follow(lead.address("part_proof", pk, semester.workshop.slug))
    expect(lead.page.locator("[name=kind]")).to_have_value("attendance_sheet")
    sheet = {"name": "liste.pdf", "mimeType": "application/pdf", "buffer": SHEET}
    lead.page.locator("[name=file]").set_input_files(sheet)
    lead.send()
    lead.reads("Atelier à deux")
    lead.post("part_all_counts", pk)
    lead.told("4")
    write(lead, pk, "highlights", "Rivage a reçu l’atelier.")
    spend(lead, pk, claimed="12 000,50", erdf="6000.25")
    lead.post("part_done", pk)
    lead.send()
    lead.told("terminée")
    assert state_of(semester, semester.lead) == ContributionState.DONE


def tell_the_others_part(other):
    """Propose what is missing, confirm one count, contradict another, write, spend, be done."""
    semester, pk = other.semester, other.semester.other.pk
    other.open("parts")
    say(other, semester.workshop, "right")
    say(other, semester.meal, "wrong", "Nous étions 8 : une personne est comptée deux fois.")
    other.reads("une personne est comptée deux fois")
    other.follow(other.address("part_missing", pk))
    day = semester.start + timedelta(days=100)
    for name, value in {"title": "Café du pont", "earliest": day.isoformat(), "note": "Nous étions 7."}.items():
        other.page.locator(f"[name={name}]").fill(value)
    other.send()
    write(other, pk, "highlights", "Aval a tenu un café.")
    write(other, pk, "problems", "Le pont était fermé en mai.")
    spend(other, pk, claimed="8000", approved="7 500", erdf="4000")
    other.post("part_done", pk)
    other.send()
    other.told("terminée")
    assert state_of(semester, semester.other) == ContributionState.DONE
    proposal = ProposedAction.objects.get(contribution__period=semester.period)
    assert (proposal.title, proposal.earliest, proposal.event) == ("Café du pont", day, None)


def write(person, partner, section, words):
    person.follow(person.address("part_text", partner, section))
    person.page.locator("[name=fr]").fill(words)
    person.send()
    person.reads(words)


def spend(person, partner, **amounts):
    person.follow(person.address("part_spending", partner))
    for name, amount in amounts.items():
        person.page.locator(f"[name={name}]").fill(amount)
    person.send()


def say(person, event, answer, word=""):
    person.follow(person.address("part_counts", person.semester.other.pk, event.slug))
    person.page.locator(f"[name=answer][value={answer}]").check()
    if word:
        person.page.locator("[name=word]").fill(word)
    person.send()
    expect(person.page).to_have_url(re.compile("/parts/#action-"))


def state_of(semester, partner):
    return Contribution.objects.get(period=semester.period, partner=partner).state


def missing(coordinator):
    """Return the lines of what is missing on the desk: the words of each, whom to ask, and how many."""
    coordinator.open("desk_of")
    lines = []
    for row in coordinator.page.locator("section[aria-labelledby=missing] tbody tr").all():
        cells = [row.locator("th"), row.locator("td").first, row.locator("td strong")]
        lines.append(tuple(cell.inner_text().partition("\n")[0].strip() for cell in cells))
    return lines


def accept_what_was_missing(coordinator):
    """Accept from the desk the action that a partner proposed, and enter how many came."""
    semester = coordinator.semester
    proposal = ProposedAction.objects.get(contribution__period=semester.period)
    assert missing(coordinator) == [
        ("Actions proposées par des partenaires", OWN, "1"),
        ("Actions dont personne n’a décidé l’indicateur", OWN, "5"),
        (CONTESTED, "La Maison", "1"),
        ("Actions auxquelles il manque une preuve", "La Maison", "1"),
        ("Actions auxquelles il manque une preuve", "La Rive", "2"),
        ("Actions avec une preuve à vérifier", OWN, "2"),
        (AWAITED, "Phare", "1"),
    ]
    coordinator.follow(coordinator.address("proposal", proposal.pk))
    coordinator.reads("Nous étions 7.")
    coordinator.page.locator("[name=type]").select_option(str(semester.free_type.pk))
    coordinator.page.locator("[name=mode]").select_option("onsite")
    coordinator.send("main form.form", "accept")
    coordinator.told("Café du pont")
    proposal.refresh_from_db()
    semester.coffee = proposal.event
    assert CountedAction.objects.filter(project=semester.project, event=semester.coffee, counts=True).exists()
    count(coordinator, semester.coffee, 7)


def count(coordinator, event, number, reason=""):
    coordinator.page.goto(reverse("admin:events_event_count", args=[event.pk]))
    for name, value in {"lower": number, "upper": number, "reason": reason}.items():
        coordinator.page.locator(f"[name={name}]").fill(str(value))
    coordinator.page.locator("#content-main .submit-row input[type=submit]").click()
    expect(coordinator.page.locator(".messagelist .success")).to_be_visible()
    current = event.declared_counts.current().get()
    assert (current.lower, current.upper) == (number, number)


def correct(coordinator, manager):
    """Read on the desk whose count a partner contradicted: the team of its space corrects it, and the line is gone."""
    assert (CONTESTED, "La Maison", "1") in missing(coordinator)
    count(manager, manager.semester.meal, 8, "Une personne était comptée deux fois.")
    assert CONTESTED not in {words for words, _whom, _number in missing(coordinator)}


def check_proofs(coordinator):
    """Check the proofs that a partner and a manager have added."""
    semester = coordinator.semester
    for event in (semester.workshop, semester.fair):
        proof = event.proofs.get()
        coordinator.page.goto(reverse("admin:events_event_proof_check", args=[event.pk, proof.pk]))
        coordinator.page.locator("#content-main .submit-row input[type=submit]").first.click()
        expect(coordinator.page.locator(".messagelist .success")).to_be_visible()
        proof.refresh_from_db()
        assert proof.checked_at


def give_back(coordinator, other):
    """Give the part whose counts changed back with a word; the partner reads it, confirms both, and is done again."""
    semester, pk = other.semester, other.semester.other.pk
    coordinator.open("parts")
    coordinator.follow(coordinator.address("part_give_back", pk))
    coordinator.page.locator("[name=word]").fill("Deux comptes ont changé : sont-ils justes ?")
    coordinator.send()
    coordinator.told("Aval")
    assert state_of(semester, semester.other) == ContributionState.GIVEN_BACK
    mails = Message.objects.filter(template="reporting.part_given_back", to_email=semester.other_person.email)
    assert mails.count() == 1
    other.open("parts")
    other.reads("Deux comptes ont changé : sont-ils justes ?", "Café du pont")
    say(other, semester.meal, "right")
    say(other, semester.coffee, "right")
    other.post("part_done", pk)
    other.send()
    other.told("terminée")
    assert state_of(semester, semester.other) == ContributionState.DONE


def classify(coordinator):
    """Decide on one action with a word, be refused what the rules exclude, and accept the other proposals at once."""
    semester = coordinator.semester
    coordinator.open("classify")
    coordinator.follow(own_action(semester, semester.preparation))
    choose(coordinator, "none", "Elle préparait les autres : elle ne compte pas.")
    coordinator.follow(own_action(semester, semester.coffee))
    choose(coordinator, "RCO81", "Un café des deux rives.")
    coordinator.reads("RCO81", within="main [role=alert]")
    coordinator.page.goto(f"{coordinator.address('classify')}?tick=all")
    boxes = coordinator.page.locator("main input[name=actions]")
    assert [box.is_checked() for box in boxes.all()] == [True] * 5
    coordinator.send("main section[aria-labelledby=proposed] form")
    coordinator.told("5")
    decided = {
        action.event.title_fr: sorted(action.classifications.values_list("indicator", flat=True))
        for action in CountedAction.objects.filter(project=semester.project)
    }
    assert decided == {
        "Atelier à deux": ["RCO81"],
        "Marché ouvert": ["RCO115"],
        "Cours commun": ["RCO85"],
        "Réunion de préparation": [""],
        "Repas d’aval": [""],
        "Café du pont": [""],
    }


def own_action(semester, event):
    action = CountedAction.objects.get(project=semester.project, event=event)
    return reverse("reporting:classify_action", args=[semester.project.slug, action.pk])


def choose(coordinator, code, word):
    coordinator.page.locator(f"[name=codes][value={code}]").check()
    coordinator.page.locator("[name=reason]").fill(word)
    coordinator.send()


def choose_indicators(coordinator):
    semester = coordinator.semester
    indicators = reverse("reporting:indicators", args=[semester.project.slug])
    for code, target in {"RCO81": 60, "RCO115": 4, "RCO85": 24, "RCO87": None}.items():
        coordinator.page.goto(indicators)
        coordinator.follow(reverse("reporting:aim", args=[semester.project.slug, code]))
        if target:
            coordinator.page.locator("[name=target]").fill(str(target))
        coordinator.send()
        coordinator.told(code)


def take_texts_over(coordinator):
    """Take the three texts of the partners over into the report."""
    coordinator.open("parts")
    coordinator.follow(coordinator.address("part_texts"))
    boxes = coordinator.page.locator("main input[name=texts]")
    assert boxes.count() == 3
    for box in boxes.all():
        box.check()
    coordinator.send("main form")
    coordinator.told("3")


def build(coordinator):
    """Have the draft built by the worker, and read it once it is."""
    coordinator.open("report")
    coordinator.post("build")
    coordinator.read_once_made()


#: The numbers of the page, counted by hand: before, this half-year, in all. The workshop's list names 6; declared are
#: 40 at the fair, 12 at the training, 15 at the preparation, 8 at the meal and 7 at the coffee: 88 in all.
FIGURES = {
    "NET-ACTIONS": ["0", "6", "6"],
    "NET-PARTICIPATIONS": ["0", "88", "88"],
    "NET-PERSONS": ["0", "40 à 88", "40 à 88"],
}
#: The target, before, this half-year, in all, and the share of the target.
INDICATORS = {
    "RCO81": ["60", "0", "6", "6", "10 %"],
    "RCO115": ["4", "0", "1", "1", "25 %"],
    "RCO85": ["24", "0", "12", "12", "50 %"],
}


def read_the_draft(coordinator):
    """Have the draft built, read its numbers, comment on a section, and have it built anew with the comment."""
    build(coordinator)
    for code, numbers in (FIGURES | INDICATORS).items():
        assert coordinator.numbers(f"{code} ·") == numbers, code
    coordinator.follow(coordinator.address("comment", "indicators"))
    coordinator.page.locator("[name=fr]").fill("La formation dépassera sa cible.")
    coordinator.send()
    build(coordinator)
    for words in ("La formation dépassera sa cible.", "Rivage a reçu l’atelier.", "Aval a tenu un café."):
        coordinator.reads(words)


def close(coordinator):
    """See what closing asks about, be refused without a reason, give one for each, and wait for the worker."""
    semester = coordinator.semester
    coordinator.follow(coordinator.address("close"))
    fields = coordinator.page.locator("main textarea")
    assert {field.get_attribute("name") for field in fields.all()} == set(REASONS)
    for words in ("Cours commun", "Réunion de préparation", "Repas d’aval", "Phare"):
        coordinator.reads(words, within="#close")
    coordinator.send("#close")
    expect(coordinator.page.locator("#close [aria-invalid=true]")).to_have_count(len(REASONS))
    assert not ReportVersion.objects.filter(period=semester.period).exclude(state=VersionState.BUILT).exists()
    for name, reason in REASONS.items():
        coordinator.page.locator(f"[name={name}]").fill(reason)
    coordinator.send("#close")
    coordinator.read_once_made()
    assert ReportVersion.objects.get(period=semester.period).state == VersionState.CLOSED


def take_away(coordinator, folder):
    """See the twelve files, take two of them away, and the package, which verifies where it is unpacked."""
    coordinator.open("files", 1)
    stored = coordinator.page.locator("section[aria-labelledby=report-files] li")
    expect(stored).to_have_count(12)
    files = {
        extension: coordinator.download(stored_file(coordinator, extension), folder) for extension in ("pdf", "json")
    }
    sums = stored.all_inner_texts()
    for path in files.values():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert sum(digest in words for words in sums) == 1
    assert files["pdf"].read_bytes().startswith(b"%PDF-")
    agrees_with_the_page(coordinator.semester, json.loads(files["json"].read_text()))
    coordinator.send("main form.form")
    ready = coordinator.page.locator("#prepared a.btn-primary")
    ready.wait_for(timeout=LONG)
    package = folder / "package"
    with zipfile.ZipFile(coordinator.download(ready, folder)) as zipped:
        zipped.extractall(package)
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=package, capture_output=True, text=True, check=True
    )
    assert set(re.findall(r"^(.+): OK$", checked.stdout, re.M)) == {
        str(path.relative_to(package)) for path in package.rglob("*") if path.is_file() and path.name != "SHA256SUMS"
    }
    assert len(list(package.glob("report/*/*"))) == 12
    assert {path.read_bytes() for path in package.glob("evidence/*/*")} == {SHEET, POSTER}
    with (package / "register.csv").open(encoding="utf-8-sig", newline="") as register:
        assert len(list(csv.reader(register, delimiter=";"))) == 1 + 6


def stored_file(coordinator, extension):
    address = coordinator.address("stored_file", 1, "fr", extension)
    return coordinator.page.locator(f"main a[href='{address}']")


def agrees_with_the_page(semester, told):
    """Check the numbers of the JSON by hand, and what stands behind them."""
    figures = {one["code"]: (one["current"]["lower"], one["current"]["upper"]) for one in told["figures"]}
    assert {code: figures[code] for code in FIGURES} == {
        "NET-ACTIONS": (6, 6),
        "NET-PARTICIPATIONS": (88, 88),
        "NET-PERSONS": (40, 88),
    }
    indicators = {
        one["code"]: (
            one["target"],
            one["total"]["lower"],
            one["total"]["upper"],
            [each["title"] for each in one["actions"]],
        )
        for one in told["indicators"]
    }
    assert indicators == {
        "RCO81": (60, 6, 6, ["Atelier à deux"]),
        "RCO85": (24, 12, 12, ["Cours commun"]),
        "RCO87": (None, 3, 3, []),
        "RCO115": (4, 1, 1, ["Marché ouvert"]),
    }
    assert told["unclassified"] == []
    spent = {one["partner"]: one["current"] for one in told["spending"]}
    assert spent == {
        "Rivage": {"claimed": "12000.50", "approved": None, "erdf": "6000.25"},
        "Aval": {"claimed": "8000.00", "approved": "7500.00", "erdf": "4000.00"},
    }
    actions = {one["title"]: one for one in told["actions"]}
    history = {
        title: [(one["lower"], one["by_role"], one["reason"]) for one in actions[title]["history"]]
        for title in ("Repas d’aval", "Café du pont", "Atelier à deux")
    }
    assert history == {
        "Repas d’aval": [(9, "manager", ""), (8, "manager", "Une personne était comptée deux fois.")],
        "Café du pont": [(7, "coordinator", "")],
        "Atelier à deux": [],
    }
    assert actions["Réunion de préparation"]["indicator"] is None
    assert actions["Réunion de préparation"]["indicator_reason"] == "Elle préparait les autres : elle ne compte pas."
    assert [one["event"] for one in told["crossings"]].count("Atelier à deux") == 2
    assert told["comments"] == [{"section": "indicators", "text": "La formation dépassera sa cible."}]
    assert "Le pont était fermé en mai." in told["texts"]["problems"]
    given = {f"reason_{one['check']}": (one["number"], one["reason"]) for one in told["closing_reasons"]}
    assert given == {name: (number, REASONS[name]) for name, number in {PROOFS: 3, PARTNERS: 1}.items()}


def read_at_the_desk(coordinator):
    """Find the half-year told by its closed report, and no more among those to work on."""
    coordinator.open("desk_of")
    told = "section[aria-labelledby=standing]"
    for words in (
        "D’après la version 1, clôturée",
        "RCO81",
        "à choisir par la coordination",
        "Préparer la version suivante",
    ):
        coordinator.reads(words, within=told)
    assert coordinator.numbers("RCO85 ·") == ["12", "12", "24"]
    assert coordinator.numbers("Personnes touchées") == ["40 à 88", "40 à 88"]
    coordinator.page.goto(reverse("reporting:desk"))
    expect(coordinator.page.locator("h1").first).to_be_visible()
    assert not coordinator.page.locator(f"main nav.tabs-line a[href='{coordinator.address('desk_of')}']").count()
    assert coordinator.semester.period not in half_years_of_the_desk(timezone.localdate())


def read_in_public(visitor):
    """Read as anybody what the closed report told, without the groups of fewer than five."""
    project, half_year = visitor.semester.project, visitor.semester.period.label
    visitor.page.goto(reverse("results"))
    section = f"section[aria-labelledby=results-{project.slug}]"
    assert visitor.numbers("RCO85 ·", within=section) == ["12", "24"]
    assert visitor.numbers("Personnes touchées", within=section) == ["40 à 88"]
    visitor.page.locator(f"{section} summary").click()
    # Of six whose residence is known four live in Belgium and two in France.
    shown = {
        name: visitor.numbers(name, within=f"{section} details") for name in ("Belgique", "France", "non renseigné")
    }
    assert shown == {"Belgique": ["masqué"], "France": ["masqué"], "non renseigné": ["82"]}
    rows = visitor.page.request.get(reverse("results_file", args=["json"])).json()["rows"]
    told = {
        row["code"]: (row["at_least"], row["at_most"])
        for row in rows
        if (row["project"], row["half_year"], row["table"]) == (project.slug, half_year, "indicators")
    }
    assert told == {"RCO81": (6, 6), "RCO115": (1, 1), "RCO85": (12, 12), "RCO87": (3, 3)}
