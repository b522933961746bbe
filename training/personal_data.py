"""The lines of training in the table of personal data."""

from hacktiv.common.personal_data import Merging, by_hand, nothing, tied

LINES = [
    by_hand("training.Programme", "title description", why="the network's programme"),
    nothing("training.Programme", "slug", why="an address of the site"),
    by_hand("training.Coaching", "title note source", why="a coaching is told without the persons' names"),
    nothing("training.Coaching", "slug", why="an address of the site"),
    by_hand("training.CoachingCount", "reason", why="why a count was corrected"),
]

ACTED = "who did it; the row is another's"

TIES = [
    tied("training.Coaching", "entered_by", Merging.MOVED, why=ACTED),
    tied("training.CoachingCount", "entered_by replaced_by", Merging.MOVED, why=ACTED),
]
