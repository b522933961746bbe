"""Every page is HTML as the standard says, by the validator of the W3C (`vnu`)."""

import subprocess
from collections import defaultdict
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils import translation

from reporting.closing.files.package import write_package
from reporting.models import ReportVersion
from tests.half_years import opened, pages_of_half_years
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


def test_every_page_of_a_half_year_passes_the_validator(tmp_path):
    """Check the pages to which no link of the demo leads, and the page that lies in a controller's package."""
    with translation.override("fr"):
        pages = pages_of_half_years()
        version = ReportVersion.objects.get(
            period__label="S2-2020", period__project__slug=pages[-1].address.split("/")[3]
        )
        with BytesIO() as content:
            write_package(content, version=version, part="", step=lambda progress: None)
            texts = [ZipFile(content).read("index.html").decode()]
        texts += [opened(shown).text for shown in pages]
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.html").write_text(text)
    names = ["index.html", *(f"{shown.address} {shown.sent_to or ''}" for shown in pages)]
    wrong = [f"{names[number]} {each}" for number, said in errors_in(tmp_path).items() for each in said]
    assert not wrong, "\n".join(wrong)
