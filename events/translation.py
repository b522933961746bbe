from modeltranslation.translator import TranslationOptions, register

from .models import Event, EventType, Question


@register(EventType)
class EventTypeTranslation(TranslationOptions):
    fields = ("name", "summary", "description")


@register(Event)
class EventTranslation(TranslationOptions):
    fields = ("title", "summary", "description", "route")


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ("text", "purpose", "options")
