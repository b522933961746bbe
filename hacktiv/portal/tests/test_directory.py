import pytest
from django.urls import reverse

from hacktiv.outbox.models import Message
from members.enums import SkillDirection
from members.tests.factories import SkillFactory, UserFactory, UserSkillFactory
from spaces.tests.factories import HomeSpaceFactory, MembershipFactory, SpaceFactory

pytestmark = pytest.mark.django_db

DIRECTORY = "/fr/directory/"


@pytest.fixture
def reader(sign_in):
    return sign_in(MembershipFactory().user)


def listed(**facts):
    return MembershipFactory(user=UserFactory(is_listed=True, **facts)).user


def names(response):
    return [person.first_name for person in response.context["page_obj"]]


def test_visitor_is_sent_to_sign_in_and_back(client):
    response = client.get(DIRECTORY)
    assert (response.status_code, response.url) == (302, "/fr/accounts/login/?next=/fr/directory/")


def test_only_people_who_want_it_are_listed(reader):
    listed(first_name="Zoé")
    UserFactory(first_name="Caché", is_listed=False)
    listed(first_name="Parti", is_active=False)
    assert names(reader.get(DIRECTORY)) == ["Zoé"]


def test_addresses_are_never_shown(reader):
    person = listed(email="secret@ardenne.example", first_name="", last_name="")
    for address in (DIRECTORY, reverse("portal:member", args=[person.pk])):
        assert b"secret@" not in reader.get(address).content


@pytest.mark.parametrize("word", ["zoe", "ZOÉ", "lamb", "graphiste", "menuiserie", "houtwerk"])
def test_search_finds_names_trades_and_skills_without_accents(reader, word):
    person = listed(first_name="Zoé", last_name="Lambert", headline="Graphiste")
    UserSkillFactory(user=person, skill=SkillFactory(name_fr="Menuiserie", name_nl="Houtwerk"))
    listed(first_name="Autre", last_name="Personne")
    assert names(reader.get(DIRECTORY, {"q": word})) == ["Zoé"]


def test_skill_is_found_in_the_direction_asked_for(reader):
    skill = SkillFactory()
    UserSkillFactory(user=listed(first_name="Offre"), skill=skill, direction=SkillDirection.OFFERED)
    UserSkillFactory(user=listed(first_name="Cherche"), skill=skill, direction=SkillDirection.SOUGHT)
    assert sorted(names(reader.get(DIRECTORY, {"skill": skill.slug}))) == ["Cherche", "Offre"]
    assert names(reader.get(DIRECTORY, {"skill": skill.slug, "direction": "sought"})) == ["Cherche"]


def test_space_and_side_are_those_of_the_present_home_space(reader):
    belgian, french = SpaceFactory(), SpaceFactory(french=True)
    HomeSpaceFactory(user=listed(first_name="Belge"), space=belgian)
    moved = listed(first_name="Parti")
    HomeSpaceFactory(user=moved, space=belgian, since="2019-01-01", until="2020-01-01")
    HomeSpaceFactory(user=moved, space=french, since="2020-01-01")
    assert names(reader.get(DIRECTORY, {"space": belgian.slug})) == ["Belge"]
    assert names(reader.get(DIRECTORY, {"side": "FR"})) == ["Parti"]


@pytest.mark.parametrize(
    "search",
    [
        {"skill": "nowhere"},
        {"space": "' OR 1=1"},
        {"side": "DE"},
        {"direction": "both"},
        {"q": "x" * 10_000},
    ],
)
def test_forged_search_is_refused_with_the_form_kept(reader, search):
    listed()
    response = reader.get(DIRECTORY, search)
    assert response.status_code == 400
    assert names(response) == []
    assert response.context["form"].errors.keys() == search.keys()


def test_search_of_html_is_shown_as_text(reader):
    response = reader.get(DIRECTORY, {"q": "<script>alert(1)</script>"})
    assert b"<script>alert" not in response.content
    assert b"&lt;script&gt;alert(1)" in response.content


def test_empty_directory_says_what_to_do(reader):
    assert "personne n’a encore franchi" in reader.get(DIRECTORY).content.decode().lower()
    assert "Personne ne correspond" in reader.get(DIRECTORY, {"q": "rien"}).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_directory_costs_a_fixed_number_of_queries(reader, number, django_assert_num_queries):
    for _person in range(number):
        person = listed()
        HomeSpaceFactory(user=person)
        UserSkillFactory(user=person)
        UserSkillFactory(user=person, direction=SkillDirection.SOUGHT)
    reader.get(DIRECTORY)
    with django_assert_num_queries(12):
        assert len(names(reader.get(DIRECTORY))) == number


def test_long_directory_is_cut_into_pages_that_keep_the_search(reader):
    for _person in range(25):
        listed(headline="Graphiste")
    listed(headline="Comptable")
    first = reader.get(DIRECTORY, {"q": "graphiste"})
    second = reader.get(DIRECTORY, {"q": "graphiste", "page": 2})
    assert (len(names(first)), len(names(second))) == (24, 1)
    assert "?q=graphiste&amp;page=2" in first.content.decode()


# --- one person ----------------------------------------------------------------------------------------------------


def test_page_of_a_listed_person_shows_what_they_tell(reader):
    person = listed(first_name="Zoé", headline="Graphiste", about="Je dessine <b>tout</b>.")
    HomeSpaceFactory(user=person, space=SpaceFactory(name="La Ferme"))
    content = reader.get(reverse("portal:member", args=[person.pk])).content.decode()
    for told in ("Zoé", "Graphiste", "Je dessine &lt;b&gt;tout&lt;/b&gt;.", "La Ferme"):
        assert told in content


@pytest.mark.parametrize("page", ["portal:member", "portal:contact_member"])
def test_person_who_is_not_listed_is_not_found(reader, page):
    hidden = UserFactory(is_listed=False)
    assert reader.get(reverse(page, args=[hidden.pk])).status_code == 404
    assert reader.post(reverse(page, args=[hidden.pk]), {"message": "Bonjour à vous !"}).status_code == 404
    assert reader.get(reverse(page, args=[2**62])).status_code == 404


def test_message_arrives_in_their_language_and_hides_their_address(sign_in):
    sender = MembershipFactory(user__first_name="Zoé", user__email="zoe@ardenne.example", user__language="fr").user
    person = listed(email="nele@ardenne.example", language="nl")
    address = reverse("portal:contact_member", args=[person.pk])
    response = sign_in(sender).post(address, {"message": "Bonjour, faisons un <site> ensemble."}, follow=True)
    assert response.redirect_chain == [(reverse("portal:member", args=[person.pk]), 302)]
    assert b"nele@" not in response.content
    message = Message.objects.get()
    assert (message.to_email, message.reply_to, message.language) == ("nele@ardenne.example", sender.email, "nl")
    assert "faisons un <site> ensemble." in message.rendered["text"]
    assert "faisons un &lt;site&gt; ensemble." in message.rendered["html"]
    assert "Een bericht van" in message.rendered["subject"]


def test_message_sent_twice_arrives_once(reader):
    address = reverse("portal:contact_member", args=[listed().pk])
    for _click in range(2):
        assert reader.post(address, {"message": "Bonjour, travaillons ensemble."}).status_code == 302
    assert Message.objects.count() == 1


@pytest.mark.parametrize("message", ["", "court", "x" * 10_000, "Bonjour\0 à vous tous"])
def test_message_that_cannot_be_sent_is_kept_and_explained(reader, message):
    response = reader.post(reverse("portal:contact_member", args=[listed().pk]), {"message": message})
    assert response.status_code == 400
    assert response.context["form"].errors.keys() == {"message"}
    assert Message.objects.count() == 0


def test_a_member_who_writes_to_everybody_is_stopped(reader):
    people = [listed() for _person in range(13)]
    answers = [
        reader.post(reverse("portal:contact_member", args=[person.pk]), {"message": "Achetez mes fenêtres !"})
        for person in people
    ]
    assert [answer.status_code for answer in answers] == [302] * 12 + [429]
    assert Message.objects.count() == 12


@pytest.mark.parametrize("count", [1, 3])
def test_the_printed_list_costs_the_same_for_one_and_three(reader, count, django_assert_num_queries):
    for _ in range(count):
        listed()
    with django_assert_num_queries(12):
        response = reader.get(DIRECTORY, {"print": "1"})
    assert len(names(response)) == count


def test_a_long_list_is_paged_on_screen_and_whole_in_print(reader, monkeypatch):
    monkeypatch.setattr("hacktiv.portal.views.directory.PER_PAGE", 2)
    for name in ("Ada", "Bea", "Cleo"):
        listed(first_name=name, last_name="")
    page = reader.get(DIRECTORY)
    assert len(names(page)) == 2
    assert 'href="?print=1"' in page.text
    whole = reader.get(DIRECTORY, {"print": "1", "page": "2"})
    assert sorted(names(whole)) == ["Ada", "Bea", "Cleo"]
    assert [part.partition('"')[0] for part in whole.text.split('href="?')[1:] if part.startswith("page")] == ["page=1"]
    assert "data-print" in whole.text
