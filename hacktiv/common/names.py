"""Compare people's names as a reader sees them: whatever their titles, remarks, hyphens and look-alike letters."""

import re
import unicodedata
from itertools import chain

from .text import fold

#: Words in brackets, round, square or of full width.
BRACKETS = re.compile(r"[(\[（［【][^)\]）］】]*(?:[)\]）］】]|$)")
#: Signs that join two words to one name.
HYPHEN = re.compile(r"(?<=\w)[-\u2010\u2011](?=\w)")
#: Letters and marks that are not seen, beside the signs of the category Cf.
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")

#: Greek, Cyrillic and other capitals that look like Latin ones.
CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТУХІЈЅԚԜՕՍ", "ABEZHIKMNOPTYXABEKMHOPCTYXIJSQWOU", strict=True))
#: Small letters of other scripts, and of phonetic writing, that look like Latin ones (of Unicode's confusables).
SMALL = dict(
    zip(
        "αγηικνορτυχωавгекмнопрстухьѕіјһԁԛԝѵաոսօհցյզɑɐɓɖđɗəɛɡɠħıɩɪȷƙɴŋƞɵʀʂƽŧʈʋʉʏƴʐʙʜʟɢᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢ",
        "aynikvoptuxwabrekmhonpctyxbsijhdqwvwnuohgjqaabdddeegghiiijknnnorssttuuyyzbhlgacdejkmoptuvwz",
        strict=True,
    )
)
LOOKS = str.maketrans(CAPITALS | SMALL | {"|": "l"})
#: Figures and letters that are read as one another.
ALIKE = str.maketrans("01l", "oii")

#: Titles in the languages around, folded and read as above.
TITLES = frozenset(
    "m mr mme mlle monsieur madame mademoiselle dr drs docteur pr prof professeur me maitre mgr"
    " dhr mevr mw mevrouw meneer mijnheer mejuffrouw doctor professor ir ing ingenieur lic mag"
    " mrs ms miss mx sir phd msc".translate(ALIKE).split()
)


def may_be_one_person(one: str, other: str) -> bool:
    """Return whether two names may be one person's: the same words, or one with a remark more.

    Titles and words in brackets are left out. A word alone is no name to be found in another, and Jean-Marie is not
    Marie."""
    return any(_are_alike(*pair) for pair in zip(_seen(one), _seen(other), strict=True))


def _seen(name: str) -> tuple[list[list[str]], list[list[str]]]:
    """Return the words of a name as they are written and as they look; each word with the parts that hyphens join."""
    shown = "".join(sign for sign in UNSEEN.sub("", name) if unicodedata.category(sign) != "Cf")
    words = BRACKETS.sub(" ", shown).split() or shown.split()
    look = unicodedata.normalize("NFKD", " ".join(words)).translate(LOOKS).split()
    return _words(words), _words(look)


def _words(written: list[str]) -> list[list[str]]:
    found: list[list[str]] = []
    for word in written:
        joined = [fold(part).translate(ALIKE).replace(" ", "") for part in HYPHEN.split(word)]
        found += [joined] if len(joined) > 1 else [[part] for part in fold(word).translate(ALIKE).split()]
    return _without_titles(found)


def _without_titles(words: list[list[str]]) -> list[list[str]]:
    return [parts for parts in words if len(parts) > 1 or parts[0] not in TITLES] or words


def _are_alike(one: list[list[str]], other: list[list[str]]) -> bool:
    parts_of_one, parts_of_other = list(chain(*one)), list(chain(*other))
    if sorted(parts_of_one) == sorted(parts_of_other) or "".join(parts_of_one) == "".join(parts_of_other):
        return True
    fewer, more = sorted((one, other), key=lambda words: sum(map(len, words)))
    wanted = {part for parts in fewer for part in parts}
    found: set[str] = set()
    for parts in more:
        found |= set(parts) if wanted.issuperset(parts) else {"".join(parts)}
    return len(fewer) > 1 and wanted <= found
