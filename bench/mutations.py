"""Send mutated requests to every address and form of the site, as each of the four kinds of people.

    python -m bench.mutations [--requests=10000] [--seed=N] [--role=manager]

It makes a database of its own beside the tests', with the real network and the demo. It walks through the site as each
role, and notes every address and every form. Then it takes one of them at random, time after time, changes what is sent
in one to four ways, and looks at the answer. Each request is undone at its end, so that one does not depend on those
before. A finding is a 5xx but 503 with `Retry-After`, a trace or a secret in an answer, or a form that stores a second
time what it stored before. The seed and the number of a request find it again. Ends with 1 where something was found.
"""

import argparse
import logging
import os
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "hacktiv.settings.test"
    django.setup()

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, get_resolver
from django.utils import translation

from hacktiv.devstack.prepare import compile_catalogues
from tests.abuse import ABUSE
from tests.site import NEVER_FOLLOWED, ROLES, load_all, signed_in, view_of, walk

#: So many pages of one view are walked to, and so large a share of the requests goes where no link leads.
EACH, UNLINKED = 2, 0.15
LEAKS = ("Traceback (most recent call last)", "/site-packages/", "psycopg2.", "DJANGO_SETTINGS_MODULE")
LOOKUPS = (
    "exact", "iexact", "contains", "startswith", "regex", "iregex", "in", "range", "isnull", "gt", "year", "date",
    "date__gte", "week_day", "search", "nonsense", "exact__exact", "overlap", "contained_by", "unaccent",
    "trigram_similar",
)  # fmt: skip
PARAMETERS = ("q", "o", "p", "e", "all", "_popup", "_to_field", "_changelist_filters", "page", "day", "start", "end",
              "view", "next", "month", "year", "lang", "format", "people", "space", "_facets")  # fmt: skip
VALUES = (*ABUSE.values(), "[", "(", "\\", "%", "1,2,x", "1e999", "NaN", "None", "true", "2026-W53", "0000-00-00",
          "-0", "\ud800", "٣", "' OR 1=1 --", "../../etc/passwd", "//evil.example", "javascript:alert(1)",
          "x" * 300)  # fmt: skip
HEADERS = {
    "Accept-Language": ("xx", "fr;q=nan", "x" * 5000, "nl-BE,nl;q=0.8", "\x00"),
    "Host": ("evil.example", "localhost:99999", "[::1", ""),
    "Cookie": ("sessionid=\x00", "sessionid=" + "x" * 4000, "csrftoken=<b>", "messages=W10:x", "=;=;"),
    "X-Forwarded-For": ("1.2.3.4, 5.6.7.8", "not an address", ",,,"),
    "X-Forwarded-Proto": ("https", "gopher"),
    "Referer": ("not an address", "https://evil.example/", "x" * 9000),
    "HX-Request": ("true", "maybe"),
    "HX-Current-URL": ("\x00", "https://evil.example/", "%ff"),
    "If-Modified-Since": ("yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "If-None-Match": ('W/"', "*", '"x"'),
    "Range": ("bytes=0-0", "bytes=-", "bytes=9-1"),
    "Origin": ("null", "https://evil.example"),
    "X-Request-ID": ("\n", "x" * 5000),
}
BODIES = {
    "application/json": ('{"a":', "[" * 3000, "null", '{"__proto__": 1}', '"\\ud800"'),
    "application/x-www-form-urlencoded": ("a=%ff&b", "&" * 2000, "a=" + "%00", "=" * 50),
    "application/x-www-form-urlencoded; charset=utf-7": ("a=b",),
    "multipart/form-data; boundary=x": ("--x\r\n", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb", ""),
    "multipart/form-data": ("",),
    "text/xml": ("<a/>",),
}  # fmt: skip
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")
FILES = (b"", b"%PDF-1.7\n%%EOF", b"\xff\xd8\xff\xe0 no picture", b"a;b\n\xe9;=1+1\n", b"PK\x03\x04 no archive",
         "nom;courriel\n🦫;x@\n".encode("utf-16"), b"BEGIN:VCALENDAR")  # fmt: skip


@dataclass(frozen=True)
class Target:
    """An address, or a form with the fields that a browser would send."""

    path: str
    method: str = "GET"
    fields: tuple = ()
    files: tuple = ()


@dataclass
class Finding:
    number: int
    role: str
    request: str
    fault: str

    def __str__(self):
        return f"#{self.number} {self.role}: {self.fault}\n    {self.request}"


class Mutator:
    """Make and send mutated requests as one role; `number` counts them, and with the seed determines each."""

    def __init__(self, role, seed):
        self.role, self.seed = role, seed
        self.targets = targets = targets_of(role)
        self.unlinked = unlinked(targets)
        self.client = signed_in(role)
        self.cookies = self.client.cookies.copy()
        self.statuses = Counter()
        self.values = sorted({value for target in targets for _name, value in target.fields if len(value) < 60})
        self.names = sorted({name for target in targets for name, _value in target.fields})
        self.parts = sorted({part for target in targets for part in target.path.split("/") if part})
        self.raised = None
        got_request_exception.connect(self._note)

    def _note(self, **_kwargs):
        self.raised = sys.exception()

    def request(self, number):
        """Return the arguments for the request of this number: method, address, data, headers."""
        chance = random.Random(f"{self.seed}:{self.role}:{number}")
        target = chance.choice(self.unlinked if chance.random() < UNLINKED and self.unlinked else self.targets)
        method, path, files = target.method, target.path, dict(target.files)
        fields, query, headers = list(target.fields), [], {}
        if method == "GET":
            fields, query = [], fields
        body = None
        for _ in range(chance.randint(1, 4)):
            match chance.choice(["value", "value", "value", "drop", "twice", "unknown", "lookup", "path", "header",
                                 "method", "body", "file", "none"]):  # fmt: skip
                case "value" if fields or query:
                    part = fields if fields and (not query or chance.random() < 0.8) else query
                    at = chance.randrange(len(part))
                    part[at] = (part[at][0], self._value(chance))
                case "drop" if fields:
                    del fields[chance.randrange(len(fields))]
                case "twice" if fields or query:
                    part = fields or query
                    part.append((chance.choice(part)[0], self._value(chance)))
                case "unknown":
                    name = chance.choice([*PARAMETERS, *self.names[:200]])
                    (query if chance.random() < 0.7 else fields).append((name, self._value(chance)))
                case "lookup":
                    query.append((f"{chance.choice(self.names)}__{chance.choice(LOOKUPS)}", self._value(chance)))
                case "path":
                    path = self._path(chance, path)
                case "header":
                    name = chance.choice(list(HEADERS))
                    headers[name] = chance.choice(HEADERS[name])
                case "method":
                    method = chance.choice(METHODS)
                case "body" if method != "GET":
                    kind = chance.choice(list(BODIES))
                    body = kind, chance.choice(BODIES[kind])
                case "file":
                    name = chance.choice([*files, "file", "upload", "image"])
                    files[name] = chance.choice(FILES)
        return method, path, query, fields, files, body, headers

    def _value(self, chance):
        return chance.choice(VALUES) if chance.random() < 0.6 or not self.values else chance.choice(self.values)

    def _path(self, chance, path):
        parts = path.split("/")
        at = chance.randrange(len(parts))
        odd = ["0", "-1", "9" * 30, "x", "é", "%00", "%2e%2e", "..", "a" * 300, "xx", *chance.sample(self.parts, 3)]
        parts[at] = chance.choice(odd)
        return "/" + "/".join(parts).lstrip("/")

    def send(self, number):
        """Send the request of this number, undo what it did, and return a Finding, or None."""
        method, path, query, fields, files, body, headers = self.request(number)
        url = path + ("?" + urlencode(query, errors="surrogatepass") if query else "")
        shown = f"{method} {url[:300]} {str(fields)[:400]} {body or ''} {headers or ''}"
        self.client.cookies = self.cookies.copy()
        cache.clear()
        with transaction.atomic():
            try:
                fault = self._ask(method, url, fields, files, body, headers)
                if not fault and method == "POST" and self.last.status_code == 302 and not body:
                    fault = self._again(method, url, fields, files, headers)
            finally:
                transaction.set_rollback(True)
        return Finding(number, self.role, shown, fault) if fault else None

    def _ask(self, method, url, fields, files, body, headers):
        self.raised = None
        if body:
            kind, content = body
        elif method == "POST":
            data = {}
            for name, value in fields:
                data.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
            for name, content in files.items():
                data[name] = SimpleUploadedFile("fichier.pdf", content)
            kind, content = MULTIPART_CONTENT, encode_multipart(BOUNDARY, data)
        else:
            kind, content = "application/octet-stream", b""
        self.last = answer = self.client.generic(method, url, content, content_type=kind, headers=headers)
        self.statuses[answer.status_code] += 1
        text = "" if answer.streaming else answer.content.decode(errors="replace")
        if answer.status_code >= 500 and not (answer.status_code == 503 and "Retry-After" in answer):
            return f"{answer.status_code} by {self.raised!r}"[:300]
        leaks = [leak for leak in (*LEAKS, settings.SECRET_KEY) if leak in text]
        return f"the answer holds {leaks[0][:30]}" if leaks else None

    def _again(self, method, url, fields, files, headers):
        before = rows()
        fault = self._ask(method, url, fields, files, None, headers)
        more = {table: f"+{count - before[table]}" for table, count in rows().items() if count > before[table]}
        return fault or (f"the same once more stored {more}" if more else None)


#: Tables that grow by their nature: who signs in twice has two sessions.
GROWING = {"django_session", "django_admin_log"}


def rows():
    """Return the number of rows of each table but those that grow by nature."""
    tables = sorted(set(connection.introspection.table_names()) - GROWING)
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {name(table)})" for table in tables))
        return dict(zip(tables, cursor.fetchone(), strict=True))


def targets_of(role):
    """Walk through the site as a role, and return each address and form that it meets."""
    found = set()
    for url, _answer, page, _found_on in walk(role, each=EACH):
        parts = urlsplit(url)
        found.add(Target(parts.path, "GET", tuple(parse_qsl(parts.query, keep_blank_values=True))))
        for form in page.forms if page else []:
            if view_of(form.action) in NEVER_FOLLOWED:
                continue
            kinds = form.kinds.items()
            files = tuple((name, b"") for name, kind in kinds if kind == "file")
            fields = tuple((name, value) for name, values in form.data().items() for value in values)
            buttons = form.buttons[:1] if form.method == "post" else []
            action = urlsplit(form.action)
            path = action.path + (f"?{action.query}" if action.query and form.method == "post" else "")
            found.add(Target(path, form.method.upper(), (*fields, *buttons), files))
    return in_order(found)


def in_order(targets):
    """Return the targets in an order that is the same in each run."""
    return sorted(targets, key=lambda target: (target.path, target.method, str(target.fields)))


def unlinked(found):
    """Return the patterns that no address of `found` answers, their parts filled with figures."""
    views = {view_of(target.path) for target in found}
    missing = [path for name, path in patterns() if name not in views and name not in NEVER_FOLLOWED]
    return in_order(Target(path, method) for path in missing for method in ("GET", "POST"))


def patterns(resolver=None, prefix="/", namespaces=()):
    """Yield the name and an address of each URL pattern of the site."""
    for part in (resolver or get_resolver()).url_patterns:
        path = prefix + re.sub(r"<(\w+:)?\w+>|\(\?P.*\)", _sample, str(part.pattern)).strip("^$").removesuffix("\\Z")
        if isinstance(part, URLPattern):
            yield ":".join([*namespaces, part.name or ""]), path
        else:
            yield from patterns(part, path, (*namespaces, part.namespace) if part.namespace else namespaces)


def _sample(part):
    return {"uuid:": str(UUID(int=7)), "int:": "1"}.get(part[1], "x")


def mutate(requests, seed, roles=tuple(ROLES), say=lambda line: None):
    """Send so many mutated requests, shared among the roles; return the findings, each kind of fault once a role."""
    findings = {}
    for role in roles:
        mutator = Mutator(role, seed)
        for number in range(requests // len(roles)):
            if finding := mutator.send(number):
                if (role, finding.fault) not in findings:
                    say(str(finding))
                findings.setdefault((role, finding.fault), finding)
        say(f"{role}: {len(mutator.targets)} targets and {len(mutator.unlinked)} without a link")
        say(f"    answers {dict(sorted(mutator.statuses.items()))}")
    return list(findings.values())


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--requests", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    arguments.add_argument("--role", choices=ROLES, action="append")
    asked = arguments.parse_args()
    print(f"seed {asked.seed}")
    began = time.monotonic()
    compile_catalogues(settings.BASE_DIR / "locale")
    logging.disable(logging.CRITICAL)
    connection.settings_dict["TEST"]["NAME"] = f"bench_mutations_{os.getpid()}"
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        load_all()
        with translation.override("fr"):
            findings = mutate(asked.requests, asked.seed, asked.role or tuple(ROLES), say=print)
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
    print(f"{len(findings)} kinds of fault in {time.monotonic() - began:.0f} s")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
