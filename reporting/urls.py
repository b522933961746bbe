from django.urls import path

from .building import views as building
from .closing import views as closing
from .counting import views as counting
from .evidence import views as evidence
from .outputs import views as outputs
from .pages import views as pages
from .parts import views as parts

app_name = "reporting"

urlpatterns = [
    path("", pages.projects, name="projects"),
    path("evidence/<slug:kind>/<int:pk>/", evidence.evidence, name="evidence"),
    path("parts/", parts.own_projects, name="own_projects"),
    path("<slug:project>/<slug:period>/", pages.report, name="report"),
    path("<slug:project>/<slug:period>/parts/", parts.parts, name="parts"),
    path("<slug:project>/<slug:period>/build/", building.build, name="build"),
    path("<slug:project>/<slug:period>/progress/", building.progress, name="progress"),
    path("<slug:project>/<slug:period>/close/", closing.close, name="close"),
    path("<slug:project>/<slug:period>/uncounted/", counting.uncounted, name="uncounted"),
    path("<slug:project>/<slug:period>/uncounted/take-back/", counting.take_back, name="take_back"),
    path("<slug:project>/<slug:period>/highlights/", pages.highlights, name="highlights"),
    path("<slug:project>/<slug:period>/evidence/", evidence.add_evidence, name="add_evidence"),
    path("<slug:project>/<slug:period>/v<int:number>/", pages.report, name="version"),
    path("<slug:project>/<slug:period>/figures/<slug:code>/", pages.figure, name="figure"),
    path("<slug:project>/<slug:period>/v<int:number>/figures/<slug:code>/", pages.figure, name="version_figure"),
    path("<slug:project>/<slug:period>/report.<slug:extension>", outputs.download, name="download"),
    path(
        "<slug:project>/<slug:period>/v<int:number>/report.<slug:extension>", outputs.download, name="download_version"
    ),
]
