"""A fourth language is switched on by the settings alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.long
def test_the_main_pages_work_in_a_fourth_language():
    """Translated fields are registered when Django starts, so the pages run in a process with settings of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TEST_"))}
    command = [
        "pytest",
        "tests/german/pages.py",
        "--ds=tests.german.settings",
        "-p",
        "no:xdist",
        "-q",
        "-o",
        "addopts=",
    ]
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1500
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
