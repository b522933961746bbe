from modeltranslation.translator import TranslationOptions, register

from hacktiv.common.languages import CODES, MAIN

from .models import Feature, Hotspot, MembershipKind, Photo, Plan, Resource, Scene, Service, Space, TeamMember


@register(Service)
class ServiceTranslation(TranslationOptions):
    fields = ("name",)


@register(Feature)
class FeatureTranslation(TranslationOptions):
    fields = ("name",)


@register(MembershipKind)
class MembershipKindTranslation(TranslationOptions):
    fields = ("name", "description", "prices")


@register(Space)
class SpaceTranslation(TranslationOptions):
    fields = (
        "tagline",
        "description",
        "access",
        "access_by_car",
        "access_by_train",
        "access_by_bicycle",
        "accessibility",
        "prices",
    )


@register(Photo)
class PhotoTranslation(TranslationOptions):
    fields = ("alternative_text",)
    required_languages = CODES


@register(Plan)
class PlanTranslation(TranslationOptions):
    fields = ("alternative_text",)
    required_languages = CODES


@register(TeamMember)
class TeamMemberTranslation(TranslationOptions):
    fields = ("role",)


@register(Scene)
class SceneTranslation(TranslationOptions):
    fields = ("title", "description", "alternative_text")
    required_languages = {MAIN: ("title", "description"), "default": ("alternative_text",)}


@register(Hotspot)
class HotspotTranslation(TranslationOptions):
    fields = ("label", "text")


@register(Resource)
class ResourceTranslation(TranslationOptions):
    fields = ("name", "description", "prices")
