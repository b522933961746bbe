from modeltranslation.translator import TranslationOptions, register

from .models import Feature, Organisation, Photo, Resource, Service, Space


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("description",)


@register(Service)
class ServiceTranslation(TranslationOptions):
    fields = ("name",)


@register(Feature)
class FeatureTranslation(TranslationOptions):
    fields = ("name",)


@register(Space)
class SpaceTranslation(TranslationOptions):
    fields = ("tagline", "description", "access", "prices")


@register(Photo)
class PhotoTranslation(TranslationOptions):
    fields = ("alternative_text",)


@register(Resource)
class ResourceTranslation(TranslationOptions):
    fields = ("name", "description", "prices")
