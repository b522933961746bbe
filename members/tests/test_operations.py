import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction

from members.accounts.operations import erase_account
from members.accounts.queries import export_person
from members.enums import ConsentPurpose
from members.models import Consent, User, UserSkill
from members.profiles.operations import set_skills, update_profile

from .factories import SkillFactory, UserFactory, UserSkillFactory

pytestmark = pytest.mark.django_db


def test_an_erased_person_leaves_nothing_in_this_app():
    person, other = UserFactory(), UserFactory()
    for user in (person, other):
        UserSkillFactory(user=user)
        update_profile(user=user, is_listed=True, gender="woman")
    erase_account(user=person)
    assert list(User.objects.all()) == [other]
    assert set(Consent.objects.values_list("user", flat=True)) == {other.pk}
    assert [address.user for address in EmailAddress.objects.all()] == [other]
    assert [row.user for row in UserSkill.objects.all()] == [other]


def test_an_export_holds_all_that_the_person_told():
    person = UserFactory(email="zoe@ardenne.example", first_name="Zoé", last_name="Hubert")
    skill = SkillFactory(name_fr="Couture", name_nl="Couture", name_en="Couture")
    set_skills(user=person, offered=[skill], sought=[])
    person = update_profile(user=person, headline="H", about="A", website="https://z.example", age_band="35-44")
    update_profile(user=person, age_band="")
    person.refresh_from_db()
    consent = Consent.objects.get()
    assert export_person(person) == {
        "calendar_feed": None,
        "account": {
            "email": "zoe@ardenne.example",
            "joined_on": person.date_joined.isoformat(),
            "last_sign_in": None,
            "participant_number": str(person.participant_number),
            "addresses": [{"email": "zoe@ardenne.example", "verified": True, "primary": True}],
            "earlier_addresses": [],
            "second_factors": [],
            "sessions": [],
        },
        "profile": {
            "first_name": "Zoé",
            "last_name": "Hubert",
            "language": "fr",
            "headline": "H",
            "about": "A",
            "website": "https://z.example",
            "residence": "",
            "status": "",
            "gender": "",
            "age_band": "",
            "is_listed": False,
            "wants_events_alone": False,
        },
        "skills": [{"skill": "Couture", "direction": "offered"}],
        "consents": [
            {
                "purpose": "statistics",
                "given_at": consent.given_at.isoformat(),
                "withdrawn_at": consent.withdrawn_at.isoformat(),
            }
        ],
    }


def test_an_export_names_every_column_of_a_person():
    """Export each new column of a person, or list it here with a reason."""
    not_told = {"id", "password", "is_active", "is_staff", "is_superuser", "is_example"}
    not_told |= {"is_newcomer"}  # whether the first page still offers the steps of the welcome
    not_told |= {"stopped_at"}  # when its mailbox has signed it out everywhere, of which a mail has told
    not_told |= {"erasure_key"}  # a random number that serves once, when the account is erased
    renamed = {"date_joined": "joined_on", "last_login": "last_sign_in"}
    exported = export_person(UserFactory())
    names = {*exported["account"], *exported["profile"]}
    columns = {field.name for field in User._meta.concrete_fields} - not_told
    assert {renamed.get(name, name) for name in columns} == names - {
        "addresses",
        "earlier_addresses",
        "second_factors",
        "sessions",
    }


@pytest.mark.django_db(transaction=True)
def test_a_consent_given_many_times_at_the_same_moment_is_stored_once():
    person = UserFactory()
    barrier = threading.Barrier(8)
    failures = []

    def give():
        try:
            barrier.wait(timeout=30)
            update_profile(user=person, is_listed=True)
            set_skills(user=person, offered=[skill], sought=[])
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    skill = SkillFactory()
    threads = [threading.Thread(target=give) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (Consent.objects.count(), UserSkill.objects.count()) == (1, 1)


# --- what the database refuses ---


@pytest.mark.parametrize("email", ["zoe@ardenne.example", "ZOE@ardenne.example"])
def test_the_database_refuses_an_address_twice_whatever_its_capitals(email):
    UserFactory(email="zoe@ardenne.example")
    with pytest.raises(IntegrityError, match="email"), transaction.atomic():
        User.objects.bulk_create([User(email=email)])


def test_the_database_refuses_a_skill_twice_in_one_direction():
    row = UserSkillFactory(direction="offered")
    UserSkillFactory(user=row.user, skill=row.skill, direction="sought")
    with pytest.raises(IntegrityError, match="members_userskill_once"), transaction.atomic():
        UserSkillFactory(user=row.user, skill=row.skill, direction="offered")


def test_the_database_refuses_two_current_consents_for_one_purpose():
    person = UserFactory()
    Consent.objects.create(user=person, purpose=ConsentPurpose.DIRECTORY, withdrawn_at="2026-01-01T12:00Z")
    Consent.objects.create(user=person, purpose=ConsentPurpose.DIRECTORY)
    with pytest.raises(IntegrityError, match="members_consent_one_current"), transaction.atomic():
        Consent.objects.create(user=person, purpose=ConsentPurpose.DIRECTORY)


def test_people_are_created_with_lower_case_addresses():
    assert User.objects.create_user("Zoe@Ardenne.Example").email == "zoe@ardenne.example"
    chief = User.objects.create_superuser("Chief@Ardenne.Example", "pw")
    assert (chief.is_superuser, chief.check_password("pw")) == (True, True)
    assert User.objects.get_by_natural_key("CHIEF@ardenne.example") == chief
