"""The languages of the platform, as the settings name them, and the columns that hold a text in each of them.

No other module names a language: a new one is a line of the settings and a migration.
"""

from django.conf import settings
from django.db.models import Model
from django.utils.translation import get_language_info, override, pgettext
from modeltranslation.utils import build_localized_fieldname

CODES = tuple(code for code, _name in settings.LANGUAGES)
#: The language in which every text is written; it stands in for what is not translated.
MAIN = settings.LANGUAGE_CODE
#: The order in which another language is looked for where the reader's has no text.
READING_ORDER = tuple(settings.MODELTRANSLATION_FALLBACK_LANGUAGES)


def column(field: str, code: str = MAIN) -> str:
    """Return the column of a translated field in one language: `title_fr`."""
    return build_localized_fieldname(field, code)


def columns(*fields: str) -> tuple[str, ...]:
    """Return the columns of translated fields in every language, field by field."""
    return tuple(column(field, code) for field in fields for code in CODES)


def texts_of(row: Model, field: str) -> dict[str, str]:
    """Return a translated field by language, without the languages that have no text."""
    texts = {code: getattr(row, column(field, code)) for code in CODES}
    return {code: text for code, text in texts.items() if text}


def in_each_language(lazy_text: object) -> dict[str, str]:
    """Return a text of the interface by language: a lazy one, or whatever writes itself in the active language."""
    texts = {}
    for code in CODES:
        with override(code):
            texts[code] = str(lazy_text)
    return texts


def own_name(code: str) -> str:
    """Return the name of a language in that language: « Nederlands »."""
    return dict(settings.LANGUAGES)[code]


def name_within_sentence(code: str) -> str:
    """Return the name of a language in the reader's language, as it is written within a sentence: « néerlandais »."""
    name = get_language_info(code)["name_translated"]
    # A word for translators to choose, never shown: "small letter" or "capital letter".
    begins_with = pgettext("how the name of a language begins within a sentence", "capital letter")
    return name if begins_with == "capital letter" else name[:1].lower() + name[1:]
