"""How an example is marked in the three languages."""

LANGUAGES = ("fr", "nl", "en")
MARK = {"fr": "(exemple)", "nl": "(voorbeeld)", "en": "(example)"}


def translated(field, text):
    """A text in three languages as the fields `field_fr`, `field_nl` and `field_en` of a model."""
    return {f"{field}_{language}": getattr(text, language) for language in LANGUAGES}


def marked(field, text):
    """As `translated`, each language with the mark of an example."""
    return {f"{field}_{language}": f"{getattr(text, language)} {MARK[language]}" for language in LANGUAGES}
