from modeltranslation.translator import TranslationOptions, register

from .models import Coaching, Programme


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    fields = ("title", "description")


@register(Coaching)
class CoachingTranslation(TranslationOptions):
    fields = ("title", "note")
