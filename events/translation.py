from modeltranslation.translator import TranslationOptions, register

from .fields import TRANSLATED
from .models import Event, EventType, MessageRule, Question, SurveyQuestion


@register(EventType)
class EventTypeTranslation(TranslationOptions):
    fields = ("name", "summary", "description")


@register(Event)
class EventTranslation(TranslationOptions):
    fields = TRANSLATED


@register(MessageRule)
class MessageRuleTranslation(TranslationOptions):
    fields = ("words",)


@register(SurveyQuestion)
class SurveyQuestionTranslation(TranslationOptions):
    fields = ("text", "choices")


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ("text", "purpose", "options")
