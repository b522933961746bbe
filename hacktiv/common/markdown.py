"""Show the Markdown that people type: paragraphs, emphasis, lists, headings, quotes and links, and nothing else.

Tags that somebody types are shown as they were typed. Pictures are not shown: a mail program would fetch them. A link
leads to a page, an address or a telephone, and to nothing that a browser carries out.
"""

import re
from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from .text import without_direction

#: What a link may lead to.
SCHEMES = {"http", "https", "mailto", "tel"}
RULES = ["emphasis", "link", "autolink", "newline", "escape", "entity", "list", "heading", "blockquote", "hr"]
#: The title above the text is the heading of the first level.
LEVELS = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6", "h6": "h6"}
#: A bare address of a page, which becomes a link.
BARE = re.compile(r"(?<!\]\()(?<![<\[\"'\w/=])(https?://[^\s<>()\[\]]*[^\s<>()\[\].,;:!?'\"»*_])")


def _leads_somewhere(address: str) -> bool:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.scheme.lower() in SCHEMES and bool(parts.netloc or parts.path)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"breaks": True, "maxNesting": 20}).enable(RULES)
    parser.validateLink = _leads_somewhere  # type: ignore[method-assign]
    return parser


_PARSER = _parser()


def _tokens(text: str) -> list[Token]:
    tokens = _PARSER.parse(BARE.sub(r"<\1>", without_direction(text)))
    for token in tokens:
        token.tag = LEVELS.get(token.tag, token.tag)
    return tokens


def to_html(text: str) -> SafeString:
    """Return the text as HTML of ours, in which all that was typed is escaped."""
    return mark_safe(_PARSER.renderer.render(_tokens(text), _PARSER.options, {}))  # noqa: S308 - the renderer escapes


def to_plain(text: str) -> str:
    """Return the text as it is read in a mail without HTML: links with their address, lists with their signs."""
    return _plain(_tokens(text)).strip() + "\n"


def _plain(tokens: list[Token]) -> str:
    """Write the blocks one below the other; an item of a list begins with its sign, and a quote with « > »."""
    blocks: list[str] = []
    lists: list[int | None] = []
    sign, quotes = "", 0
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            is_ordered = token.type == "ordered_list_open"
            lists.append(int(token.attrGet("start") or 1) if is_ordered else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
            if not lists:
                blocks.append("")
        elif token.type == "list_item_open":
            number = lists[-1]
            sign = "- " if number is None else f"{number}. "
            lists[-1] = None if number is None else number + 1
        elif token.type in {"blockquote_open", "blockquote_close"}:
            quotes += 1 if token.nesting > 0 else -1
        elif token.type == "hr":
            blocks += ["---", ""]
        elif token.type == "inline":
            indent = "  " * (len(lists) - 1) if lists else ""
            lines = _inline(token.children or []).split("\n")
            first, rest = f"{indent}{sign}", indent + " " * len(sign)
            written = [f"{'> ' * quotes}{first if n == 0 else rest}{line}" for n, line in enumerate(lines)]
            sign = ""
            blocks.append("\n".join(written))
            if not lists:
                blocks.append("")
    return "\n".join(blocks)


def _inline(tokens: list[Token]) -> str:
    words, address, began = "", "", 0
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            words += "\n"
        elif token.type == "link_open":
            address, began = str(token.attrGet("href") or ""), len(words)
        elif token.type == "link_close":
            shown = words[began:]
            if address.removeprefix("mailto:").removeprefix("tel:") != shown:
                words += f" ({address})"
        else:
            words += token.content
    return words
