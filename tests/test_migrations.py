"""Migrations keep what they need inside themselves: the code around them may move."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = {"hacktiv", "members", "spaces", "events", "training", "reporting"}
# Django itself writes two imports into a migration: a callable storage, and a manager that migrations use.
WRITTEN_BY_DJANGO = {"hacktiv.common.storage", "members.models"}


def imported(path):
    """Return the modules that a migration imports, those relative to it with their dots."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_migrations_import_no_code_that_may_move():
    migrations = [path for name in OURS for path in (ROOT / name).rglob("migrations/*.py")]
    found = {
        (path.relative_to(ROOT).as_posix(), module)
        for path in migrations
        for module in imported(path)
        if module.startswith(".") or (module.partition(".")[0] in OURS and module not in WRITTEN_BY_DJANGO)
    }
    assert len(migrations) > len(OURS)
    assert found == set()
