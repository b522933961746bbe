"""Every colour stands in static/css/tokens.css, and nowhere else."""

import ast
import re
from pathlib import Path

import pytest
from PIL import ImageColor

from hacktiv.common.colours import TOKENS, colour, tokens
from tests.test_consistency import ROOT, python_trees, tracked

CSS = ROOT / "static" / "css"
BUILT = {CSS / "site.css", CSS / "admin.css", CSS / "admin-book.css"}
#: By file: the reason why it can neither read the tokens nor be written from them. Its colours must be tokens.
ALONE = {
    "static/img/favicon.svg": "a browser draws it beside the address, without any style sheet",
    "static/img/eu.svg": "an image of its own, on pages and in PDF files",
}
NUMBERS = re.compile(
    r"(?<![&\w])#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b(?!-)"
    r"|\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch|color)\(\s*(?:from\b|[\d.])[^)]*\)"
    r"|\b0x[0-9a-f]{6}\b",
    re.IGNORECASE,
)
#: The colours that CSS knows by name.
NAMES = frozenset(ImageColor.colormap)
NAMED = rf"(?<![\w-])(?:{'|'.join(sorted(NAMES))})(?![\w-])"
#: A declaration whose value may be a colour, in a style sheet or in the style of a mail.
DECLARED = re.compile(
    r"(?:^|[{;\s])(?:--[\w-]+|(?:[\w-]+-)?color|background(?:-image)?|border(?:-[\w-]+)?|outline|fill|stroke|box-shadow"
    r"|text-shadow|text-decoration|caret|column-rule)\s*:([^;{}]*)",
    re.IGNORECASE,
)
ATTRIBUTE = re.compile(rf"""\b(?:fill|stroke|\w*color)=["']({NAMED})["']""", re.IGNORECASE)
QUOTED = re.compile(rf"""["'`]({NAMED})["'`]""", re.IGNORECASE)
#: The same names where Typst takes a colour, and its greys.
IN_TYPST = re.compile(rf"\b(?:fill|stroke)\s*:[^,)\n]*?({NAMED})|\bluma\([^)]*\)", re.IGNORECASE)


def numbers(text):
    return [hit[0] for hit in NUMBERS.finditer(text)]


def names_declared(text):
    text = re.sub(r"""url\([^)]*\)|"[^"]*"|'[^']*'""", "", text)
    return [name for value in DECLARED.findall(text) for name in re.findall(NAMED, value, re.IGNORECASE)]


def in_css(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return numbers(text) + names_declared(text)


def in_template(text):
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    text = re.sub(r"""href=["']#[\w-]+["']""", "", text)
    styles = "\n".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))
    return numbers(text) + ATTRIBUTE.findall(text) + names_declared(styles)


def in_script(text):
    return numbers(text) + QUOTED.findall(text)


def in_typst(text):
    return numbers(text) + [hit[0] for hit in IN_TYPST.finditer(text)]


def in_python(tree):
    """Find colours in Python. A name of a kind's colour is ours, though CSS has a colour of that name."""
    others = NAMES - set(re.findall(r'data-colour="(\w+)"', (CSS / "events" / "kinds.css").read_text()))
    strings = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [hit for text in strings for hit in numbers(text)] + [t for t in strings if t.lower() in others]


def product(*patterns):
    """Return the tracked files of the product, without the ones that draw pictures for the docs, measure or test."""
    outside = {"vendor", "tests", "bench", "docs", "migrations"}
    return [path for path in tracked(*patterns) if not outside & set(path.relative_to(ROOT).parts)]


def found(paths, look):
    hits = {path.relative_to(ROOT).as_posix(): look(path.read_text()) for path in paths}
    return {name: colours for name, colours in hits.items() if colours}


def written_out(value):
    """Write #abc as #aabbcc, in small letters."""
    value = value.lower()
    return "#" + "".join(2 * digit for digit in value[1:]) if re.fullmatch("#[0-9a-f]{3}", value) else value


def test_no_style_sheet_writes_a_colour():
    sheets = [path for path in product("static/css") if path not in {*BUILT, TOKENS}]
    assert len(sheets) > 50
    assert found(sheets, in_css) == {}


def test_no_template_writes_a_colour():
    assert found(product("templates"), in_template) == {}


def test_no_script_writes_a_colour():
    assert found(product("static/js"), in_script) == {}


def test_no_pdf_template_writes_a_colour():
    assert len(product("*.typ")) > 2
    assert found(product("*.typ"), in_typst) == {}


def test_no_module_writes_a_colour():
    trees = {path: python_trees()[path] for path in product("*.py")}
    hits = {path.relative_to(ROOT).as_posix(): in_python(tree) for path, tree in trees.items()}
    assert {name: colours for name, colours in hits.items() if colours} == {}


def test_an_image_that_stands_alone_has_colours_of_the_tokens():
    images = found(product("static/img/*.svg"), in_template)
    assert set(images) == set(ALONE)
    known = set(tokens("light").values())
    assert {name: {c for c in map(written_out, colours) if c not in known} for name, colours in images.items()} == {
        name: set() for name in ALONE
    }


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (in_css, "a { color: #abc; }"),
        (in_css, "a { border: 1px solid rgb(0 0 0 / 0.5); }"),
        (in_css, "a { background: oklch(50% 0.1 20); }"),
        (in_css, "a { --ink: hsl(20deg 10% 10%); }"),
        (in_css, "a { box-shadow: 0 1px 2px black; }"),
        (in_template, '<path fill="#1f4d3a" />'),
        (in_template, '<path stroke="white" />'),
        (in_template, "<style>p { color: Navy }</style>"),
        (in_script, "plain(0xffffff)"),
        (in_script, 'brush.fillStyle = "white"'),
        (in_typst, 'text(fill: rgb("#1F4D3A"))'),
        (in_typst, "text(fill: white)"),
        (lambda text: in_python(ast.parse(text)), 'BG = "#1F4D3A"'),
        (lambda text: in_python(ast.parse(text)), 'segno.make(dark="black")'),
    ],
)
def test_a_colour_is_recognised_as_one(look, text):
    assert len(look(text)) == 1


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (
            in_css,
            "#header a { color: var(--color-white); white-space: nowrap; background: color-mix(in oklab, red-x) }",
        ),
        (in_template, '<a href="#added">&#039; white</a>'),
    ],
)
def test_text_without_a_colour_passes(look, text):
    assert look(text) == []


def test_both_themes_name_the_same_colours():
    themed = re.findall(r":root \{(.*?)\n  \}\n", TOKENS.read_text(), re.DOTALL)[:2]
    light, dark = (set(re.findall(r"--[\w-]+(?=:)", block)) for block in themed)
    assert len(light) > 50
    assert light == dark


def test_every_token_is_read():
    """Tokens that begin with color- are read by daisyUI."""
    files = product("static/css", "static/js", "templates", "*.py", "*.typ")
    texts = [path.read_text() for path in files if path not in BUILT]
    read = {
        name
        for text in texts
        for name in re.findall(r"""var\(--([\w-]+)|["'](?:--)?([\w-]+)["']""", text)
        for name in name
    }
    flags = {"flag-ground", "flag-stars"}
    assert {name for name in tokens("dark") if not name.startswith("color-")} - read == flags


def test_a_colour_is_returned_for_a_theme():
    assert colour("color-base-100") == "#fbf8f2"
    assert colour("color-base-100", "dark") == "#172026"
    assert colour("logo-ground", "dark") == colour("logo-ground")
    with pytest.raises(KeyError):
        colour("mauve")


def test_the_tokens_are_colours_and_nothing_else():
    for theme in ("light", "dark"):
        assert {n: v for n, v in tokens(theme).items() if not re.fullmatch(r"#[0-9a-f]{6}|rgb\([\d. /]+\)", v)} == {}


def test_the_admin_writes_no_theme_of_its_own():
    """The admin reads the tokens, which know both themes; a second list of dark values would soon differ."""
    sheets = [path for path in Path(CSS).glob("admin*.css") if path not in BUILT]
    assert len(sheets) == 5
    assert [path.name for path in sheets if "prefers-color-scheme" in path.read_text()] == []
