"""Read a page from its source: title, headings, links, and forms with the values of their fields."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

# A template leaves these behind when a tag is misspelt, broken over two lines or escaped twice.
LEAKS = re.compile(
    r"{%|%}|{{|}}|{#|#}|&amp;(?:amp|lt|gt|quot|#x27|nbsp);|\bNone\b(?!\s*(?:of|are))|lazy\(|<django\.|__proxy__"
)


class Form:
    def __init__(self, attributes, page_url):
        self.method = attributes.get("method", "get").lower()
        self.action = urljoin(page_url, attributes.get("action", "") or page_url)
        self.attributes = attributes
        self.fields = {}  # name: list of values as a browser would send them
        self.choices = {}  # name: every value that a select, radio or checkbox offers
        self.kinds = {}
        self.buttons = []

    @property
    def path(self):
        return urlsplit(self.action).path

    def data(self, **changes):
        """Return the fields as a browser sends them, with `changes`; a value of None leaves the field out."""
        sent = {
            **self.fields,
            **{name: value if isinstance(value, list) else [value] for name, value in changes.items()},
        }
        return {name: values for name, values in sent.items() if values != [None]}


class Page(HTMLParser):
    def __init__(self, text, url="/"):
        super().__init__(convert_charrefs=True)
        self.source, self.url = text, url
        self.language = self.title = ""
        self.headings, self.links, self.forms, self.ids = [], [], [], []
        self.texts = []
        self._form = self._select = self._option = self._textarea = self._heading = self._skipped = None
        self.feed(text)

    @property
    def text(self):
        return re.sub(r"\s+", " ", "".join(self.texts)).strip()

    @property
    def leaks(self):
        return sorted({hit[0] for hit in LEAKS.finditer(self.text + " " + " ".join(self.links) + self.title)})

    @property
    def internal_links(self):
        """Return the addresses on this site that the page links to, without fragments, in order."""
        here = urlsplit(self.url).netloc
        found = []
        for link in self.links:
            parts = urlsplit(urljoin(self.url, link))
            if parts.scheme in ("", "http", "https") and parts.netloc in ("", here):
                found.append(parts._replace(scheme="", netloc="", fragment="").geturl())
        return found

    def form(self, path):
        """Return the one form that is sent to this path."""
        (form,) = [form for form in self.forms if form.path == path]
        return form

    def handle_starttag(self, tag, attributes):
        attributes = {name: value or "" for name, value in attributes}
        if tag in {"script", "style"}:
            self._skipped = tag
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "html":
            self.language = attributes.get("lang", "")
        elif tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif re.fullmatch("h[1-6]", tag) or tag == "title":
            self._heading = [tag, ""]
        elif tag == "form":
            self._form = Form(attributes, self.url)
            self.forms.append(self._form)
        elif self._form:
            self._field(self._form, tag, attributes)

    def _field(self, form, tag, attributes):
        name = attributes.get("name", "")
        if tag == "input" and name:
            kind = attributes.get("type", "text")
            form.kinds[name] = kind
            if kind in {"submit", "button", "image", "reset"}:
                form.buttons.append((name, attributes.get("value", "")))
                return
            value = attributes.get("value", "on" if kind in {"checkbox", "radio"} else "")
            if kind in {"checkbox", "radio"}:
                form.choices.setdefault(name, []).append(value)
                if "checked" not in attributes:
                    return
            form.fields.setdefault(name, []).append(value)
        elif tag == "select" and name:
            self._select = name
            form.kinds[name] = "select"
            form.choices.setdefault(name, [])
        elif tag == "option" and self._select:
            form.choices[self._select].append(attributes.get("value", ""))
            first = self._select not in form.fields and "multiple" not in attributes
            if "selected" in attributes or (first and len(form.choices[self._select]) == 1):
                form.fields[self._select] = [attributes.get("value", "")]
        elif tag == "textarea" and name:
            form.kinds[name] = "textarea"
            self._textarea = name
            form.fields.setdefault(name, [""])
        elif tag == "button" and name:
            form.buttons.append((name, attributes.get("value", "")))

    def handle_endtag(self, tag):
        if tag == self._skipped:
            self._skipped = None
        if self._heading and tag == self._heading[0]:
            text = re.sub(r"\s+", " ", self._heading[1]).strip()
            if tag == "title":
                self.title = self.title or text
            else:
                self.headings.append((int(tag[1]), text))
            self._heading = None
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data):
        if self._skipped:
            return
        self.texts.append(data)
        if self._heading:
            self._heading[1] += data
        if self._textarea:
            values = self._form.fields[self._textarea]
            values[0] += data.removeprefix("\n").removeprefix("\r\n") if not values[0] else data
