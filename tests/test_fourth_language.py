"""A fourth language is switched on by the settings alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 1500


@pytest.mark.long
def test_the_main_pages_work_in_a_fourth_language():
    """Translated fields are registered when Django starts, so the pages run in a process with settings of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TEST_"))}
    options = ["--ds=tests.german.settings", "-p", "no:xdist", "-q"]
    command = [sys.executable, "-m", "pytest", "tests/german/pages.py", *options]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
