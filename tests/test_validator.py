"""Every page is HTML as the standard says, by the validator of the W3C (`vnu`)."""

import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from django.utils import translation

from tests.site import ROLES, walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_data"), pytest.mark.long]

#: `docs/tools/bring_validator.sh` brings it.
VNU = Path(__file__).resolve().parent.parent / ".local" / "vnu" / "package" / "build" / "dist" / "vnu.jar"
#: The empty first choice of Django's field that searches as one types, and its choice without one for a single value.
OF_DJANGO = (
    "Element “option” without attribute “label” must not be empty.",
    "A “select” element with a “required” attribute, and without a “multiple” attribute",
)


def errors_in(folder):
    """Return what the validator says of the pages in a folder, by the page\'s number."""
    command = ["java", "-Xmx512m", "-jar", str(VNU), "--errors-only", "--format", "gnu", "--skip-non-html", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = defaultdict(list)
    for line in done.stderr.splitlines():
        place, _colon, words = line.partition('html":')
        if not any(each in words for each in OF_DJANGO):
            found[int(Path(place.strip('"')).name.rstrip("."))].append(words)
    assert done.stderr or not done.returncode
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_page_passes_the_validator(role, tmp_path):
    addresses = []
    with translation.override("fr"):
        for url, answer, page, _found_on in walk(role, each=1):
            if page is not None:
                (tmp_path / f"{len(addresses)}.html").write_text(answer.text)
                addresses.append(url)
    wrong = [f"{addresses[number]} {each}" for number, said in errors_in(tmp_path).items() for each in said]
    assert len(addresses) > 10
    assert not wrong, "\n".join(wrong)
