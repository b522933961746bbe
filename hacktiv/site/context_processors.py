"""Tell each page what it shows around its content."""

from django.conf import settings
from django.contrib import admin
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info


def site(request):
    """Return the address of this page in each language, what the navigation offers, and whether this is a demo.

    The values that ask the database are lazy: they cost nothing on a page that does not show them.
    """
    return {
        "site_languages": _languages(request),
        "site_url": settings.SITE_URL,
        "is_demo": settings.DEMO,
        "opens_admin": SimpleLazyObject(lambda: admin.site.has_permission(request)),
    }


def _languages(request):
    address = request.get_full_path()
    current = get_language()
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"].capitalize(),
            "url": translate_url(address, code),
            "is_current": code == current,
        }
        for code, _name in settings.LANGUAGES
    ]
