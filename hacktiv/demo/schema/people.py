"""The form of people.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from hacktiv.common.datafiles import OneOf, Slug, fills, refuse_doubles
from members import models as members
from members.enums import AgeBand, Country, Gender, OrganisationKind, Residence, Status
from spaces import models as spaces

from .names import LANGUAGE, SKILL, SpaceSlug


@fills(members.User)
@dataclass(frozen=True, kw_only=True)
class Person:
    """`gender` and `age_band` are what the person agreed to tell; None: nothing. Who has no `home` is no
    member; they may ask a space for a membership (`asks`)."""

    first_name: str
    email: str = ""
    language: Annotated[str, OneOf(LANGUAGE)]
    home: SpaceSlug = ""
    asks: SpaceSlug = ""
    residence: Residence
    status: Status
    headline: str
    about: str = ""
    offers: tuple[Annotated[str, OneOf(SKILL)], ...] = ()
    seeks: tuple[Annotated[str, OneOf(SKILL)], ...] = ()
    gender: Gender | None = None
    age_band: AgeBand | None = None
    is_listed: bool = True
    manages: tuple[SpaceSlug, ...] = ()
    receives: tuple[SpaceSlug, ...] = ()
    coordinates: bool = False

    @property
    def address(self) -> str:
        """The person's own address, else one at the domain `.invalid`, which no mail reaches."""
        local = self.first_name.lower().replace("é", "e").replace("è", "e")
        return self.email or f"{local}@exemple.invalid"


@fills(spaces.Invitation)
@dataclass(frozen=True, kw_only=True)
class Invitation:
    """An open invitation to a membership of a space, of the usual kind."""

    space: SpaceSlug
    full_name: str
    email: str
    language: Annotated[str, OneOf(LANGUAGE)]
    words: str


@fills(spaces.Agreement, without=("organisation", "kind"))
@fills(members.Organisation, without=("organisation", "space", "places", "contact"))
@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The places of an example organisation at a space, of the kind of rooms.toml; `contact` is an address."""

    organisation: Slug
    name: str
    kind: OrganisationKind
    country: Country
    space: SpaceSlug
    places: int
    contact: str


@dataclass(frozen=True, kw_only=True)
class PersonFile:
    invitation: Invitation
    agreement: Agreement
    person: tuple[Person, ...]

    def __post_init__(self) -> None:
        refuse_doubles(self.person, "first_name")
        refuse_doubles(self.person, "address")
