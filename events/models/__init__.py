from .attendance import DeclaredCount, Participation, Proof, ResidenceCorrection, WayCorrection
from .contents import EventPhoto, Material, Speaker
from .events import Change, Event, EventType
from .messages import MessageRule, usual_messages
from .outcomes import EventOutcome
from .questions import Answer, Question
from .registrations import Registration
from .series import EventSeries
from .surveys import SurveyAnswer, SurveyQuestion, SurveyTaken
from .topics import TopicProposal
from .travel import Ride, RideSeat, RideWish

__all__ = [
    "Answer",
    "Change",
    "DeclaredCount",
    "Event",
    "EventOutcome",
    "EventPhoto",
    "EventSeries",
    "EventType",
    "Material",
    "MessageRule",
    "Participation",
    "Proof",
    "Question",
    "Registration",
    "ResidenceCorrection",
    "Ride",
    "RideSeat",
    "RideWish",
    "Speaker",
    "SurveyAnswer",
    "SurveyQuestion",
    "SurveyTaken",
    "TopicProposal",
    "WayCorrection",
    "usual_messages",
]
