"""The test command says which tests it leaves out, and leaves none out in CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Each starts pytest anew.
pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parent.parent


def pytest_run(*arguments, **variables):
    environment = {name: value for name, value in os.environ.items() if name not in {"CI", "CHROMIUM"}}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "conftest", "-p", "no:cacheprovider", *map(str, arguments)],
        cwd=ROOT,
        env={**environment, **variables},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def module(tmp_path):
    """Write tests of each kind, outside of this repository."""
    path = tmp_path / "test_kinds.py"
    path.write_text(
        "import pytest\n"
        "@pytest.mark.browser\ndef test_in_browser(): pass\n"
        "@pytest.mark.skip\ndef test_skipped(): pass\n"
        "def test_other(): pass\n"
    )
    return path


def test_without_chromium_browser_tests_are_left_out_in_words(module):
    done = pytest_run(module, PATH="/nowhere")
    assert "The browser tests were left out: no Chromium was found: apt-get install chromium" in done.stdout
    assert (done.returncode, "1 passed, 1 skipped, 1 deselected" in done.stdout) == (pytest.ExitCode.OK, True)


def test_in_ci_a_missing_tool_is_an_error(module):
    done = pytest_run(module, PATH="/nowhere", CI="true")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "In CI nothing may be left out, and no Chromium was found" in done.stderr


def test_in_ci_a_skipped_test_fails_the_run(module):
    done = pytest_run(module, "--numprocesses", "2", "-k", "test_skipped or test_other", CI="true", CHROMIUM="true")
    assert (done.returncode, "1 passed, 1 skipped" in done.stdout) == (pytest.ExitCode.TESTS_FAILED, True)
