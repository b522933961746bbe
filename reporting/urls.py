from django.urls import path

from .building import views as building
from .classifying import views as classifying
from .closing import views as closing
from .counting import views as counting
from .desk import views as desk
from .evidence import views as evidence
from .indicators import views as indicators
from .outputs import views as outputs
from .pages import views as pages
from .parts import views as parts
from .plan import views as plan

app_name = "reporting"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("projects/", pages.projects, name="projects"),
    path("evidence/<slug:kind>/<int:pk>/", evidence.evidence, name="evidence"),
    path("events/<slug:slug>/counts/", counting.correct_counts, name="correct_counts"),
    path("parts/", parts.own_projects, name="own_projects"),
    path("<slug:project>/indicators/", indicators.indicators, name="indicators"),
    path("<slug:project>/indicators/<slug:code>/", indicators.aim, name="aim"),
    path("<slug:project>/indicators/<slug:code>/remove/", indicators.drop, name="drop_indicator"),
    path("<slug:project>/<slug:period>/", pages.report, name="report"),
    path("<slug:project>/<slug:period>/desk/", desk.desk, name="desk_of"),
    path("<slug:project>/<slug:period>/parts/", parts.parts, name="parts"),
    path("<slug:project>/<slug:period>/parts/until/", parts.until, name="parts_until"),
    path("<slug:project>/<slug:period>/parts/texts/", parts.texts, name="part_texts"),
    path("<slug:project>/<slug:period>/parts/proposals/<int:pk>/", parts.proposal, name="proposal"),
    path("<slug:project>/<slug:period>/parts/<int:partner>/text/<slug:section>/", parts.text, name="part_text"),
    path("<slug:project>/<slug:period>/parts/<int:partner>/spending/", parts.spending, name="part_spending"),
    path("<slug:project>/<slug:period>/parts/<int:partner>/missing/", parts.missing, name="part_missing"),
    path(
        "<slug:project>/<slug:period>/parts/<int:partner>/missing/<int:pk>/", parts.own_proposal, name="part_proposal"
    ),
    path(
        "<slug:project>/<slug:period>/parts/<int:partner>/missing/<int:pk>/withdraw/",
        parts.withdraw,
        name="part_withdraw",
    ),
    path("<slug:project>/<slug:period>/parts/<int:partner>/counts/", parts.all_counts, name="part_all_counts"),
    path("<slug:project>/<slug:period>/parts/<int:partner>/counts/<slug:slug>/", parts.counts, name="part_counts"),
    path("<slug:project>/<slug:period>/parts/<int:partner>/proof/<slug:slug>/", parts.proof, name="part_proof"),
    path("<slug:project>/<slug:period>/parts/<int:partner>/done/", parts.done, name="part_done"),
    path("<slug:project>/<slug:period>/parts/<int:partner>/reopen/", parts.reopen, name="part_reopen"),
    path("<slug:project>/<slug:period>/parts/<int:partner>/ask/", parts.ask, name="part_ask"),
    path("<slug:project>/<slug:period>/parts/<int:partner>/give-back/", parts.give_back, name="part_give_back"),
    path("<slug:project>/<slug:period>/texts/<slug:section>/", plan.report_text, name="report_text"),
    path("<slug:project>/<slug:period>/build/", building.build, name="build"),
    path("<slug:project>/<slug:period>/progress/", building.progress, name="progress"),
    path("<slug:project>/<slug:period>/close/", closing.close, name="close"),
    path("<slug:project>/<slug:period>/v<int:number>/files/", closing.files, name="files"),
    path("<slug:project>/<slug:period>/v<int:number>/files/progress/", closing.files_progress, name="files_progress"),
    path("<slug:project>/<slug:period>/v<int:number>/files/<int:pk>/", closing.prepared_file, name="prepared_file"),
    path(
        "<slug:project>/<slug:period>/v<int:number>/<slug:language>/report.<slug:extension>",
        closing.stored_file,
        name="stored_file",
    ),
    path("<slug:project>/<slug:period>/compare/", closing.compare, name="compare"),
    path("<slug:project>/<slug:period>/comments/<slug:section>/", pages.comment, name="comment"),
    path("<slug:project>/<slug:period>/uncounted/", counting.uncounted, name="uncounted"),
    path("<slug:project>/<slug:period>/uncounted/take-back/", counting.take_back, name="take_back"),
    path("<slug:project>/<slug:period>/classify/", classifying.classify, name="classify"),
    path("<slug:project>/actions/<int:pk>/", classifying.classify_action, name="classify_action"),
    path("<slug:project>/actions/<int:pk>/take-back/", classifying.take_back, name="declassify"),
    path("<slug:project>/<slug:period>/highlights/", pages.highlights, name="highlights"),
    path("<slug:project>/<slug:period>/evidence/", evidence.add_evidence, name="add_evidence"),
    path("<slug:project>/<slug:period>/v<int:number>/", pages.report, name="version"),
    path("<slug:project>/<slug:period>/figures/<slug:code>/", pages.figure, name="figure"),
    path("<slug:project>/<slug:period>/v<int:number>/figures/<slug:code>/", pages.figure, name="version_figure"),
    path("<slug:project>/<slug:period>/to-copy/", outputs.to_copy, name="to_copy"),
    path("<slug:project>/<slug:period>/v<int:number>/to-copy/", outputs.to_copy, name="version_to_copy"),
    path("<slug:project>/<slug:period>/report.<slug:extension>", closing.download, name="download"),
    path(
        "<slug:project>/<slug:period>/v<int:number>/report.<slug:extension>", closing.download, name="download_version"
    ),
]
