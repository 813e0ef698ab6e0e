"""The sentence language for rules.

    rules     = rule-or-choice { ";" rule-or-choice }
    choice    = "check every" time [ awake ] [ missing ]
              | "the clock" ("continues" | "waits") | "begin at the lowest step"
    rule      = action "when" port [ relation value ] { option }
    action    = "hold" | "resume" [ "at the same step" | "one step lower" | "as programmed" ] | "step down"
              | "titrate up" | "stop" [ "for good" ] | "give" amount route
    route     = "orally" | "by mouth" | "intravenously" | "vaginally" | "intramuscularly" | "subcutaneously"
    relation  = ">=" | ">" | "<=" | "<" | "at least" | "above" | "at most" | "below"
    value     = number [ unit ] | name of a level
    option    = "until" relation value | "checked every" time [ awake ] [ missing ] | "continuously"
              | "after" time | "at most" whole number "times" | "not again within" time
    awake     = "while awake" [ "from" time of day "to" time of day ]
    missing   = "missing" number "%"

"check every" holds for all rules of the same text that say neither "checked" nor "continuously". A port without a limit
is an event, such as hypoxia. Commas are as good as spaces, and a new line as good as ";". Examples:

    hold when sedation >= moderate; resume one step lower when sedation <= none; check every 2 h while awake
    stop for good when hypoxia, continuously
    step down when plasma.allopregnanolone above 300 nmol/L until below 250 nmol/L, at most 2 times
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, final

from neurosteroid.dosing.rules import CheckSeries, DosingRule, RuleBook, Threshold
from neurosteroid.dosing.sentence import ROUTES_SAID, Reader
from neurosteroid.dosing.steps import ADVERBS, Route, checked_unit
from neurosteroid.engine.rules import ActionKind, Clock, Relation
from neurosteroid.errors import EventError, InputError, UnitError, close_names

_EXAMPLE: Final = (
    "Examples: 'hold when sedation >= moderate', 'stop when hypoxia', 'resume one step lower when sedation <= none,"
    " checked every 2 h while awake'."
)
_VERBS: Final = {
    "stop for good": ActionKind.STOP,
    "stop": ActionKind.STOP,
    "hold": ActionKind.HOLD,
    "step down": ActionKind.STEP_DOWN,
    "titrate up": ActionKind.TITRATE_UP,
    "resume": ActionKind.RESUME,
    "give": ActionKind.RESCUE,
}
_RELATIONS: Final = {
    ">=": Relation.AT_LEAST,
    "\u2265": Relation.AT_LEAST,
    "at least": Relation.AT_LEAST,
    ">": Relation.ABOVE,
    "above": Relation.ABOVE,
    "<=": Relation.AT_MOST,
    "\u2264": Relation.AT_MOST,
    "at most": Relation.AT_MOST,
    "<": Relation.BELOW,
    "below": Relation.BELOW,
}
_ROUTES: Final = {**{adverb: route for route, adverb in ADVERBS.items()}, "by mouth": Route.ORAL}
_PORT: Final = re.compile(r"[A-Za-z]\w*(?:[.-]\w+)*", re.ASCII)
_LEVEL: Final = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
_NUMBER: Final = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_UNIT: Final = re.compile(r"[^\W\d_%][^\s;]*|%")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?!\d)")
_OPTIONS: Final = frozenset({"until", "checked", "continuously", "after", "at", "not", "missing", "while", "times"})


def parse_rules(text: str, *, where: str | None = None) -> RuleBook:
    """Read rules from a sentence.

    Args:
        text: see the grammar of this module.
        where: the place of the text in the user's input, for messages.

    Raises:
        InputError: names the character where the text cannot be read, and what could stand there.
        UnitError: a unit is unknown or measures the wrong thing.
    """
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"{text!r} is not a rule. {_EXAMPLE}", where=where)
    plain = text.replace("\u00b5", "u").replace("\u03bc", "u").replace(",", " ").strip()
    return _RuleReader(Reader(re.sub(r"\s*\n\s*", "; ", plain).rstrip("; "), where, _EXAMPLE)).book()


@final
class _RuleReader:
    """Rules read from a position in a text."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def book(self) -> RuleBook:
        """Read the whole text."""
        read = self.reader
        rules: list[tuple[DosingRule, bool]] = []
        series: CheckSeries | None = None
        clock: Clock | None = None
        lowest = False
        while True:
            if series is None and read.take("check every"):
                series = self._series()
            elif clock is None and read.take("the clock continues"):
                clock = Clock.CONTINUES
            elif clock is None and read.take("the clock waits"):
                clock = Clock.WAITS
            elif read.take("check every", "the clock continues", "the clock waits"):
                raise InputError(
                    "'check every' and 'the clock' stand once in a text; give a rule checks of its own with"
                    " 'checked every', or write another text.",
                    where=read.where,
                )
            elif read.take("begin at the lowest step"):
                lowest = True
            else:
                rules.append(self._rule())
            if not read.rest():
                break
            if not read.take(";"):
                read.refuse("';' before the next rule, or an option such as 'checked every 2 h' or 'at most 3 times'")
        if series is not None and all(said for _, said in rules):
            raise InputError(
                "'check every' is for the rules of the same text that do not say when they are looked at, and there is"
                " none; write it beside them, or 'checked every' in the rule itself.",
                where=read.where,
            )
        plain = tuple(rule if said else replace(rule, checks=series) for rule, said in rules)
        return RuleBook(plain, clock or Clock.CONTINUES, lowest, clock_said=clock is not None)

    def _rule(self) -> tuple[DosingRule, bool]:
        """Read one rule, and whether it says when it is looked at."""
        read = self.reader
        verb = read.take(*_VERBS)
        if verb is None:
            word = read.rest().split(maxsplit=1)[:1]
            close = close_names(word[0], [*_VERBS, "check"]) if word else []
            hint = f" (did you mean '{close[0]}'?)" if close else ""
            read.refuse(f"an action: {', '.join(repr(each) for each in _VERBS)}{hint}")
        action = _VERBS[str(verb)]
        lower = onward = False
        amount, unit, route = 0.0, "", None
        if action is ActionKind.RESUME and not read.take("at the same step"):
            lower = read.take("one step lower") is not None
            onward = not lower and read.take("as programmed") is not None
        if action is ActionKind.RESCUE:
            amount, unit, route = self._dose()
        if not read.take("when"):
            read.refuse("'when' and what is watched, such as 'when sedation >= moderate'")
        port = self._match(_PORT, "what is watched, such as 'sedation' or 'plasma.allopregnanolone'")
        relation = read.take(*_RELATIONS)
        when = None if relation is None else self._threshold(relation)
        rule = DosingRule(action, port, when, lower=lower, amount=amount, unit=unit, route=route, onward=onward)
        return self._options(rule)

    def _options(self, rule: DosingRule) -> tuple[DosingRule, bool]:
        read, said = self.reader, False
        while True:
            if read.take("until"):
                if rule.when is None:
                    read.refuse("no 'until' for an event, which happens once")
                relation = read.take(*_RELATIONS)
                if relation is None:
                    read.refuse("a relation and a limit, such as 'until < mild'")
                rule = replace(rule, until=self._threshold(str(relation)))
            elif read.take("checked every"):
                rule, said = replace(rule, checks=self._series()), True
            elif read.take("continuously"):
                rule, said = replace(rule, checks=None), True
            elif read.take("after"):
                rule = replace(rule, delay_h=read.time())
            elif read.take("at most"):
                count = self._match(re.compile(r"[1-9]\d{0,8}(?![\w.])"), "a whole number, such as 'at most 3 times'")
                if not read.take("times", "time"):
                    read.refuse("'times'")
                rule = replace(rule, maximum=int(count))
            elif read.take("not again within"):
                rule = replace(rule, cool_down_h=read.time())
            else:
                return rule, said

    def _series(self) -> CheckSeries:
        read = self.reader
        begin = read.at
        every = read.time()
        if every <= 0.0:
            raise EventError(f"checks every {every:g} h; the interval is above 0 h.", where=read.place(begin, read.at))
        awake = read.take("while awake") is not None
        hours = None
        if awake and read.take("from"):
            wake = self._clock()
            if not read.take("to"):
                read.refuse("'to' and the time of going to sleep, such as 'from 07:00 to 23:00'")
            hours = (wake, self._clock())
        missed = 0.0
        if read.take("missing"):
            begin = read.at
            missed = float(self._match(_NUMBER, "a percentage, such as 'missing 10 %'")) / 100.0
            if not read.take("%"):
                read.refuse("'%'")
            if not 0.0 <= missed <= 1.0:
                raise InputError("a share of checks is between 0 and 100 %.", where=read.place(begin, read.at))
        return CheckSeries(every, awake, hours, missed)

    def _threshold(self, relation: str) -> Threshold:
        read = self.reader
        if _NUMBER.match(read.rest()):
            value = float(self._match(_NUMBER, "a number"))
            unit = _UNIT.match(read.rest())
            if unit is None or unit.group().lower() in _OPTIONS:
                return Threshold(_RELATIONS[relation], value)
            return Threshold(_RELATIONS[relation], value, self._match(_UNIT, "a unit"))
        return Threshold(_RELATIONS[relation], level=self._match(_LEVEL, "a number with its unit, or a level"))

    def _dose(self) -> tuple[float, str, Route]:
        read = self.reader
        begin = read.at
        amount, unit = read.quantity("an amount such as '5 mg'")
        place = read.place(begin, read.at)
        if amount <= 0.0:
            raise EventError(f"a rescue dose of {amount:g} {unit} is not possible; it is above 0.", where=place)
        try:
            unit = checked_unit(unit, per_time=False, where="amount")
        except UnitError as error:
            raise UnitError(error.message, where=place) from None
        route = read.take(*_ROUTES)
        if route is None:
            read.refuse(ROUTES_SAID)
        return amount, unit, _ROUTES[str(route)]

    def _clock(self) -> float:
        found = self._match(_CLOCK, "a time of day such as '07:00'")
        hours, minutes = (int(part) for part in found.split(":"))
        if hours > 24 or minutes > 59 or hours + minutes / 60.0 > 24.0:
            raise InputError(f"'{found}' is not a time of day; write it like '07:00'.", where=self.reader.where)
        return hours + minutes / 60.0

    def _match(self, pattern: re.Pattern[str], expected: str) -> str:
        read = self.reader
        match = pattern.match(read.rest())
        if match is None:
            read.refuse(expected)
        read.at = len(read.text) - len(read.rest()) + match.end()
        return match.group()
