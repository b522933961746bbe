"""People for the tests of this app and of the apps above it."""

from datetime import timedelta

import factory
from allauth.account.models import EmailAddress
from django.utils import timezone

from members.enums import AffiliationRole, Country, NetworkRoleKind, SkillDirection
from members.models import Affiliation, NetworkRole, Organisation, Skill, SkillCategory, User, UserSkill

PASSWORD = "genêts-et-bruyères"


class UserFactory(factory.django.DjangoModelFactory):
    """A member with a confirmed address; with `verified=False` it is not confirmed. They sign in with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        superuser = factory.Trait(is_staff=True, is_superuser=True)

    email = factory.Sequence(lambda n: f"membre{n}@ardenne.example")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Lambert{n}")
    language = "fr"
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        if create:
            EmailAddress.objects.create(user=self, email=self.email, primary=True, verified=extracted is not False)

    @factory.post_generation
    def coordinates(self, create, extracted, **kwargs):
        """With `coordinates=True`, make the person a coordinator of the network."""
        if extracted:
            NetworkRoleFactory(user=self)


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Organisation {n}")
    country = Country.BE


class AffiliationFactory(factory.django.DjangoModelFactory):
    """A contact of an organisation, for long."""

    class Meta:
        model = Affiliation

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = AffiliationRole.CONTACT
    since = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=3650))


class NetworkRoleFactory(factory.django.DjangoModelFactory):
    """A coordinator, for long."""

    class Meta:
        model = NetworkRole

    user = factory.SubFactory(UserFactory)
    role = NetworkRoleKind.COORDINATOR
    since = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=20 * 365))


class SkillCategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SkillCategory

    slug = factory.Sequence(lambda n: f"categorie-{n}")
    name_fr = factory.Sequence(lambda n: f"Catégorie {n}")
    name_nl = factory.Sequence(lambda n: f"Categorie {n}")
    name_en = factory.Sequence(lambda n: f"Category {n}")


class SkillFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Skill

    slug = factory.Sequence(lambda n: f"competence-{n}")
    name_fr = factory.Sequence(lambda n: f"Compétence {n}")
    name_nl = factory.Sequence(lambda n: f"Vaardigheid {n}")
    name_en = factory.Sequence(lambda n: f"Skill {n}")
    category = factory.SubFactory(SkillCategoryFactory)


class UserSkillFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = UserSkill

    user = factory.SubFactory(UserFactory)
    skill = factory.SubFactory(SkillFactory)
    direction = SkillDirection.OFFERED
