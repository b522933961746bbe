"""The description of production agrees with the settings: docker-compose.yml, Dockerfile, docs/deployment/.

No image is built. tests/test_machine.py runs what docs/deployment/ gives.
"""

import html
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po
from celery import Celery
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command, get_commands
from django.test import override_settings
from django.urls import reverse

from spaces.memberships.files import LARGEST_FILE

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
FILES = ROOT / "docs" / "deployment"
NGINX = (FILES / "nginx.conf").read_text()
CADDYFILE = (FILES / "Caddyfile").read_text()

GIVEN = {
    "SECRET_KEY": "a-text-of-more-than-fifty-characters-that-nobody-could-guess-1234567890",
    "ALLOWED_HOSTS": "www.example.org,example.org",
    "SITE_URL": "https://www.example.org/",
    "POSTGRES_PASSWORD": "secret",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "Hacktiv'Ardenne <bonjour@example.org>",
}

MIGRATE = """
import sys, manage
sys.argv = ["manage.py", "migrate", "--help"]
try:
    manage.main()
except SystemExit:
    pass
"""


def filled(text):
    """Replace each ${NAME:?why} and ${NAME:-default} in `text` as Docker does."""
    place = re.compile(r"\$\{(\w+)(?::\?[^}]*|:-([^}]*))\}")
    return place.sub(lambda found: GIVEN.get(found[1]) or found[2] or f"missing-{found[1]}", text)


def production_environment(**changed):
    """Return the environment of the processes in the web container."""
    values = {name: filled(value) for name, value in OURS["web"]["environment"].items() if value}
    return {"PATH": os.defpath, **values, **changed}


def python(*arguments, environment):
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )


def test_production_settings_pass_the_deployment_checks():
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", environment=production_environment())
    assert (done.returncode, done.stdout + done.stderr) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"])
def test_production_needs_every_variable_without_default(name):
    environment = production_environment()
    del environment[name]
    done = python("-c", "import hacktiv.settings.prod", environment=environment)
    assert done.returncode == 1
    assert f"Set the {name} environment variable" in done.stderr


@pytest.mark.parametrize(("name", "address"), [("DATABASE_URL", "sqlite:///x"), ("REDIS_URL", "foo")])
def test_production_refuses_an_address_that_names_no_server(name, address):
    done = python("-c", "import hacktiv.settings.prod", environment=production_environment(**{name: address}))
    assert done.returncode == 1
    assert f"{name} is not the address of a " in done.stderr


@pytest.mark.parametrize("months", ["5", "-1", "0", "6"])
def test_production_refuses_to_erase_accounts_after_a_few_months(months):
    environment = production_environment(UNUSED_ACCOUNT_MONTHS=months)
    done = python("-c", "import hacktiv.settings.prod", environment=environment)
    if months in {"0", "6"}:
        assert done.returncode == 0
    else:
        assert done.returncode == 1
        assert f"UNUSED_ACCOUNT_MONTHS is {months}: at least 6, or 0" in done.stderr


def test_compose_settings_are_what_production_reads():
    script = (
        "from hacktiv.settings import prod as p; d = p.DATABASES['default'];"
        "print(d['ENGINE'], d['HOST'], d['NAME'], d['PASSWORD'], p.CELERY_BROKER_URL, p.SITE_URL, p.DEBUG, p.DEMO,"
        "p.EMAIL_HOST, p.EMAIL_USE_TLS, p.MEDIA_ROOT, p.PRIVATE_ROOT, ','.join(p.ALLOWED_HOSTS), sep='|')"
    )
    done = python("-c", script, environment=production_environment())
    assert done.stdout.strip().split("|") == [
        *("django.db.backends.postgresql", "database", "hacktiv", "secret", "redis://redis:6379/0"),
        *("https://www.example.org", "False", "False", "mail.example.org", "True", "/srv/media", "/srv/private"),
        "www.example.org,example.org,localhost",
    ]


@pytest.mark.long
@pytest.mark.parametrize(
    ("start", "timeouts"),
    [
        ("import hacktiv.wsgi", "-c lock_timeout=4s -c statement_timeout=20s"),
        ("import hacktiv.celery", "-c lock_timeout=60s -c statement_timeout=15min"),
        (MIGRATE, "-c lock_timeout=0 -c statement_timeout=0"),
    ],
    ids=["web", "worker", "migrate"],
)
def test_each_process_waits_for_the_database_as_long_as_it_may(start, timeouts):
    script = f"{start}\nfrom django.conf import settings; print(settings.DATABASES['default']['OPTIONS']['options'])"
    done = python("-c", script, environment=production_environment())
    assert done.stdout.splitlines()[-1] == timeouts, done.stderr


def test_a_server_without_chosen_settings_is_in_production():
    """Otherwise a forgotten variable would show DEBUG pages to the world."""
    done = python("-c", "import hacktiv.wsgi", environment={"PATH": os.defpath})
    assert done.returncode == 1
    assert "Set the SECRET_KEY environment variable" in done.stderr


def test_no_secret_stands_in_the_compose_file():
    secret = re.compile("SECRET|PASSWORD|KEY|EMAIL_URL")
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if secret.search(name):
                assert value is None or re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), name


def test_commands_name_what_exists():
    for service in OURS.values():
        command = service["command"]
        match command[0]:
            case "gunicorn":
                configuration = import_module(command[1].removeprefix("--config=python:"))
                assert callable(import_module(configuration.wsgi_app).application)
            case "celery":
                assert command[1:3] == ["--app=hacktiv", "worker"]
                assert isinstance(import_module("hacktiv.celery").app, Celery)
            case "python":
                assert command[1] == "-m"
                assert isinstance(import_module(command[2]).app, Celery)
            case "sh":
                called = re.findall(r"manage\.py (\w+)", command[2])
                assert called == ["migrate", "load_network"]
                assert set(called) <= set(get_commands())
            case other:
                raise AssertionError(other)


def test_all_parts_are_there_and_the_ones_that_answer_are_watched():
    assert set(SERVICES) == {"prepare", "web", "worker", "beat", "proxy", "database", "redis"}
    assert {name for name, service in SERVICES.items() if "healthcheck" in service} == {
        *("web", "worker", "database", "redis")
    }
    assert "/healthz" in SERVICES["web"]["healthcheck"]["test"][-1]
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"] == {
            "database": {"condition": "service_healthy"},
            "redis": {"condition": "service_healthy"},
            "prepare": {"condition": "service_completed_successfully"},
        }


def test_lasting_data_lie_on_volumes():
    for service in OURS.values():
        targets = {volume.split(":")[1] for volume in service["volumes"]}
        kept = {service["environment"][name] for name in ("MEDIA_ROOT", "PRIVATE_ROOT")}
        assert targets == {*kept, str(Path(service["environment"]["ERASURE_JOURNAL"]).parent)}
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]}
    assert {name for name in mounted if not name.startswith("./")} == set(COMPOSE["volumes"])


def test_the_proxy_of_compose_has_what_the_caddyfile_reads_and_no_private_file():
    proxy = SERVICES["proxy"]
    assert set(proxy["environment"]) <= set(re.findall(r"\{\$(\w+)", CADDYFILE))
    assert proxy["environment"]["UPSTREAM"] == "web:8000"
    assert f"({proxy['environment']['CADDY_BUFFERS']})" in CADDYFILE
    mounts = {target: source for source, target, *_mode in (volume.split(":") for volume in proxy["volumes"])}
    assert mounts[proxy["environment"]["MEDIA_FOLDER"]] == "media"
    assert "private" not in mounts.values()
    assert all((ROOT / source).exists() for source in mounts.values() if source.startswith("./"))
    assert f"{mounts[proxy['environment']['PAGES_FOLDER']]}/away.html" == "./docs/deployment/pages/away.html"


@pytest.mark.parametrize("name", ["prepare", "web", "worker", "beat"])
def test_a_unit_runs_the_command_of_its_service_in_compose(name):
    """But for where it listens. The first word of a unit is the path of a program."""
    unit = (FILES / "systemd" / f"hacktiv-{name}.service").read_text()
    commands = re.findall(r"^ExecStart=\S*/(\w+ .*)$", unit, re.MULTILINE)
    wanted = SERVICES[name]["command"]
    wanted = wanted[2].split(" && ") if wanted[0] == "sh" else [" ".join(wanted)]
    bind = re.compile(r" --bind=\S+")
    assert [bind.sub("", command) for command in commands] == [bind.sub("", command) for command in wanted]


def test_the_environment_of_a_machine_names_what_production_needs_and_reads():
    given = dict(line.split("=", 1) for line in (FILES / "environment").read_text().splitlines() if line[:1].isupper())
    needed = {"SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"}
    described = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert needed <= set(given) <= described
    assert given["SECRET_KEY"] == ""


def test_every_variable_of_the_settings_can_be_set_in_both_ways_and_is_described():
    sources = [(ROOT / "hacktiv" / "settings" / f"{name}.py").read_text() for name in ("base", "prod")]
    read = {name for source in sources for name in re.findall(r"\benv(?:\.\w+)?\(\"(\w+)\"", source)}
    assert {"EMAIL_URL", "DISK_FREE_MB"} <= read
    described = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    units = "".join(path.read_text() for path in [FILES / "environment", *(FILES / "systemd").iterdir()])
    of_machine = set(re.findall(r"^(?:#|Environment=)?([A-Z_]+)=", units, re.MULTILINE))
    assert (read - described, read - set(OURS["web"]["environment"]), read - of_machine) == (set(), set(), set())


def test_a_variable_that_compose_only_passes_on_is_never_empty():
    """Of an empty one the settings would make an empty timeout, or no number."""
    passed_on = {name for name, value in OURS["web"]["environment"].items() if value is None}
    assert passed_on == {
        "SECRET_KEY_FALLBACKS",
        *("CSRF_TRUSTED_ORIGINS", "DATABASE_LOCK_TIMEOUT", "DATABASE_PATIENCE", "DATABASE_STATEMENT_TIMEOUT"),
        *("BROKER_TIMEOUT", "DISK_FREE_MB", "MAIL_LATE_MINUTES", "UNUSED_ACCOUNT_MONTHS"),
    }


def test_the_documented_lines_that_save_or_restore_name_the_environment():
    for page in ("operations", "deployment"):
        for block in re.findall(r"```\w*\n(.*?)```", (ROOT / "docs" / f"{page}.md").read_text(), re.DOTALL):
            for line in re.findall(r"^.*manage\.py (?:backup|restore) .*$", block, re.MULTILINE):
                assert "docker compose run " in line or line.endswith(" --embedded"), line


def test_both_proxies_send_the_strict_transport_security_of_the_settings():
    script = (
        "from hacktiv.settings import prod as p; print(f'max-age={p.SECURE_HSTS_SECONDS}'"
        " + '; includeSubDomains' * p.SECURE_HSTS_INCLUDE_SUBDOMAINS + '; preload' * p.SECURE_HSTS_PRELOAD)"
    )
    value = python("-c", script, environment=production_environment()).stdout.strip()
    assert f'default "{value}";' in NGINX
    assert f'Strict-Transport-Security "{value}"' in CADDYFILE


def test_both_proxies_let_files_through_where_a_form_takes_them_and_nowhere_else():
    templates = ROOT / "templates"
    with_files = {
        path.relative_to(templates).as_posix()
        for path in templates.rglob("*.html")
        if "multipart/form-data" in path.read_text()
    }
    # A list of people to invite is a small file, which passes everywhere, with the fields beside it.
    small = {"admin/spaces/invitation/list.html"}
    assert LARGEST_FILE <= 1024 * 1024
    large = {"reporting/evidence/add_evidence.html", "reporting/parts/proof.html", "admin/events/event/step.html"}
    large |= {"spaces/sharing/form.html"}
    assert with_files == small | large
    [ours] = re.findall(r"location ~ (\S+) \{\n +client_max_body_size 100m;", NGINX)
    assert re.findall(r"@with_files path_regexp (\S+)", CADDYFILE) == [ours]
    addresses = [
        reverse("spaces:document_share"),
        reverse("spaces:document_change", args=[1]),
        reverse("reporting:add_evidence", args=["project", "period"]),
        reverse("reporting:part_proof", args=["project", "period", 1, "event"]),
        reverse("admin:events_event_materials", args=[1]),
        reverse("admin:spaces_space_change", args=[1]),
    ]
    assert [address for address in addresses if not re.match(ours, address)] == []
    assert not re.match(ours, reverse("account_login"))
    # What is no file is refused by the platform itself, in words, before the proxy would.
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE < 2_000_000
    assert "client_max_body_size 2m;" in NGINX


@pytest.mark.long
def test_the_proxies_own_words_are_those_of_the_platform():
    for page, sentence in (
        ("away", "The platform cannot answer right now. Wait half a minute"),
        ("too-many", "Too many tries in a short time. Wait a few minutes, then try again."),
    ):
        text = html.unescape((FILES / "pages" / f"{page}.html").read_text())
        for language, _name in settings.LANGUAGES:
            with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
                [said] = {entry.string for entry in read_po(file) if str(entry.id).startswith(sentence)}
            part = text.partition(f'<section lang="{language}">')[2].partition("</section>")[0]
            assert f"<p>{said}</p>" in part
            assert f'href="/{language}/"' in part


def test_the_image_runs_its_commands_as_an_ordinary_user():
    user = re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE)
    assert user == ["hacktiv"]
    command = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert yaml.safe_load(command[1]) == SERVICES["web"]["command"]


def test_image_is_built_with_every_variable_that_the_settings_need():
    given = dict(re.findall(r"(\w+)=(\S+)", re.search(r"RUN SECRET_KEY=[\s\S]*?collectstatic", DOCKERFILE)[0]))
    done = python("-c", "import hacktiv.settings.prod", environment={"PATH": os.defpath, **given})
    assert (done.returncode, done.stderr) == (0, "")


def test_the_image_holds_every_folder_that_the_platform_needs():
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    apps = {"hacktiv", "members", "spaces", "events", "training", "reporting"}
    assert kept == {*apps, "templates", "static", "locale", "manage.py", "requirements.txt"}
    assert all((ROOT / name).exists() for name in kept)


@pytest.mark.long
def test_static_files_collect_as_in_production(tmp_path):
    # The storage of Whitenoise also compresses: that takes long and finds nothing.
    storages = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()
    sheets = {path.name for path in tmp_path.glob("css/**/*") if path.suffix == ".css" and path.name.count(".") == 1}
    assert sheets == {
        "site.css",
        "admin.css",
        "admin-book.css",
        "admin-person.css",
        "admin-rooms.css",
        "admin-today.css",
    }
    assert not (tmp_path / "vendor" / "daisyui").exists()


def test_every_static_file_that_a_template_names_exists():
    templates = list((ROOT / "templates").rglob("*.html"))
    named = {name for path in templates for name in re.findall(r"""{%\s*static\s+["']([^"']+)["']""", path.read_text())}
    assert {name for name in named if not finders.find(name)} == set()
    assert "css/site.css" in named
