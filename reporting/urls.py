from django.urls import path

from . import views

app_name = "reporting"

urlpatterns = [
    path("", views.projects, name="projects"),
    path("evidence/<slug:kind>/<int:pk>/", views.evidence, name="evidence"),
    path("parts/", views.own_projects, name="own_projects"),
    path("<slug:project>/<slug:period>/", views.report, name="report"),
    path("<slug:project>/<slug:period>/parts/", views.parts, name="parts"),
    path("<slug:project>/<slug:period>/build/", views.build, name="build"),
    path("<slug:project>/<slug:period>/progress/", views.progress, name="progress"),
    path("<slug:project>/<slug:period>/close/", views.close, name="close"),
    path("<slug:project>/<slug:period>/uncounted/", views.uncounted, name="uncounted"),
    path("<slug:project>/<slug:period>/uncounted/take-back/", views.take_back, name="take_back"),
    path("<slug:project>/<slug:period>/highlights/", views.highlights, name="highlights"),
    path("<slug:project>/<slug:period>/evidence/", views.add_evidence, name="add_evidence"),
    path("<slug:project>/<slug:period>/v<int:number>/", views.report, name="version"),
    path("<slug:project>/<slug:period>/report.<slug:extension>", views.download, name="download"),
    path("<slug:project>/<slug:period>/v<int:number>/report.<slug:extension>", views.download, name="download_version"),
]
