"""Turn the Markdown that people type into HTML of ours alone, which reads well without HTML too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hacktiv.common.markdown import to_html, to_plain


def test_usual_signs_become_elements():
    text = "Bonjour **tous**, *ici* :\n\n- un\n- deux\n\n# Titre\n\n> cité\n\n[lien](https://a.example/?b=1&c=2)"
    html = to_html(text)
    for part in ("<strong>tous</strong>", "<em>ici</em>", "<li>un</li>", "<h2>Titre</h2>", "<blockquote>"):
        assert part in html
    assert '<a href="https://a.example/?b=1&amp;c=2">lien</a>' in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<b>)",
        "[x](//evil.example)",
        "[x](/fr/accounts/logout/)",
        "![x](https://evil.example/p.png)",
        '<img src=x onerror="alert(1)">',
        '[x](https://a.example/"onmouseover="alert(1))',
        "&lt;script&gt;",
    ],
)
def test_nothing_that_was_typed_becomes_a_tag_or_runs(hostile):
    html = to_html(hostile)
    for part in ("<script", "<img", 'onerror="', 'onmouseover="', 'href="javascript', 'href="data', 'href="/'):
        assert part not in html.lower()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Voir [ici](https://a.example).", "Voir ici (https://a.example).\n"),
        ("Voir https://a.example.", "Voir https://a.example.\n"),
        ("- un\n- deux\n  - sous\n\n1. a\n2. b", "- un\n- deux\n  - sous\n\n1. a\n2. b\n"),
        ("<a@b.example>", "a@b.example\n"),
        ("> cité\n> encore", "> cité\n> encore\n"),
        ("\u202egauche", "gauche\n"),
    ],
)
def test_it_reads_well_without_html(text, plain):
    assert to_plain(text) == plain


ALLOWED = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr"}


@given(st.text(alphabet="ab<>&\"'*_[]()!#->\n `:/.\\1", max_size=200))
def test_any_text_becomes_our_elements_alone(text):
    tags = {tag.split()[0].strip("/>") for tag in to_html(text).split("<")[1:]}
    assert {tag.partition(">")[0] for tag in tags} <= ALLOWED
    to_plain(text)
