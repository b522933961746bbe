"""The lines of projects and reports in the table of personal data. Reports count persons and name none."""

from hacktiv.common.personal_data import Merging, by_hand, kept, nothing, tied

OF_PROJECT = "words of the coordination on the project"
OF_PARTNER = "words of a partner on its part of the project"

LINES = [
    by_hand("reporting.Project", "title objective summary funding credit_line source", why=OF_PROJECT),
    nothing("reporting.Project", "slug programme axis code", why="names and numbers of the programme"),
    by_hand("reporting.Partner", "name note source", why="organisations"),
    by_hand("reporting.ProjectDate", "title note", why=OF_PROJECT),
    by_hand("reporting.Period", "label highlights", why=OF_PROJECT),
    by_hand("reporting.SectionComment", "text", why=OF_PROJECT),
    by_hand("reporting.CountedAction", "twice_because", why=OF_PROJECT),
    by_hand("reporting.Classification", "reason", why=OF_PROJECT),
    by_hand("reporting.EarlierClassification", "reason", why=OF_PROJECT),
    nothing("reporting.Classification", "indicator", why="a code"),
    nothing("reporting.EarlierClassification", "indicator", why="a code"),
    by_hand("reporting.Deviation", "title reason solution source", why=OF_PROJECT),
    by_hand("reporting.Deliverable", "title note source", why=OF_PROJECT),
    nothing("reporting.ProjectIndicator", "code", why="a code of the programme"),
    nothing("reporting.Output", "code", why="a code of the programme"),
    by_hand("reporting.Output", "title agreement source", why=OF_PROJECT),
    by_hand("reporting.Stock", "name source", why=OF_PROJECT),
    by_hand("reporting.Contribution", "word", why=OF_PROJECT),
    by_hand("reporting.ContributionText", "text taken_blocks", why=OF_PARTNER),
    by_hand("reporting.CountWord", "word", why=OF_PARTNER),
    by_hand("reporting.ProposedAction", "title place organisers note word", why=OF_PARTNER),
    nothing("reporting.ProposedAction", "language", why="a language"),
    by_hand("reporting.WorkPackage", "code title summary", why=OF_PROJECT),
    by_hand("reporting.Activity", "code title", why=OF_PROJECT),
    by_hand("reporting.ActivityProgress", "done", why=OF_PROJECT),
    by_hand("reporting.TargetGroup", "name reached_how source", why=OF_PROJECT),
    by_hand("reporting.Communication", "title where link source", why=OF_PROJECT),
    by_hand("reporting.ReportText", "text", why=OF_PROJECT),
    nothing("reporting.Stock", "code", why="a code"),
    kept("reporting.EvidenceFile", "name file", why="evidence for the fund's audits, as long as the fund may ask"),
    nothing("reporting.EvidenceFile", "sha256", why="a digest"),
    by_hand("reporting.EvidenceFile", "refusal", why="why a piece of evidence was refused"),
    kept("reporting.ReportVersion", "payload", why="a closed report stays as it was; it counts persons and names none"),
    by_hand("reporting.ReportVersion", "reasons", why=OF_PROJECT),
    kept("reporting.ReportFile", "file", why="a closed report stays as it was; it counts persons and names none"),
    nothing("reporting.ReportFile", "format language sha256", why="codes and a digest"),
    kept("reporting.PreparedFile", "file", why="made of a report and its evidence, and deleted within days"),
    nothing("reporting.PreparedFile", "part language error", why="codes, and an error of the software"),
    kept("reporting.AnnexChunk", "rows", why="part of a report; it counts persons and names none"),
    kept(
        "reporting.MonthlyDraft",
        "statements",
        why="how a draft differs from the one before; it counts persons and names none",
    ),
    nothing("reporting.ReportVersion", "error", why="an error of the software"),
    nothing("reporting.LoadedRow", "key model row digest", why="names of rows of the network's own files"),
    by_hand("reporting.LoadedRow", "values", why="the network's own files"),
]

ACTED = "who did it; the row is another's"

TIES = [
    tied(
        "reporting.PartnerPerson",
        "user",
        Merging.DROPPED,
        exported="parts_of_partners",
        why="rights are given anew, not carried over",
    ),
    tied("reporting.PartnerPerson", "given_by ended_by", Merging.MOVED, why=ACTED),
    tied("reporting.Contribution", "done_by given_back_by", Merging.MOVED, why=ACTED),
    tied("reporting.ContributionText", "written_by", Merging.MOVED, why=ACTED),
    tied("reporting.CountWord", "said_by", Merging.MOVED, why=ACTED),
    tied("reporting.ProposedAction", "proposed_by decided_by", Merging.MOVED, why=ACTED),
    tied("reporting.Classification", "decided_by", Merging.MOVED, why=ACTED),
    tied("reporting.EarlierClassification", "decided_by ended_by", Merging.MOVED, why=ACTED),
    tied("reporting.EvidenceFile", "added_by checked_by refused_by", Merging.MOVED, why=ACTED),
    tied("reporting.ReportVersion", "closed_by", Merging.EMPTIED, why="nothing of a closed report is written anew"),
]
