"""Build the report of a half-year without a worker."""

from django.utils import timezone

from reporting.building.operations import keep_annexes, request_build
from reporting.building.queries.build import build_report
from reporting.building.queries.codec import to_payload
from reporting.enums import VersionState


def report(project, label="S2-2020"):
    """Return the report of a project on the half-year of this label."""
    return build_report(project, project.periods.get(label=label))


def draft(period):
    """Make a draft as a worker leaves it, without the worker."""
    version = request_build(period=period)
    payload = to_payload(build_report(period.project, period))
    version.payload = keep_annexes(version_id=version.pk, payload=payload)
    version.state, version.built_at, version.lease_until = VersionState.BUILT, timezone.now(), None
    version.save()
    return version
