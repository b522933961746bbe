"""What takes place in the demo: series of events on a fixed rhythm, so that any day has some behind and ahead.

Every title is marked as an example when it is loaded. Spaces are named by slug; their operators organise.
"""

from .courses import COURSES
from .meetings import MEETINGS
from .rhythm import Text

TRAINING_TITLE = Text("Apprendre entre pairs", "Leren van elkaar", "Learning from peers")
TRAINING_DESCRIPTION = Text(
    "Des matinées où l’on apprend de qui vient d’y arriver, d’un côté ou de l’autre de la frontière.",
    "Ochtenden waarop u leert van wie het net zelf geleerd heeft, aan deze of gene kant van de grens.",
    "Mornings of learning from those who have just learnt it themselves, on either side of the border.",
)

SERIES = (*MEETINGS, *COURSES)
