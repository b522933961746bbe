"""The product agrees with itself: names match, files are used, and private words do not leak."""

import ast
import gc
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template import engines
from django.template.exceptions import TemplateDoesNotExist
from django.template.loaders.app_directories import Loader
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.functional import Promise

from hacktiv.outbox import registry

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
OUR_APPS = [
    config
    for config in apps.get_app_configs()
    if config.name.partition(".")[0] in {path.name for path in ROOT.iterdir()}
]
OUR_MODELS = [model for config in OUR_APPS for model in config.get_models(include_auto_created=False)]
# Django and its apps find these files by themselves.
ERROR_PAGES = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
# Mail programs know neither style sheets nor policies: there, style is written on the elements.
MAIL_TEMPLATE = re.compile(r"(^|/)mail(/|\.html$)|^(account|mfa)/email/")


@cache
def tracked(*patterns):
    """Return the files of the repository that match, tracked or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in sorted(set(names)) if (ROOT / name).is_file()]


def template_names():
    return [path.relative_to(TEMPLATES).as_posix() for path in tracked("templates") if path.is_relative_to(TEMPLATES)]


@cache
def python_trees():
    """Return the syntax of each module. The collector of garbage would look at all that lives again and again."""
    gc.disable()
    try:
        return {path: ast.parse(path.read_text()) for path in tracked("*.py") if "migrations" not in path.parts}
    finally:
        gc.freeze()
        gc.enable()


@cache
def product_strings():
    """Return every literal text of the product's Python, without the tests."""
    return {
        node.value
        for path, tree in python_trees().items()
        if "tests" not in path.relative_to(ROOT).parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def overrides(name):
    """Tell if a package that we install has a template of this name, which ours replaces."""
    loader = Loader(engines["django"].engine)
    origins = [Path(origin.name) for origin in loader.get_template_sources(name)]
    return any(origin.is_file() for origin in origins if TEMPLATES not in origin.parents)


def used_template_names():
    used = set(ERROR_PAGES)
    for path in tracked("templates"):
        used.update(re.findall(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""", path.read_text()))
    strings = product_strings()
    for name in template_names():
        stem = re.sub(r"(\.subject)?\.(html|txt)$", "", name)
        of_a_kind = stem in stems_of_mails()
        # allauth names its mails by a prefix; the adapter in members puts our own endings to it.
        of_allauth = name.startswith(("account/email/", "mfa/email/")) and overrides(f"{stem}_message.txt")
        if name in strings or stem in strings or overrides(name) or of_a_kind or of_allauth:
            used.add(name)
    return used


def stems_of_mails():
    return {registry.stem_of(kind) for kind in registry.kinds()}


def test_every_template_is_used():
    assert sorted(set(template_names()) - used_template_names()) == []


def test_every_template_that_is_named_exists():
    missing = []
    for path in tracked("templates"):
        text = path.read_text()
        for found in re.finditer(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""", text):
            try:
                engines["django"].engine.find_template(found[1])
            except TemplateDoesNotExist:
                missing.append(f"{path.relative_to(ROOT)}:{line_of(text, found.start())} {found[1]}")
    assert missing == []


def test_every_kind_of_mail_has_its_three_templates():
    names = set(template_names())
    wanted = {f"{stem}{ending}" for stem in stems_of_mails() for ending in (".subject.txt", ".txt", ".html")}
    assert sorted(wanted - names) == []


#: Pages that people open from their own disk, where our style sheets are not.
TAKEN_AWAY = {"portal/archive/index.html", "reporting/closing/package.html"}
FORBIDDEN_IN_TEMPLATES = {
    "a script written in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style sheet written in the page": re.compile(r"<style\b", re.IGNORECASE),
    "style on an element": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an event handler on an element": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "an address of somebody else's": re.compile(r"""\b(?:src|href)=["'](?:https?:)?//""", re.IGNORECASE),
    "a key written as a number for people, « 1 234 »": re.compile(
        r"{{ *[\w.]+(?:\.pk|(?<!auto)_id|\.width|\.height) *}}"
    ),
    "a text marked as safe": re.compile(r"\|\s*safe(?:seq)?\b|{%\s*autoescape off"),
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_no_template_holds(what):
    found = []
    for name in template_names():
        is_apart = MAIL_TEMPLATE.search(name) or name in TAKEN_AWAY
        if (is_apart and "mark" not in what) or name.endswith(".txt"):
            continue
        text = re.sub(r"{#.*?#}", "", (TEMPLATES / name).read_text())
        found += [f"{name}:{line_of(text, hit.start())}" for hit in FORBIDDEN_IN_TEMPLATES[what].finditer(text)]
    assert found == []


def test_every_form_that_posts_carries_the_csrf_token():
    lacking = []
    for name in template_names():
        text = (TEMPLATES / name).read_text()
        for form in re.finditer(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", text, re.IGNORECASE | re.DOTALL):
            if "csrf_token" not in form[0]:
                lacking.append(f"{name}:{line_of(text, form.start())}")
    assert lacking == []


def test_every_translated_block_is_trimmed():
    """An indent must not become part of what translators see."""
    untrimmed = []
    for name in template_names():
        if name.endswith(".txt"):
            continue
        text = (TEMPLATES / name).read_text()
        for hit in re.finditer(r"{%\s*blocktrans(?:late)?\b(?![^%]*\btrimmed\b)[^%]*%}[^{]*\n", text):
            untrimmed.append(f"{name}:{line_of(text, hit.start())}")
    assert untrimmed == []


def url_names(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            if entry.name:
                yield f"{prefix}{entry.name}"
        elif isinstance(entry, URLResolver):
            yield from url_names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)


def test_every_address_that_a_template_or_a_view_names_exists():
    known = set(url_names())
    asked = []
    for path in tracked("templates"):
        text = path.read_text()
        for hit in re.finditer(r"""{%\s*url\s+["']([\w:.-]+)["']""", text):
            asked.append((hit[1], f"{path.relative_to(ROOT)}:{line_of(text, hit.start())}"))
    for path, tree in python_trees().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in {"reverse", "reverse_lazy", "redirect"} and re.fullmatch(r"\w+:\w+", str(node.args[0].value)):
                asked.append((node.args[0].value, f"{path.relative_to(ROOT)}:{node.lineno}"))
    assert [f"{place} {name}" for name, place in asked if name not in known] == []


@pytest.mark.parametrize("config", OUR_APPS, ids=lambda config: config.label)
def test_label_namespace_and_template_folder_agree(config):
    assert config.label == config.name.rpartition(".")[2]
    urls = ROOT / Path(config.path) / "urls.py"
    if urls.is_file():
        named = re.findall(r'^app_name = "(\w+)"$', urls.read_text(), re.MULTILINE)
        assert named == [config.label]
    own = {other.label for other in OUR_APPS}
    foreign = set()
    for path, tree in python_trees().items():
        if not path.is_relative_to(config.path) or "tests" in path.relative_to(ROOT).parts:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"render", "render_to_string"}:
                texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                foreign |= {t for t in texts if t.partition("/")[0] in own - {config.label} and t.endswith(".html")}
    assert sorted(foreign) == []


def is_named_for_people(text, default):
    return isinstance(text, Promise) or (bool(text) and str(text) != default)


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_every_model_and_field_has_a_name_for_people(model):
    given = model._meta.original_attrs
    assert {"verbose_name", "verbose_name_plural"} <= set(given), "Meta has no names"
    unnamed = [
        field.name
        for field in model._meta.local_fields + model._meta.local_many_to_many
        if not field.auto_created
        and not hasattr(field, "translated_field")
        and not is_named_for_people(field.verbose_name, field.name.replace("_", " "))
    ]
    assert unnamed == []


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_every_constraint_says_in_words_what_it_refuses(model):
    wordless = [c.name for c in model._meta.constraints if not isinstance(c.violation_error_message, Promise)]
    assert wordless == []


FILE_IN_DOCS = re.compile(
    r"`((?:[\w.-]+/)*[\w-]+(?:\.[\w-]+)*\.(?:py|md|toml|txt|in|html|css|js|yml|json|svg|ini|po)|(?:[\w.*-]+/)+)`"
)
LINK_IN_DOCS = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


def test_documents_name_files_that_exist():
    missing = []
    places = {path.name for path in tracked()} | {part for path in tracked() for part in path.relative_to(ROOT).parts}
    for document in tracked("*.md"):
        text = document.read_text()
        for hit in LINK_IN_DOCS.finditer(text):
            if not (document.parent / hit[1]).exists():
                missing.append(f"{document.relative_to(ROOT)}:{line_of(text, hit.start())} {hit[1]}")
        for hit in FILE_IN_DOCS.finditer(text):
            name = hit[1].rstrip("/")
            bases = [ROOT, document.parent, *(Path(config.path) for config in OUR_APPS)]
            generated = name.startswith((".", "media", "private", "staticfiles"))
            if not (generated or any(any(base.glob(name)) for base in bases) or ("/" not in name and name in places)):
                missing.append(f"{document.relative_to(ROOT)}:{line_of(text, hit.start())} {hit[1]}")
    assert missing == []


def test_no_file_names_a_place_of_one_machine():
    """No file may depend on, or tell, where a person keeps their copy."""
    place = re.compile(rf"(?<![\w.:/-])/(?:home|Users)/\w+|{re.escape(str(ROOT))}\b")
    found = []
    for path in tracked():
        if path.suffix in {".png", ".jpg", ".woff2", ".mo", ".ico", ".webp"} or "vendor" in path.parts:
            continue
        text = path.read_text(errors="replace")
        if path != Path(__file__).resolve():
            found += [f"{path.relative_to(ROOT)}:{line_of(text, hit.start())} {hit[0]}" for hit in place.finditer(text)]
    assert found == []


def test_our_scripts_and_style_sheets_fetch_nothing_from_elsewhere():
    found = []
    for path in tracked("static/js", "static/css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for hit in re.finditer(r"""(?:url\(|@import|fetch\(|from|import)\s*\(?["']?(?:https?:)?//[\w.-]+""", text):
            found.append(f"{path.relative_to(ROOT)}:{line_of(text, hit.start())} {hit[0]}")
    assert found == []


def test_every_translated_field_has_a_name_in_every_language():
    """modeltranslation adds one column a language; a language added to the settings must reach the models."""
    fields = {field.name for field in apps.get_model("spaces", "Space")._meta.get_fields()}
    assert {f"tagline_{code}" for code, _name in settings.LANGUAGES} <= fields
