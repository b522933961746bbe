from modeltranslation.translator import TranslationOptions, register

from .models import (
    Classification,
    Deliverable,
    Deviation,
    EarlierClassification,
    Output,
    Partner,
    Period,
    Project,
    SectionComment,
    Stock,
)


@register(Project)
class ProjectTranslation(TranslationOptions):
    fields = ("title", "objective", "summary", "funding", "credit_line")


@register(Partner)
class PartnerTranslation(TranslationOptions):
    fields = ("note",)


@register(Period)
class PeriodTranslation(TranslationOptions):
    fields = ("highlights",)


@register(SectionComment)
class SectionCommentTranslation(TranslationOptions):
    fields = ("text",)


@register(Deviation)
class DeviationTranslation(TranslationOptions):
    fields = ("title", "reason", "solution")


@register(Deliverable)
class DeliverableTranslation(TranslationOptions):
    fields = ("title", "note")


@register(Stock)
class StockTranslation(TranslationOptions):
    fields = ("name",)


@register([Classification, EarlierClassification])
class ClassificationTranslation(TranslationOptions):
    fields = ("reason",)


@register(Output)
class OutputTranslation(TranslationOptions):
    fields = ("title",)
