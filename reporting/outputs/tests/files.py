"""A project, its files, and what is read back of them."""

import io
from datetime import date

import pypdf
from django.utils import translation

from events.tests.factories import HistoryEventFactory
from reporting.building.queries.build import build_report
from reporting.core.operations import ensure_periods
from reporting.outputs.renderers.formats import FORMATS
from reporting.tests.factories import CountedEventFactory, PartnerFactory, ProjectFactory

SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\n": " "})


def a_project():
    """Return a project with half-years, a lead partner and an associated one."""
    project = ProjectFactory(
        title_fr="Ardenne", credit_line_fr="avec le soutien du Fonds Européen de Développement Régional"
    )
    ensure_periods(project=project)
    PartnerFactory(project=project, name="Chef", role="lead", total="1471233.86", erdf="735616.93")
    PartnerFactory(project=project, name="Associé", role="associated")
    return project


def counted(project, **values):
    days = {"earliest": date(2020, 11, 18), "latest": date(2020, 11, 18)}
    event = HistoryEventFactory(space=None, **days | values.pop("event", {}))
    return CountedEventFactory(project=project, event=event, **values)


def rendered(project, extension, language="fr", label="S2-2020"):
    with translation.override(language):
        return FORMATS[extension].render(build_report(project, project.periods.get(label=label)))


def pdf_text(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(page.extract_text() for page in pages).translate(SPACES)
