"""README and docs agree with the product."""

import re
from pathlib import Path

from hacktiv.demo import ACCOUNTS

from .test_consistency import python_trees

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
# The program reads these variables, but people do not set them.
INTERNAL = {
    "TEST_MAILS",
    "TEST_FOLDERS",
    "TEST_SMTP_PORT",
    "TEST_RUN",
    "PYTEST_XDIST_WORKER",
    "PYTHONUNBUFFERED",
    "MAKELEVEL",
}
READINGS = re.compile(
    r"""(?:env(?:\.\w+)?\(|environ(?:\.\w+\(|\[)|variable = )["']([A-Z_]+)["']|["']([A-Z_]+)["'] in os\.environ"""
)

DOTTED_NAME = re.compile(r"`([a-z]\w*(?:\.\w+)+|[A-Z]\w+\.\w+)(?:\([^`]*\))?`")
#: Dotted names of other things than our modules and classes: files, domains, objects of Django, examples.
NOT_OURS = {
    "AppConfig.ready",
    "colours.at",
    "event.dress_code",
    "exemple.invalid",
    "agenda.atom",
    "agenda.ics",
    "response.shared_until",
    "server.log",
    "supervisor.log",
}
ENDINGS_OF_FILES = {"conf", "css", "html", "in", "ini", "js", "json", "md", "po", "py", "svg", "toml", "txt", "yml"}


def sources():
    return [
        path.read_text()
        for folder in ("hacktiv/settings", "hacktiv/devstack")
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]


def table(text, heading):
    """Return the first cells of the first table under `heading`."""
    part = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in part.splitlines() if line.startswith("|")]
    return rows[2:]


def test_configuration_table_lists_exactly_the_variables_that_are_read():
    read = {first or second for text in sources() for first, second in READINGS.findall(text)}
    assert {name.strip("`") for name in table(README, "Configuration")} == read - INTERNAL


def test_accounts_are_those_of_the_demo():
    assert table(README, "Two commands") == [email for _role, email, _password in ACCOUNTS]
    assert all(f"`{password}`" in README for _role, _email, password in ACCOUNTS)


def test_commands_are_in_the_makefile():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    texts = [README, *(path.read_text() for path in (ROOT / "docs").glob("*.md"))]
    named = {name for text in texts for name in re.findall(r"[`\n]make ([a-z-]+)", text)}
    assert {"run", "test"} <= named <= targets


def holds(path, text, name):
    """Tell if a file belongs to the module, package or class that a dotted name begins with, and holds its last part.

    The name may leave out the first packages: `rules.half_days` is found in any module `rules`."""
    *owner, last = name.split(".")
    way = list(path.relative_to(ROOT).with_suffix("").parts)
    if owner[-1][0].isupper():
        is_owner = re.search(rf"^class {owner[-1]}\b", text, re.MULTILINE) is not None
    else:
        is_owner = any(way[start : start + len(owner)] == owner for start in range(len(way)))
    return is_owner and (last in way or re.search(rf"\b{last}\b", text) is not None)


def test_documents_name_modules_functions_and_fields_that_exist():
    texts = {path: path.read_text() for path in python_trees() if "tests" not in path.relative_to(ROOT).parts}
    named = {
        (name, path.name)
        for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
        for name in DOTTED_NAME.findall(path.read_text())
        if name not in NOT_OURS and name.rpartition(".")[2] not in ENDINGS_OF_FILES
    }
    assert ("rules.half_days", "events.md") in named
    assert sorted(row for row in named if not any(holds(path, text, row[0]) for path, text in texts.items())) == []


def test_every_direct_dependency_has_its_reason_and_no_other():
    text = (ROOT / "docs" / "dependencies.md").read_text()
    for heading, name in (("To run", "requirements.in"), ("To develop and test", "requirements-dev.in")):
        lines = (ROOT / name).read_text().splitlines()
        wanted = [re.match(r"[\w-]+", line)[0] for line in lines if re.match(r"\w", line)]
        assert sorted(table(text, heading)) == sorted(wanted)


def test_requirements_are_pinned_with_hashes_and_name_no_server():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==\S+.*\\$", text, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^\w", text, re.MULTILINE))
        assert "://" not in text
