"""Mark texts as examples, in each of their languages."""

from hacktiv.common.datafiles import Text

from . import files


def marked(field: str, text: Text) -> dict[str, str]:
    """Return the columns of a translated field, each text followed by the mark of an example."""
    mark = files.words().mark
    return {
        name: f"{words} {mark[language]}"
        for (language, words), name in zip(text.items(), text.columns(field), strict=True)
    }


def blank(field: str) -> dict[str, str]:
    """Return the columns of a translated field that says nothing."""
    return Text(dict.fromkeys(files.words().mark, "")).columns(field)
