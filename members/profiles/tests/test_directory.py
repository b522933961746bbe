import pytest

from members.profiles.queries import listed_people, skills_by_category
from members.tests.factories import SkillCategoryFactory, SkillFactory, UserFactory, UserSkillFactory

pytestmark = pytest.mark.django_db


def names(people):
    return [person.last_name for person in people]


def test_only_active_people_who_agreed_are_listed():
    UserFactory(last_name="Caché")
    UserFactory(last_name="Parti", is_listed=True, is_active=False)
    UserFactory(last_name="Visible", is_listed=True)
    assert names(listed_people()) == ["Visible"]


def test_people_are_listed_by_name_whatever_its_accents():
    for name in ("Zola", "Évrard", "dumont", "Étienne"):
        UserFactory(last_name=name, is_listed=True)
    assert names(listed_people()) == ["dumont", "Étienne", "Évrard", "Zola"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("evrard", {"Évrard"}),
        ("ÉVRARD hélène", {"Évrard"}),
        ("helene dumont", set()),
        ("cartographe", {"Dumont"}),
        ("couture", {"Dumont"}),
        ("NAAIEN", {"Dumont"}),
        ("elec", {"Évrard"}),
        ("", {"Évrard", "Dumont"}),
        ("%", set()),
        ("x" * 10_000, set()),
        ("e " * 5_000, {"Évrard", "Dumont"}),
    ],
)
def test_a_search_finds_names_headlines_and_skills_without_accents(search, found):
    helene = UserFactory(first_name="Hélène", last_name="Évrard", is_listed=True)
    luc = UserFactory(first_name="Luc", last_name="Dumont", headline="Cartographe", is_listed=True)
    UserSkillFactory(user=luc, skill=SkillFactory(name_fr="Couture", name_nl="Naaien"), direction="sought")
    UserSkillFactory(user=helene, skill=SkillFactory(name_fr="Électronique", name_nl="Elektronica"))
    assert set(names(listed_people(search=search))) == found


def test_a_skill_is_found_in_one_direction_or_in_both():
    skill = SkillFactory()
    for name, direction in (("Offre", "offered"), ("Cherche", "sought")):
        UserSkillFactory(user=UserFactory(last_name=name, is_listed=True), skill=skill, direction=direction)
    UserSkillFactory(user=UserFactory(last_name="Autre", is_listed=True), direction="offered")
    assert names(listed_people(skill=skill)) == ["Cherche", "Offre"]
    assert names(listed_people(skill=skill, direction="offered")) == ["Offre"]
    assert names(listed_people(direction="offered")) == ["Autre", "Offre"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_people_costs_three_queries_with_their_skills(django_assert_num_queries, count):
    for _person in range(count):
        person = UserFactory(is_listed=True)
        UserSkillFactory(user=person, direction="offered")
        UserSkillFactory(user=person, direction="sought")
    with django_assert_num_queries(3):
        people = list(listed_people())
        shown = [(row.skill.name, row.skill.category.name) for p in people for row in (*p.offered, *p.sought)]
    assert len(shown) == 2 * count


def test_categories_without_a_skill_are_left_out():
    SkillCategoryFactory()
    skill = SkillFactory()
    assert [(category, list(category.skills.all())) for category in skills_by_category("fr")] == [
        (skill.category, [skill])
    ]
