"""Read which day, or week, a sentence names, and which part of the day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial

from . import vocabulary as words
from .patterns import MONTH, MONTHS, PART, PARTS, PAST_DAYS, RELATIVE_DAYS, UNIT, WEEKDAY, WEEKDAYS
from .text import Text

#: In days: a weekday with the number of a day (« vendredi 8 ») is looked for so far ahead, if the next one disagrees.
NUMBERED_WITHIN = 92
#: Remarks on the day: the weekday and the date disagree, the week that is named is over, of the month that is named
#: only the beginning is read, and there is no such date.
OTHER_WEEKDAY, WEEK_OVER, WHOLE_MONTH, NO_SUCH_DAY = "weekday", "week", "month", "no-day"


class DayReader:
    """Takes from a text what it says of the day: first the dates (`read_dates`), later the days in words
    (`read_days`). `by_week` says that a week is named, `part` has the hours of a part of the day."""

    def __init__(self, text: Text, now: datetime) -> None:
        self.text = text
        self.now = now
        self.today = now.date()
        self.day: date | None = None
        self.weekday: int | None = None
        self.is_next = self.is_this_week = self.is_month = self.by_week = self.is_no_day = False
        self.part: tuple[time, time] | None = None

    def wished(self, starts: time) -> date | None:
        """Return the day, or None: today, or a weekday that is today, if `starts` is still ahead."""
        if self.day is None and self.is_this_week:
            return self.today + timedelta(days=self._week_is_over(starts))
        if self.day is not None or self.weekday is None:
            return self.day
        away = (self.weekday - self.today.weekday()) % 7
        if away == 0 and (self.is_next or starts <= self.now.time()):
            away = 7
        return self.today + timedelta(days=away)

    def remarks(self, starts: time) -> list[str]:
        """Return what to say of the day that was read."""
        disagrees = self.day is not None and self.weekday not in {None, self.day.weekday()}
        over = self.is_this_week and self.day is None and self._week_is_over(starts)
        found = {OTHER_WEEKDAY: disagrees, WEEK_OVER: over, WHOLE_MONTH: self.is_month, NO_SUCH_DAY: self.is_no_day}
        return [remark for remark, is_said in found.items() if is_said]

    def _week_is_over(self, starts: time) -> bool:
        return self.today.weekday() == 6 and starts <= self.now.time()

    # --- dates ---

    def read_dates(self) -> None:
        """Read « le 5 mars », « 5/3 », « vendredi 8 », « le 15 »."""
        before, ordinal = rf"(?:(?:{words.BEFORE_A_DATE}) )?", rf"(?:{words.ORDINALS})?"
        year = r"(?: (?P<y>20\d\d))?"
        weekday = rf"{before}(?:(?P<w>{WEEKDAY}) )?{before}"
        self.text.take(rf"{weekday}(?P<d>\d\d?)/(?P<m>\d\d?)(?:/(?P<y>\d{{2,4}}))?", self._on_date)
        of = rf"(?: (?:{words.BEFORE_A_MONTH}))?"
        if self._has_no_date:
            self.text.take(rf"{weekday}(?P<d>\d\d?){ordinal}{of} (?P<m>{MONTH}){year}", self._on_date)
        if self._has_no_date:
            month_first = rf"{weekday}(?P<m>{MONTH}) (?:(?:{words.BEFORE_AN_ORDINAL}) )?(?P<d>\d\d?){ordinal}{year}"
            self.text.take(rf"{month_first}(?! ?{UNIT}|:)", self._on_date)
        no_hour = rf"(?!\s?{UNIT}|[:./]| ?(?:am|pm)"
        if self._has_no_date:
            alone = rf"(?:(?P<w>{WEEKDAY}) )?(?:{words.BEFORE_A_NUMBER}) (?P<d>\d\d?){ordinal}{no_hour})"
            self.text.take(alone, self._on_day_of_month)
        if self._has_no_date:
            self.text.take(rf"(?P<w>{WEEKDAY}) (?P<d>\d\d?){no_hour}| (?:{words.RANGE}|-) )", self._on_day_of_month)

    @property
    def _has_no_date(self) -> bool:
        return self.day is None and not self.is_no_day

    def _on_date(self, found: re.Match[str]) -> bool:
        month = found["m"]
        self.weekday = WEEKDAYS[found["w"]] if found["w"] else None
        number = int(month) if month.isdecimal() else MONTHS[month]
        if not (1 <= number <= 12 and 1 <= int(found["d"]) <= 31):
            self.weekday = None
            return False
        if not self._set_day(found["d"], number, found["y"]):
            self.is_no_day, self.weekday = True, None
            self.text.set_aside(found)
        return True

    def _set_day(self, day: str, month: int, year: str | None) -> bool:
        """Set a day, if there is one of that number; without its year the next one of that date, unless the weekday
        says that it is past."""
        given = int(year) + (2000 if int(year) < 100 else 0) if year else None
        for each in [given] if given else [self.today.year, self.today.year + 1]:
            if int(day) <= monthrange(each, month)[1]:
                found = date(each, month, int(day))
                if given or found >= self.today or found.weekday() == self.weekday:
                    self.day = found
                    return True
        return False

    def _on_day_of_month(self, found: re.Match[str]) -> bool:
        """Set the next day of this number, of this month or the first later month that has it. With a weekday, the
        next one that falls on it (« vendredi 8 »), unless that is further than `NUMBERED_WITHIN`."""
        days = [self.today + timedelta(days=away) for away in range(NUMBERED_WITHIN)]
        numbered = [day for day in days if day.day == int(found["d"])]
        self.weekday = WEEKDAYS[found["w"]] if numbered and found["w"] else None
        agreeing = [day for day in numbered if self.weekday in {None, day.weekday()}]
        self.day = next(iter(agreeing or numbered), None)
        return self.day is not None

    # --- days in words ---

    def read_days(self) -> None:
        """Read « jeudi », « demain soir », « dans 15 jours », « la semaine prochaine »."""
        for joined, part in words.JOINED_PARTS.items():
            if found := self.text.take(rf"(?P<w>{WEEKDAY}|{words.JOINED_DAYS}){joined}"):
                self._on(found["w"], part)
        for phrase, part in words.TODAYS_PARTS.items():
            if self.text.take(phrase):
                self.part = PARTS[part]
                self._in_days(0)
        many = rf"(?P<n>\d\d?) (?:(?P<days>{words.DAYS})|{words.WEEKS})"
        for phrase, away in RELATIVE_DAYS.items():
            self.text.take(rf"{phrase} (?:{words.IN_SO_MANY}) {many}", partial(self._in_so_many, after=away))
            self.text.take(
                rf"{phrase} (?:{words.A_WEEK_LATER}|{words.WEEK_AFTER_A_DAY})", partial(self._after, away + 7)
            )
            self.text.take(rf"{phrase} (?:{words.TWO_WEEKS_LATER})", partial(self._after, away + 14))
        later: dict[str, Callable[[re.Match[str]], None]] = {
            words.OF_NEXT_WEEK: self._on_weekday_of_next_week,
            words.A_WEEK_LATER: partial(self._on_weekday_later, weeks=1),
            words.TWO_WEEKS_LATER: partial(self._on_weekday_later, weeks=2),
        }
        for phrases, use in later.items():
            self.text.take(rf"(?P<w>{WEEKDAY}) (?:{phrases})|(?:{phrases}) (?P<v>{WEEKDAY})", use)
        self._past_days()
        weekday = rf"(?:(?P<v>{words.NEXT}) )?(?P<w>{WEEKDAY})s?(?P<n> (?:{words.NEXT_AFTER}))?"
        self.text.take(rf"(?:(?:{words.BEFORE_A_WEEKDAY}) )?{weekday}", self._on_weekday)
        for phrase, away in RELATIVE_DAYS.items():
            if self.day is None and self.weekday is None and self.text.take(phrase):
                self._in_days(away)
        self.text.take(rf"(?:{words.IN_SO_MANY}) {many}", self._in_so_many)
        self.text.take(
            rf"(?:{words.IN_SO_MANY}) (?:(?P<n>\d\d?)|{words.A_MONTH}) (?:{words.MONTHS_LONG})", self._in_months
        )
        if self.text.take(words.IN_A_WEEK):
            self._in_weeks(1)
        if self.text.take(words.IN_A_FORTNIGHT):
            self._in_weeks(2)
        before = rf"(?:(?:{words.BEFORE_A_WEEKEND}) )?(?:(?:{words.NEXT_WEEKEND}) )?"
        self.text.take(rf"{before}(?:{words.WEEKEND})", self._on_saturday)
        self._whole_month()
        if self.text.take(rf"(?:(?:{words.BEFORE_A_WEEK}) )?(?:{words.NEXT_WEEK})"):
            self._in_week(1)
        if self.text.take(words.THIS_WEEK):
            self._in_week(0)
        self.text.take(rf"(?:{words.BEFORE_A_PART})?(?P<p>{PART})", self._in_part)

    def _past_days(self) -> None:
        """Set a day that is past: the form says so. « Hier » is "here" in Dutch."""
        for phrase, away in PAST_DAYS.items():
            is_here = phrase == words.HERE_IN_DUTCH and re.search(rf"\b(?:{words.DUTCH})\b", self.text.plain)
            if not is_here and self.text.take(phrase):
                self._in_days(away)
        self.text.take(rf"(?:{words.LAST}) (?P<w>{WEEKDAY})|(?P<v>{WEEKDAY}) (?:{words.LAST_AFTER})", self._on_last)
        if self.text.take(words.LAST_WEEK):
            self._in_week(-1)
        many = rf"(?P<n>\d\d?) (?:(?P<days>{words.DAYS})|{words.WEEKS})"
        self.text.take(rf"(?:{words.AGO_BEFORE}) {many}", self._so_many_ago)
        self.text.take(rf"{many} (?:{words.AGO_AFTER})", self._so_many_ago)

    def _on_last(self, found: re.Match[str]) -> None:
        self.weekday = WEEKDAYS[found["w"] or found["v"]]
        self._in_days(-((self.today.weekday() - self.weekday - 1) % 7 + 1))

    def _so_many_ago(self, found: re.Match[str]) -> None:
        self._in_days(-int(found["n"]) * (1 if found["days"] else 7))

    def _on(self, day: str, part: str) -> None:
        self.part = PARTS[part]
        if day in WEEKDAYS:
            self.weekday = WEEKDAYS[day]
        else:
            self._in_days(RELATIVE_DAYS[day])

    def _on_weekday_of_next_week(self, found: re.Match[str]) -> None:
        self.weekday = WEEKDAYS[found["w"] or found["v"]]
        self._in_days(7 - self.today.weekday() + self.weekday)

    def _on_weekday_later(self, found: re.Match[str], weeks: int) -> None:
        self.weekday = WEEKDAYS[found["w"] or found["v"]]
        self._in_weeks(weeks)

    def _on_weekday(self, found: re.Match[str]) -> bool:
        """Set the weekday; a second one beside a day that has its own is left."""
        if self.day is not None and self.weekday is not None:
            return False
        self.weekday = WEEKDAYS[found["w"]]
        self.is_next = bool(found["n"] or found["v"])
        return True

    def _in_so_many(self, found: re.Match[str], *, after: int = 0) -> None:
        """Set the day so many days or weeks from today, or from `after` days later."""
        number = int(found["n"])
        weeks = words.DAYS_THAT_ARE_WEEKS.get(number) if found["days"] else number
        if after or not weeks or (self.weekday is None and found["days"]):
            self._in_days(after + number * (1 if found["days"] else 7))
        else:
            self._in_weeks(weeks)

    def _after(self, away: int, _found: re.Match[str]) -> None:
        self._in_days(away)

    def _in_months(self, found: re.Match[str]) -> None:
        """Set the same day so many months later, or the last one of a shorter month."""
        months = self.today.month - 1 + int(found["n"] or 1)
        year, month = self.today.year + months // 12, months % 12 + 1
        last = min(self.today.day, monthrange(year, month)[1])
        self._in_days((date(year, month, last) - self.today).days)

    def _whole_month(self) -> None:
        for away, phrases in ((1, words.NEXT_MONTH), (0, words.THIS_MONTH)):
            if self.text.take(rf"(?:(?:{words.BEFORE_THE_MONTH}) )?(?:{phrases})"):
                self._from_beginning_of(away)
        if found := self.text.take(rf"(?:{words.BEFORE_A_WHOLE_MONTH}) (?P<m>{MONTH})"):
            self._from_beginning_of((MONTHS[found["m"]] - self.today.month) % 12)

    def _from_beginning_of(self, away: int) -> None:
        """Set the first weekday that is named, or a day of the first whole week, of the month so many months from this
        one, and of this month what is left. The number of a day that was named is one of that month."""
        years, month = divmod(self.today.month - 1 + away, 12)
        year, month = self.today.year + years, month + 1
        if self.day is not None:
            if self.weekday is None and self.day.day <= monthrange(year, month)[1]:
                self.day = date(year, month, self.day.day)
            return
        first = max(date(year, month, 1), self.today)
        sought = range(3 if away else 5) if self.weekday is None else [self.weekday]
        self.day = next(day for day in (first + timedelta(days=n) for n in range(7)) if day.weekday() in sought)
        self.by_week = self.weekday is None
        self.is_month = True

    def _in_weeks(self, weeks: int) -> None:
        """Set the day so many weeks after the coming weekday that is named, or after today: « jeudi dans 15 jours »."""
        coming = 0 if self.weekday is None else (self.weekday - self.today.weekday()) % 7
        self._in_days(coming + 7 * weeks)

    def _in_days(self, away: int) -> None:
        self.day = self.day or self.today + timedelta(days=away)

    def _on_saturday(self, _found: re.Match[str]) -> None:
        is_sunday = self.weekday == 6
        self._in_days((5 - self.today.weekday()) % 7 + is_sunday)

    def _in_week(self, weeks: int) -> None:
        """Search by week: the one of the day that is named, or so many weeks from this one."""
        self.by_week = True
        if weeks or self.weekday is not None:
            self._in_days(7 * weeks - self.today.weekday() + (self.weekday or 0))
        else:
            self.is_this_week = True

    def _in_part(self, found: re.Match[str]) -> None:
        self.part = self.part or PARTS[found["p"]]
