from modeltranslation.translator import TranslationOptions, register

from .models import Event, EventType, MessageRule, Question, SurveyQuestion


@register(EventType)
class EventTypeTranslation(TranslationOptions):
    fields = ("name", "summary", "description")


@register(Event)
class EventTranslation(TranslationOptions):
    fields = ("title", "summary", "description", "route")


@register(MessageRule)
class MessageRuleTranslation(TranslationOptions):
    fields = ("words",)


@register(SurveyQuestion)
class SurveyQuestionTranslation(TranslationOptions):
    fields = ("text", "choices")


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ("text", "purpose", "options")
