"""The results of a question as horizontal bars: their places in the picture, which a template draws."""

from dataclasses import dataclass

#: In units of the SVG picture: its width, the height of a line and of a bar.
WIDTH, LINE, BAR = 340, 44, 14
#: In characters; longer ones are cut.
LONGEST_LABEL = 44


@dataclass(frozen=True)
class Bar:
    words: str
    count: int
    percent: int
    width: int
    label_y: int
    bar_y: int


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    bars: list[Bar]


def bars(result):
    """Return the chart of a question's results; None without answers."""
    total = sum(count for _words, count in result.counts)
    if not total:
        return None
    drawn = [
        Bar(
            words=words if len(words) <= LONGEST_LABEL else f"{words[: LONGEST_LABEL - 1]}…",
            count=count,
            percent=round(100 * count / total),
            width=round(WIDTH * count / total),
            label_y=LINE * number + 16,
            bar_y=LINE * number + 22,
        )
        for number, (words, count) in enumerate(result.counts)
    ]
    return Chart(WIDTH, LINE * len(drawn), drawn)
