"""Template tags and filters that every page may use."""

import json
import re
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.utils.formats import date_format, localize
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import colours, dates, languages
from ..bounds import UNKNOWN
from ..drawings import svg
from ..paging import page_of

INDENTATION = re.compile(r"[ \t]*\n[ \t\n]*")

register = template.Library()


@register.simple_tag
def colour(name, theme="light"):
    """Return a colour of static/css/tokens.css, for a mail: {% colour "color-primary" "dark" %}."""
    return colours.colour(name, theme)


@register.simple_tag
def icon(name, css="", label=""):
    """`{% icon "calendar" %}`: a drawing of static/img/icons in the text's colour. Decoration unless it has a label."""
    return _icon(str(name), css, str(label))


@lru_cache(maxsize=2048)
def _icon(name, css, label):
    try:
        return svg("icons", name, f"icon {css}".strip(), label)
    except KeyError:
        return svg("icons", "dot", f"icon {css}".strip(), label)


@register.simple_tag(takes_context=True)
def page_url(context, number, parameter="page"):
    """Return the address of another page of a list with the same filters, or with `print` that of the whole list."""
    query = context["request"].GET.copy()
    query.pop("page" if parameter == "print" else "print", None)
    query[parameter or "page"] = number
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def paged(context, rows, parameter, anchor, label, per_page=50):
    """`{% paged rows "cars" "shared-cars" title as page_obj %}`: the page of a list that stands among others on a page
    (`paging.page_of`), for `components/pagination.html`."""
    return page_of(context["request"], rows, per_page, parameter=parameter, anchor=anchor, label=label)


class LeanNode(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        return INDENTATION.sub("\n", self.nodelist.render(context))


@register.tag
def lean(parser, token):
    """`{% lean %}…{% endlean %}`: leave out the indentation of what a long page repeats, most of its weight. Not around
    what keeps its spaces, such as `pre` and `textarea`."""
    nodelist = parser.parse(("endlean",))
    parser.delete_first_token()
    return LeanNode(nodelist)


@register.simple_tag(takes_context=True)
def current(context, *prefixes):
    """Write `aria-current` for a navigation entry: of the pages named, or of all pages of an app (`events:`)."""
    match = getattr(context.get("request"), "resolver_match", None)
    name = match.view_name if match else ""
    is_here = any(name.startswith(prefix) if prefix.endswith(":") else name == prefix for prefix in prefixes)
    return mark_safe('aria-current="true"') if is_here else ""


@register.inclusion_tag("components/date_block.html")
def date_block(start):
    """A date one can read from afar: weekday, day, month."""
    start = dates.local(start)
    return {
        "weekday": date_format(start, "D"),
        "day": start.day,
        "month": date_format(start, "N" if start.month != 5 else "F").rstrip("."),
        "iso": start.isoformat(),
        "written": dates.day(start),
    }


@register.simple_tag
def local_range(start, end):
    """« vendredi 27 novembre, 12 h – 13 h 30 »."""
    return dates.span(start, end)


@register.simple_tag
def local_iso(moment):
    """« 2026-11-27T12:00:00+01:00 », for machines."""
    return dates.local(moment).isoformat(timespec="seconds")


@register.simple_tag
def local_hours(start, end):
    """« 12 h – 13 h 30 »."""
    return dates.hours(dates.local(start), dates.local(end))


@register.simple_tag
def local_days(first, last):
    """« 4 mars au 6 avril », or the one day."""
    return dates.day_span(first, last)


@register.filter
def hour(moment, with_unit=True):
    """« 13 h 30 »; nothing for nothing. `{{ moment|hour:False }}` leaves out the word for it, where it is cramped."""
    return dates.hour(moment, with_unit=with_unit) if moment is not None and moment != "" else ""


@register.filter
def day(moment):
    """« vendredi 27 novembre »; nothing for nothing."""
    return dates.day(moment) if moment else ""


@register.filter
def day_and_hour(moment):
    """« vendredi 27 novembre, 12 h »; nothing for nothing."""
    return dates.moment_in_words(moment) if moment else ""


@register.filter
def change_in_words(entry):
    """Return the message of an entry of the admin's history, its fields named in the reader's language.

    Django keeps the labels of forms, which begin with a capital and name a language, and looks them up as they are."""
    try:
        parts = json.loads(entry.change_message)
    except ValueError:
        return entry.get_change_message()
    for kept in (about for part in parts for about in part.values() if "fields" in about):
        kept["fields"] = [_label_in_words(label) for label in kept["fields"]]
    return type(entry)(change_message=json.dumps(parts)).get_change_message()


def _label_in_words(label):
    words, bracket, language = label.partition(" [")
    known = _(words)
    if known == words and words:
        known = capfirst(_(words[0].lower() + words[1:]))
    return known + bracket + language


@register.filter
def short_day(moment):
    """« 27 novembre », without the weekday."""
    return dates.day(moment, weekday=False) if moment else ""


@register.filter
def duration(minutes):
    """« 35 min », « 1 h 20 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    return _("%(hours)s h %(minutes)s") % {"hours": hours, "minutes": f"{rest:02}"}


@register.filter
def initials(name):
    """« Zoé Lambert » → ZL."""
    words = str(name).replace("-", " ").split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper()


@register.inclusion_tag("components/written.html")
def written(obj, field, form="text"):
    """`{% written space "description" "prose" %}`: what was written there, in the reader's language. Where it is not
    translated, the text in another one, marked as such for screen readers and said to be so."""
    text, other = wording_of(obj, field)
    return {"text": text, "other": other, "only_in": _only_in(other) if other else "", "form": form}


class Wording(NamedTuple):
    """A text, and in which language it stands if that is not the reader's."""

    text: str
    other: str


def wording_of(obj, field):
    """Return what was written there in the reader's language, else in another."""
    reading = get_language()
    for code in dict.fromkeys([reading, *languages.READING_ORDER]):
        if text := getattr(obj, languages.column(field, code), None):
            return Wording(text, code if code != reading else "")
    return Wording("", "")


def _only_in(code):
    return _("only in %(language)s so far") % {"language": languages.name_within_sentence(code)}


@register.simple_tag
def wording(obj, field):
    """`{% wording event "title" %}`: as `written`, within a line or a link. A sign tells the eye what `lang` tells a
    screen reader."""
    return worded(wording_of(obj, field))


@register.simple_tag
def worded(found):
    """`{% worded card.title %}`: a `Wording`, as `wording` shows it."""
    text, other = found
    if not other:
        return text
    return format_html('<span lang="{}">{}</span>{}', other, text, icon("language", "icon-wording", _only_in(other)))


@register.simple_tag
def plain_wording(obj, field):
    """`{% plain_wording event "title" %}`: as `written`, where nothing but letters can stand: in mails."""
    text, other = wording_of(obj, field)
    return f"{text} ({_only_in(other)})" if other else text


@register.simple_tag
def attributes(attrs):
    """The attributes of a form's element, as Django's own template writes them."""
    return format_html_join(
        "",
        "{}",
        ((_attribute(name, value),) for name, value in attrs.items() if value is not False),
    )


def _attribute(name, value):
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))


@register.simple_tag
def options(groups):
    """The choices of a select, as Django's own templates write them: these are included once for each choice."""
    return mark_safe("".join(_group(name, choices) for name, choices, _index in groups))  # noqa: S308 - escaped


def _group(name, choices):
    inside = "".join(map(_option, choices))
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, mark_safe(inside)) if name else inside  # noqa: S308


def _option(choice):
    # Escaped before they are kept, as a text and the same one that is safe are equal.
    value, label = conditional_escape(str(choice["value"])), conditional_escape(localize(choice["label"]))
    return _drawn_option(value, label, tuple(choice["attrs"].items()))


@lru_cache(maxsize=2048)  # the hours of a day and the choices of a form are the same for all
def _drawn_option(value, label, attrs):
    return format_html('\n  <option value="{}"{}>{}</option>\n', value, attributes(dict(attrs)), label)


@register.filter
def named(cells, headers):
    """The cells of a row in a list of the admin, each with its column's name, which a phone shows beside it."""
    for cell, header in zip(cells, headers, strict=False):
        yield mark_safe(f"{cell[:3]}{_label(str(header['text']))}{cell[3:]}")  # noqa: S308 - « <td », as Django writes it


@lru_cache(maxsize=256)
def _label(name):
    # The box to tick has a box as its column's name.
    return "" if "<" in name else format_html(' data-label="{}"', capfirst(name))


@register.filter
def bounds(value):
    """Write `{{ count|bounds }}` as « 15 à 28 », « au moins 15 », and « non renseigné » for what nobody counted."""
    return str(UNKNOWN if value is None else value)


@register.filter
def webcal(address):
    """The address of a calendar in the form that makes a calendar program follow it."""
    return f"webcal://{address.partition('://')[2]}"
