"""Every page is HTML as the standard has it, judged by the checker that the W3C runs as its validator.

`make test-long` fetches it to .local/validator; it needs a Java."""

import json
import subprocess

import pytest
from django.utils import translation

from tests.machine import ROOT, program
from tests.site import LANGUAGES, ROLES, walk

pytestmark = [pytest.mark.long, pytest.mark.django_db, pytest.mark.usefixtures("demo_data")]

CHECKER = ROOT / ".local" / "validator" / "vnu.jar"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_valid(tmp_path, language):
    addresses = []
    with translation.override(language):
        for role in ROLES:
            for address, answer, page, _found_on in walk(role, each=1):
                if page:
                    (tmp_path / f"{len(addresses)}.html").write_text(answer.text)
                    addresses.append(f"{address} ({role})")
    assert len(addresses) > 100
    assert faults_of(tmp_path, addresses) == []


def faults_of(folder, addresses):
    """Check all pages of a folder, named by their place in `addresses`, and return what is wrong on each."""
    java = program("java", package="default-jre-headless")
    command = [java, "-jar", str(CHECKER), "--errors-only", "--format", "json", "--exit-zero-always", str(folder)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stderr)["messages"]
    return sorted(
        f"{addresses[int(fault['url'].rpartition('/')[2].removesuffix('.html'))]}: {fault['message']}"
        f" {' '.join(fault.get('extract', '').split())}"
        for fault in found
    )
