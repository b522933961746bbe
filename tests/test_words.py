"""The words of code and documents, which people of three languages read."""

import ast
import re
from pathlib import Path

import pytest

from tests.test_consistency import python_trees

ROOT = Path(__file__).resolve().parent.parent
#: Openings that make a sentence without a subject, to be read twice.
HEADLESS = re.compile(r"(?:Who|What|Whom|Those|Which|Whoever|Whether|Of these|That the)\b")
#: A person is « they ». A space or an event is « it », so that these words stand for nobody else.
HE = re.compile(r"\b(?:he|his|him|himself)\b", re.IGNORECASE)

#: The functions, by the names that modules give them, whose texts the catalogues are to hold.
TRANSLATING = {"_", *(f"{kind}gettext{lazy}" for kind in ("", "n", "p", "np") for lazy in ("", "_lazy"))}


def product_docstrings():
    """Return (place, name, docstring) of everything in the product that has one."""
    for path, tree in python_trees().items():
        if "tests" in path.parts or path.name == "conftest.py" or "bench" in path.relative_to(ROOT).parts:
            continue
        yield from (
            (f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}", name, text)
            for node, name, text in docstrings_of(tree)
        )


def docstrings_of(tree):
    """Return (node, name, docstring) of a module and of all classes and functions in it."""
    for node in ast.walk(tree):
        is_documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if is_documented and (text := ast.get_docstring(node)):
            yield node, getattr(node, "name", ""), text


def is_public(name):
    return not name.startswith("_") or name.startswith("__")


def is_headless(text):
    return HEADLESS.match(text) is not None


def says_he(text):
    return HE.search(text) is not None


@pytest.mark.parametrize("text", ["Who may see it.", "Whether it is full.", "Of these the first.", "What is\nowed."])
def test_a_headless_opening_is_found(text):
    assert is_headless(text)


@pytest.mark.parametrize("text", ["Return the event.", "Whole days.", "Say whether it is full.", "That is all."])
def test_another_opening_is_not(text):
    assert not is_headless(text)


def test_he_is_found_as_a_word():
    assert says_he("The driver drives his car.") and says_he("He drives.") and not says_he("The chief helps them here.")


def test_docstrings_are_read_from_modules_classes_and_functions():
    tree = ast.parse('"""A."""\nclass B:\n    """B."""\n    def _c(self):\n        """C."""\n')
    assert [(name, text) for _node, name, text in docstrings_of(tree)] == [("", "A."), ("B", "B."), ("_c", "C.")]


def test_no_public_docstring_opens_headless():
    found = [place for place, name, text in product_docstrings() if is_public(name) and is_headless(text)]
    assert found == [], f"{len(found)} docstrings"


def test_no_document_says_he():
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    lines = [(path, number, line) for path in documents for number, line in enumerate(path.read_text().splitlines(), 1)]
    assert [f"{path.relative_to(ROOT)}:{number}" for path, number, line in lines if says_he(line)] == []


def test_no_docstring_says_he():
    found = [place for place, _name, text in product_docstrings() if says_he(text)]
    assert found == [], f"{len(found)} docstrings"


def translated_in_fstrings(tree):
    """Return the lines on which a text is translated within an f-string, where no catalogue finds it."""
    inside = [call for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for call in ast.walk(node)]
    return sorted({call.lineno for call in inside if isinstance(call, ast.Call) and _called(call) in TRANSLATING})


def _called(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


@pytest.mark.parametrize(
    "code", ["f\"{_('A')}\"", "f\"{x:>{len(gettext('A'))}}\"", "f\"{translation.ngettext('A', 'B', 2)}\""]
)
def test_a_text_translated_in_an_fstring_is_found(code):
    assert translated_in_fstrings(ast.parse(code)) == [1]


def test_a_text_translated_before_an_fstring_is_not():
    assert translated_in_fstrings(ast.parse("text = _('A')\nf'{text} {name(text)}'")) == []


def test_no_text_is_translated_within_an_fstring():
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path, tree in python_trees().items()
        if "tests" not in path.parts
        for line in translated_in_fstrings(tree)
    }
    assert found == set()
