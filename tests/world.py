"""A space with its manager and one object of every model, so that nothing of it may show on the other side."""

import hashlib
from datetime import date, time, timedelta
from functools import cached_property
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from events.enums import ChangeKind, Measure, OutcomeKind, ProofKind, RegistrationStatus, SurveyKind
from events.models import (
    Change,
    DeclaredCount,
    Event,
    EventOutcome,
    EventType,
    Participation,
    Proof,
    Registration,
    Ride,
    RideSeat,
    RideWish,
    SurveyAnswer,
    SurveyQuestion,
    SurveyTaken,
    TopicProposal,
)
from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from events.travel.operations import ask_seat, offer_ride, wish_ride
from hacktiv.mailings.models import Mailing
from hacktiv.mailings.operations.writing import Words
from hacktiv.mailings.tests.factories import a_draft
from hacktiv.outbox.models import Message
from hacktiv.outbox.tests.factories import MessageFactory
from members.accounts.operations import note_sign_up
from members.enums import ConsentPurpose
from members.models import (
    Affiliation,
    CalendarFeed,
    Consent,
    NetworkRole,
    Organisation,
    SignUp,
    Skill,
    SkillCategory,
    User,
    UserSkill,
)
from members.tests.factories import AffiliationFactory, NetworkRoleFactory, SkillFactory, UserFactory, UserSkillFactory
from reporting.enums import Commented, FileKind, Section
from reporting.models import (
    Activity,
    ActivityProgress,
    AnnexChunk,
    Classification,
    Communication,
    Contribution,
    ContributionText,
    CountedAction,
    CountWord,
    Deliverable,
    Deviation,
    EarlierClassification,
    EvidenceFile,
    JointDecision,
    LoadedRow,
    Milestone,
    MonthlyDraft,
    Output,
    Partner,
    PartnerPerson,
    Period,
    PreparedFile,
    Project,
    ProjectDate,
    ProjectIndicator,
    ProposedAction,
    ReportFile,
    ReportText,
    ReportVersion,
    SectionComment,
    Spending,
    Stock,
    TargetGroup,
    WorkPackage,
)
from reporting.tests import builds
from reporting.tests.factories import (
    ActivityFactory,
    ActivityProgressFactory,
    ClassificationFactory,
    CommunicationFactory,
    ContributionFactory,
    DeliverableFactory,
    DeviationFactory,
    OutputFactory,
    PartnerFactory,
    PartnerPersonFactory,
    PeriodFactory,
    ProjectIndicatorFactory,
    ProposedActionFactory,
    ReportTextFactory,
    SpendingFactory,
    StockFactory,
    TargetGroupFactory,
    WorkPackageFactory,
)
from spaces.booking.operations import SeriesRequest, book_series, close, hold
from spaces.enums import MembershipStep, Pattern, ResourceKind, Role, TravelMode
from spaces.models import (
    Agreement,
    Booking,
    Closure,
    ContactMessage,
    Feature,
    Hold,
    HomeSpace,
    Hotspot,
    Invitation,
    Membership,
    MembershipChange,
    MembershipKind,
    Occupancy,
    Occurrence,
    OpeningHours,
    PassScheme,
    Photo,
    Plan,
    Resource,
    Scene,
    Series,
    Service,
    Space,
    SpaceRole,
    StaffNote,
    TeamMember,
    TravelTime,
    Unit,
    Visit,
    Wait,
)
from spaces.places.files.pictures import named_by_content
from spaces.places.operations import send_message
from spaces.tests.factories import (
    AgreementFactory,
    BookingFactory,
    FeatureFactory,
    HomeSpaceFactory,
    HotspotFactory,
    MembershipFactory,
    MembershipKindFactory,
    OrganisationFactory,
    PassSchemeFactory,
    PhotoFactory,
    ResourceFactory,
    SceneFactory,
    SpaceFactory,
    SpaceRoleFactory,
    VisitFactory,
    in_days,
    picture_bytes,
)
from spaces.timing.periods import period
from training.models import Coaching, Programme, Session
from training.tests.factories import CoachingFactory, ProgrammeFactory, SessionFactory

# A picture of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060f80f0001040100"
    "5fe5c34b0000000049454e44ae426082"
)


class World:
    """Each object is made when it is first asked for, with those it stands on. `name` is in all of its texts."""

    def __init__(self, name):
        self.name = name

    @cached_property
    def manager(self):
        return UserFactory(first_name="Manager", last_name=self.name)

    @cached_property
    def member(self):
        return UserFactory(first_name="Member", last_name=self.name, is_listed=True)

    @cached_property
    def space(self):
        operator = OrganisationFactory(name=f"Operator {self.name}")
        space = SpaceFactory(name=f"Space {self.name}", operator=operator, managers=[self.manager], with_hours=True)
        space.services.add(Service.objects.get_or_create(slug="wifi", defaults={"name": "Wifi"})[0])
        return space

    @cached_property
    def resource(self):
        kind = ResourceKind.MEETING_ROOM
        return ResourceFactory(space=self.space, name=f"Room {self.name}", kind=kind, needs_approval=True, units=2)

    @cached_property
    def booking(self):
        return BookingFactory(resource=self.resource, user=self.member, purpose=f"Purpose {self.name}")

    @cached_property
    def series(self):
        wish = {
            "first_day": in_days(40, 9).date(),
            "until": in_days(54, 9).date(),
            "starts": time(14),
            "ends": time(15),
        }
        asked = SeriesRequest(resource=self.resource, pattern=Pattern.WEEKLY, user=self.member, **wish)
        return book_series(asked=asked, by=self.member)

    @cached_property
    def event(self):
        return EventFactory(space=self.space, title_fr=f"Event {self.name}", organisers=[self.space.operator])

    @cached_property
    def past_event(self):
        return PastEventFactory(space=self.space, title_fr=f"Past {self.name}", type=self.event.type)

    @cached_property
    def registration(self):
        return RegistrationFactory(event=self.event, user=self.member)

    @cached_property
    def ride(self):
        wish = {"town": "Couvin", "from_side": "BE", "direction": "back", "leaves_at": time(14)}
        return offer_ride(registration=self.registration, seats=4, kilometres=30, **wish)

    @cached_property
    def ride_seat(self):
        return ask_seat(ride=self.ride, registration=RegistrationFactory(event=self.event))

    @cached_property
    def attended(self):
        """Make the member's registration at the past event."""
        return self.past_event.registrations.create(
            user=self.member, participant_number=self.member.participant_number, status=RegistrationStatus.CONFIRMED
        )

    @cached_property
    def survey_question(self):
        return SurveyQuestion.objects.create(
            event=self.past_event, kind=SurveyKind.TEXT, text_fr=f"Question {self.name}"
        )

    @cached_property
    def period(self):
        return PeriodFactory(project__title_fr=f"Project {self.name}")

    @cached_property
    def partner(self):
        return PartnerFactory(project=self.period.project, name=f"Partner {self.name}")

    @cached_property
    def deliverable(self):
        return DeliverableFactory(period=self.period, title_fr=f"Deliverable {self.name}")

    @cached_property
    def counted_action(self):
        return CountedAction.objects.create(project=self.period.project, event=self.past_event)

    @cached_property
    def contribution(self):
        return ContributionFactory(period=self.period, partner=self.partner)

    @cached_property
    def project_indicator(self):
        return ProjectIndicatorFactory(project=self.period.project)

    @cached_property
    def user_skill(self):
        return UserSkillFactory(user=self.member)

    @cached_property
    def scene(self):
        return SceneFactory(space=self.space, title=f"Scene {self.name}")

    @cached_property
    def membership_kind(self):
        return MembershipKindFactory(space=self.space, name=f"Kind {self.name}", lasts_months=12)

    @cached_property
    def membership(self):
        """Make the member's membership, which ends in a month."""
        until = in_days(30, 9).date()
        return MembershipFactory(user=self.member, space=self.space, kind=self.membership_kind, until=until)

    @cached_property
    def invitation(self):
        """Make an open invitation, sent an hour ago."""
        sent, address = timezone.now() - timedelta(hours=1), f"invited-{self.name.lower()}@ardenne.example"
        named = {"email": address, "full_name": f"Invited {self.name}", "words": f"Word {self.name}"}
        days = {"sent_at": sent, "expires_at": sent + timedelta(days=30)}
        return Invitation.objects.create(space=self.space, kind=self.membership_kind, **named, **days)

    @cached_property
    def mailing(self):
        """Make a draft that reaches the member."""
        words = {"fr": Words(f"Mailing {self.name}", f"Words {self.name}")}
        assert self.membership
        return a_draft(self.space, by=self.manager, words=words)

    def _closure(self):
        start, end = in_days(20, 0), in_days(21, 0)
        return close(space=self.space, start=start, end=end, reason=f"Closed {self.name}", by=self.manager)

    def _hold(self):
        times = {"start": in_days(25, 9), "end": in_days(25, 10)}
        return hold(key=f"test:{self.name}", label=f"Hold {self.name}", resource=self.resource, **times)

    def _proof(self):
        content = f"Proof {self.name}".encode()
        return Proof.objects.create(
            event=self.past_event,
            kind=ProofKind.values[0],
            file=ContentFile(content, "proof.pdf"),
            name=f"Proof {self.name}",
            sha256=hashlib.sha256(content).hexdigest(),
        )

    def _evidence(self):
        content = f"Evidence {self.name}".encode()
        return EvidenceFile.objects.create(
            deliverable=self.deliverable,
            file=ContentFile(content, "evidence.pdf"),
            name=f"Evidence {self.name}",
            sha256=hashlib.sha256(content).hexdigest(),
        )

    def _report_file(self):
        """Make a closed report, of a project of its own: no row that it stands on can be changed or deleted."""
        draft = builds.draft(PeriodFactory(project__title_fr=f"Closed {self.name}"))
        return builds.close(version=draft, built_at=draft.built_at, by=None).files.first()

    def object_of(self, model):
        """Return this world's object of the model, made once."""
        made = self.__dict__.setdefault("_made", {})
        if model not in made:
            made[model] = BUILDERS[model](self)
        return made[model]


BUILDERS = {
    # people
    User: lambda world: world.member,
    Skill: lambda world: SkillFactory(),
    SkillCategory: lambda world: SkillFactory().category,
    UserSkill: lambda world: world.user_skill,
    CalendarFeed: lambda world: CalendarFeed.objects.create(user=world.member),
    SignUp: lambda world: note_sign_up(user=world.member),
    Consent: lambda world: Consent.objects.create(user=world.member, purpose=ConsentPurpose.values[0]),
    EmailAddress: lambda world: world.member.emailaddress_set.get(),
    Group: lambda world: Group.objects.create(name=f"Group {world.name}"),
    Message: lambda world: MessageFactory(to_email=world.member.email, to_name=f"Member {world.name}"),
    # spaces
    Space: lambda world: world.space,
    Organisation: lambda world: world.space.operator,
    Service: lambda world: world.space.services.get(),
    Feature: lambda world: FeatureFactory(),
    OpeningHours: lambda world: world.space.opening_hours.first(),
    Photo: lambda world: PhotoFactory(space=world.space, alternative_text=f"Photo {world.name}"),
    Plan: lambda world: Plan.objects.create(
        resource=world.resource, image=named_by_content(picture_bytes()), alternative_text=f"Plan {world.name}"
    ),
    Scene: lambda world: world.scene,
    Hotspot: lambda world: HotspotFactory(scene=world.scene, label=f"Point {world.name}", resource=world.resource),
    TeamMember: lambda world: TeamMember.objects.create(
        space=world.space, name=f"Person {world.name}", role="Welcome", has_agreed=True
    ),
    TravelTime: lambda world: TravelTime.objects.create(
        space=world.space, to_space=SpaceFactory(), mode=TravelMode.CAR, minutes=25
    ),
    MembershipKind: lambda world: world.membership_kind,
    Agreement: lambda world: AgreementFactory(
        organisation__name=f"Organisation {world.name}", space=world.space, kind=world.membership_kind
    ),
    Affiliation: lambda world: AffiliationFactory(organisation=world.object_of(Agreement).organisation),
    Invitation: lambda world: world.invitation,
    Membership: lambda world: world.membership,
    MembershipChange: lambda world: MembershipChange.objects.create(
        membership=world.membership, step=MembershipStep.GIVEN, kind=world.membership_kind, reason=f"Why {world.name}"
    ),
    StaffNote: lambda world: StaffNote.objects.create(
        space=world.space, person=world.member, text=f"Note {world.name}", author=world.manager
    ),
    HomeSpace: lambda world: HomeSpaceFactory(user=world.member, space=world.space),
    SpaceRole: lambda world: SpaceRoleFactory(space=world.space, role=Role.FRONT_DESK),
    NetworkRole: lambda world: NetworkRoleFactory(),
    Resource: lambda world: world.resource,
    Unit: lambda world: world.resource.units.first(),
    Booking: lambda world: world.booking,
    Series: lambda world: world.series,
    Occurrence: lambda world: world.series.occurrences.first(),
    PassScheme: lambda world: PassSchemeFactory(),
    Visit: lambda world: VisitFactory(space=world.space),
    Closure: World._closure,
    ContactMessage: lambda world: send_message(
        space=world.space,
        name=f"Writer {world.name}",
        email=f"{world.name.lower()}@ardenne.example",
        text=f"Question {world.name}",
        language="fr",
    ),
    Wait: lambda world: Wait.objects.create(
        resource=world.resource,
        user=world.member,
        period=period(in_days(3, 9), in_days(3, 10)),
        purpose=f"Wait {world.name}",
    ),
    Hold: World._hold,
    Occupancy: lambda world: world.booking.occupancy,
    # events
    EventType: lambda world: world.event.type,
    Event: lambda world: world.event,
    Registration: lambda world: world.registration,
    Ride: lambda world: world.ride,
    RideSeat: lambda world: world.ride_seat,
    RideWish: lambda world: wish_ride(registration=world.registration, town="Couvin", side="BE", direction="there"),
    TopicProposal: lambda world: TopicProposal.objects.create(
        space=world.space,
        user=world.member,
        day=date(2027, 3, 5),
        title=f"Topic {world.name}",
        summary="In one line",
        language="fr",
    ),
    Participation: lambda world: Participation.objects.create(
        event=world.past_event,
        registration=world.attended,
        participant_number=world.member.participant_number,
        home_space=world.space,
    ),
    EventOutcome: lambda world: EventOutcome.objects.create(
        registration=world.attended, kind=OutcomeKind.JOB, text=f"Outcome {world.name}"
    ),
    SurveyQuestion: lambda world: world.survey_question,
    SurveyAnswer: lambda world: SurveyAnswer.objects.create(
        question=world.survey_question, text=f"Answer {world.name}"
    ),
    SurveyTaken: lambda world: SurveyTaken.objects.create(event=world.past_event, participant_number=uuid4()),
    DeclaredCount: lambda world: DeclaredCount.objects.create(
        event=world.past_event, measure=Measure.PARTICIPATIONS, lower=15
    ),
    Change: lambda world: Change.objects.create(
        event=world.event, kind=ChangeKind.MOVED, reason=f"Change {world.name}", previous_starts_at=timezone.now()
    ),
    Proof: World._proof,
    # mailings
    Mailing: lambda world: world.mailing,
    # training
    Programme: lambda world: ProgrammeFactory(),
    Session: lambda world: SessionFactory(event=world.event),
    Coaching: lambda world: CoachingFactory(space=world.space, title_fr=f"Coaching {world.name}"),
    # reports
    Project: lambda world: world.period.project,
    JointDecision: lambda world: JointDecision.objects.get(pk=world.event.pk),
    Partner: lambda world: world.partner,
    PartnerPerson: lambda world: PartnerPersonFactory(partner__project=world.period.project),
    Period: lambda world: world.period,
    CountedAction: lambda world: world.counted_action,
    Deviation: lambda world: DeviationFactory(period=world.period, title_fr=f"Deviation {world.name}"),
    Deliverable: lambda world: world.deliverable,
    ProjectIndicator: lambda world: world.project_indicator,
    Milestone: lambda world: Milestone.objects.create(
        indicator=world.project_indicator, date=date(2021, 12, 31), value=40
    ),
    Output: lambda world: OutputFactory(period=world.period, title_fr=f"Output {world.name}"),
    Stock: lambda world: StockFactory(told_in=world.period, name_fr=f"Stock {world.name}", date=date(2020, 12, 1)),
    WorkPackage: lambda world: WorkPackageFactory(project=world.period.project, title_fr=f"Package {world.name}"),
    Activity: lambda world: ActivityFactory(package__project=world.period.project, title_fr=f"Activity {world.name}"),
    TargetGroup: lambda world: TargetGroupFactory(period=world.period, name_fr=f"Group {world.name}"),
    Communication: lambda world: CommunicationFactory(period=world.period, title_fr=f"Article {world.name}"),
    ReportText: lambda world: ReportTextFactory(period=world.period, text_fr=f"Text {world.name}"),
    Spending: lambda world: SpendingFactory(period=world.period, claimed=1),
    EvidenceFile: World._evidence,
    ProjectDate: lambda world: ProjectDate.objects.create(
        project=world.period.project, date=date(2020, 12, 1), kind="report", title_fr=f"Date {world.name}"
    ),
    MonthlyDraft: lambda world: MonthlyDraft.objects.create(period=world.period, month=date(2020, 12, 1)),
    Classification: lambda world: ClassificationFactory(action=world.counted_action, reason=f"Under {world.name}"),
    EarlierClassification: lambda world: EarlierClassification.objects.create(
        action=world.counted_action, indicator="RCO115", reason=f"Before {world.name}"
    ),
    ActivityProgress: lambda world: ActivityProgressFactory(
        period=world.period, activity=world.object_of(Activity), done_fr=f"Underway {world.name}"
    ),
    SectionComment: lambda world: SectionComment.objects.create(
        period=world.period, section=Commented.values[0], text=f"Comment {world.name}"
    ),
    Contribution: lambda world: world.contribution,
    ContributionText: lambda world: ContributionText.objects.create(
        contribution=world.contribution, section=Section.values[0], text=f"Told {world.name}"
    ),
    CountWord: lambda world: CountWord.objects.create(
        contribution=world.contribution, action=world.counted_action, is_right=False, word=f"Not {world.name}"
    ),
    ProposedAction: lambda world: ProposedActionFactory(contribution=world.contribution, title=f"Missing {world.name}"),
    ReportVersion: lambda world: ReportVersion.objects.create(period=world.period, number=1),
    ReportFile: World._report_file,
    PreparedFile: lambda world: PreparedFile.objects.create(
        version=world.object_of(ReportVersion), built_at=timezone.now(), kind=FileKind.values[0], language="fr"
    ),
    AnnexChunk: lambda world: AnnexChunk.objects.create(
        version=world.object_of(ReportVersion), annex=uuid4(), number=0, rows="[]"
    ),
    LoadedRow: lambda world: LoadedRow.objects.create(
        key=f"key {world.name}", model="spaces.Space", row=str(world.space.pk), values={}, digest="0" * 64
    ),
}

#: Models of ours of which the world has no object, by the reason; their rows are compared by `snapshot` all the same.
WITHOUT_OBJECT = {
    "made by its parent alone, whose pages are walked": {
        "events.Answer",
        "events.EventPhoto",
        "events.EventSeries",
        "events.Material",
        "events.MessageRule",
        "events.Question",
        "events.Speaker",
        "mailings.MailingRecipient",
        "mailings.MailingText",
        "spaces.Handover",
        "spaces.OpenedDay",
        "training.CoachingCount",
    },
    "a trace that nobody opens by its key": {
        "erasures.Erasure",
        "events.ResidenceCorrection",
        "events.WayCorrection",
        "spaces.Correction",
        "spaces.SideCorrection",
    },
    "of one person, who alone has an address of it": {
        "members.AddressChange",
        "members.DataArchive",
        "members.EarlierAddress",
        "members.UnusedAccount",
        "outbox.OptOut",
    },
    "of the network, without a space to be kept from": {
        "merging.Merging",
        "merging.TwoPeople",
        "outbox.Hold",
        "spaces.Document",
        "spaces.Notice",
    },
}
#: What a form was answered is noted, whatever it does.
NOT_COMPARED = {"site.SentForm"}


def our_models():
    """Return each model with a table of its own that this project defines."""
    modules = ("events", "hacktiv", "members", "reporting", "spaces", "training")
    found = [model for model in apps.get_models() if model.__module__.partition(".")[0] in modules]
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def coordinator():
    """Make a person who coordinates the projects and runs no space."""
    user = UserFactory(first_name="Coordinator")
    NetworkRoleFactory(user=user)
    return user


# Catalogues that are the same for everybody: nothing in them belongs to a space.
SHARED = {Skill, SkillCategory, Service, EventType, Organisation, PassScheme, Programme, Group, Feature}


def populated(name):
    """Make a world with an object of every model above."""
    world = World(name)
    for model in BUILDERS:
        world.object_of(model)
    return world


def snapshot():
    """Return every row of ours, and of the models above, as text, by model and key, to see whether anything changed.

    All tables are read by one statement: as rows of the ORM they would take most of the time of the tests.
    """
    name = connection.ops.quote_name
    models = {model for model in BUILDERS if not model._meta.proxy} | {*our_models()}
    tables = [(model._meta.label, model._meta) for model in models if model._meta.label not in NOT_COMPARED]
    statement = " UNION ALL ".join(
        f"SELECT '{label}', {name(meta.pk.column)}::text, to_jsonb(t)::text FROM {name(meta.db_table)} AS t"  # noqa: S608
        for label, meta in tables
    )
    found = {label: {} for label, _meta in tables}
    with connection.cursor() as cursor:
        cursor.execute(statement)
        for label, pk, row in cursor.fetchall():
            found[label][pk] = row
    return found
