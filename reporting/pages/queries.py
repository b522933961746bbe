from django.db.models import Prefetch, QuerySet

from ..models import Partner, Period, Project, ReportVersion


def projects_with_reports() -> QuerySet[Project]:
    """Return the projects with their partners, half-years, and the versions of each half-year. Four queries."""
    versions = ReportVersion.objects.defer("payload").order_by("-number")
    periods = Period.objects.prefetch_related(Prefetch("versions", queryset=versions)).order_by("-starts_on")
    partners = Partner.objects.order_by("order", "pk")
    return Project.objects.order_by("is_example", "-starts_on").prefetch_related(
        Prefetch("periods", queryset=periods), Prefetch("partners", queryset=partners)
    )
