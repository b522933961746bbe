from modeltranslation.translator import TranslationOptions, register

from .models import (
    Activity,
    ActivityProgress,
    Classification,
    Communication,
    ContributionText,
    Deliverable,
    Deviation,
    EarlierClassification,
    Output,
    Partner,
    Period,
    Project,
    ProjectDate,
    ReportText,
    SectionComment,
    Stock,
    TargetGroup,
    WorkPackage,
)


@register(Project)
class ProjectTranslation(TranslationOptions):
    fields = ("title", "objective", "summary", "funding", "credit_line")


@register(ProjectDate)
class ProjectDateTranslation(TranslationOptions):
    fields = ("title", "note")


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


@register(WorkPackage)
class WorkPackageTranslation(TranslationOptions):
    fields = ("title", "summary")


@register(Activity)
class ActivityTranslation(TranslationOptions):
    fields = ("title",)


@register(ActivityProgress)
class ActivityProgressTranslation(TranslationOptions):
    fields = ("done",)


@register(TargetGroup)
class TargetGroupTranslation(TranslationOptions):
    fields = ("name", "reached_how")


@register(Communication)
class CommunicationTranslation(TranslationOptions):
    fields = ("title", "where")


@register(ReportText)
class ReportTextTranslation(TranslationOptions):
    fields = ("text",)


@register(ContributionText)
class ContributionTextTranslation(TranslationOptions):
    fields = ("text",)


@register([Classification, EarlierClassification])
class ClassificationTranslation(TranslationOptions):
    fields = ("reason",)


@register(Output)
class OutputTranslation(TranslationOptions):
    fields = ("title",)
