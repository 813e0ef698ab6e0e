"""The sentence language for protocols.

    sentence   = "no drug" | phrase { ("then" | ";") phrase }
    phrase     = "wait" time | [ "at" time ] given
    given      = rate ("for" time | "until" time) [ "intravenously" ] [ repeat ]
               | amount "over" time [ "intravenously" ] [ repeat ]
               | amount route [ meal ] [ repeat ]
    route      = "orally" | "by mouth" | "intravenously" | "vaginally" | "intramuscularly" | "subcutaneously"
    meal       = "fasted" | "with" [ "a" ] name "meal"
    repeat     = "every" time "x" whole number
    rate       = number and unit such as ug/kg/h or mg/h
    amount     = number and unit such as mg or ug/kg
    time       = number and unit such as h, min, day

Each phrase begins where the one before it ended: an infusion ends at its end, a single dose takes no time, and repeated
doses end when the next one would have been due. "at 12 h" and "until 56 h" count from the start of the protocol. "over"
is an intravenous infusion of that amount; "po" and "iv" are read as well. The names of meals are those of the card
'meals', such as "high-fat"; only a dose by mouth has one. Words may be in upper or lower case, units
may not. Examples:

    30 ug/kg/h for 4 h then 60 ug/kg/h for 20 h then 90 ug/kg/h for 28 h then 60 ug/kg/h for 4 h then 30 ug/kg/h for 4 h
    50 mg orally every 24 h x 14
    50 mg orally with a low-fat meal every 24 h x 14
    100 ug/kg over 1 h every 12 h x 3 then wait 12 h then 200 mg intravenously
    60 ug/kg/h for 60 h then at 24 h 30 mg orally
"""

from __future__ import annotations

import re
from typing import Final, NoReturn, final

from neurosteroid import units
from neurosteroid.dosing.meals import FASTED
from neurosteroid.dosing.steps import ADVERBS, DoseStep, InfusionStep, Route, Step, checked_unit
from neurosteroid.errors import EventError, InputError, UnitError

_QUANTITY: Final = re.compile(
    r"(?P<number>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*(?P<unit>[^\W\d_][^\s;]*)?", re.ASCII
)
_MEAL: Final = re.compile(r"with\s+(?:an?\s+)?(?P<name>[\w-]+)\s+meal\b", re.IGNORECASE)
_COUNT: Final = re.compile(r"\d{1,9}(?![\w.])", re.ASCII)
_WORD: Final = re.compile(r";|[^\s;]+")
_WORDS: Final = frozenset(
    {"for", "until", "over", "then", "every", "at", "wait", "x", "times", "po", "iv", "by", *ADVERBS.values()}
)
_ROUTES: Final = {
    **{adverb: route for route, adverb in ADVERBS.items()},
    "by mouth": Route.ORAL,
    "po": Route.ORAL,
    "iv": Route.INTRAVENOUS,
}
ROUTES_SAID: Final = " or ".join(repr(adverb) for adverb in ADVERBS.values())
"""The adverbs of routes, for messages."""

_EXAMPLE: Final = "Examples: '60 ug/kg/h for 20 h', '50 mg orally every 24 h x 14', '100 ug/kg over 1 h', 'wait 12 h'."


def parse_sentence(sentence: str, *, where: str | None = None) -> tuple[Step, ...]:
    """Read a sentence into steps.

    Args:
        sentence: see the grammar of this module.
        where: the place of the sentence in the user's input, for messages.

    Raises:
        InputError: names the character where the sentence cannot be read, and what could stand there.
        UnitError: a unit is unknown or measures the wrong thing.
        EventError: a step is impossible, such as a negative duration.
    """
    if not isinstance(sentence, str):
        raise InputError(f"{sentence!r} is not a sentence. {_EXAMPLE}", where=where)
    # micro sign and Greek mu, as reports print them, are one letter long like the u they stand for
    return Reader(sentence.replace("\u00b5", "u").replace("\u03bc", "u"), where).steps()


def write_sentence(steps: tuple[Step, ...]) -> str:
    """Return the sentence that reads back into the same steps, bit for bit."""
    if not steps:
        return "no drug"
    phrases, now = [], 0.0
    for step in steps:
        start = "" if step.start_h == now else f"at {_text(step.start_h)} h "
        phrases.append(start + _phrase(step))
        now = step.next_h
    return " then ".join(phrases)


def read_quantity(text: object, *, where: str) -> tuple[float, str]:
    """Split text such as ``"30 ug/kg/h"`` into its number and unit.

    Raises:
        UnitError: it is not text, or has no number or no unit.
    """
    match = _QUANTITY.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or match["unit"] is None:
        raise UnitError(f"{text!r} is not a number with its unit, such as '30 ug/kg/h' or '50 mg'.", where=where)
    return float(match["number"]), match["unit"]


def _phrase(step: Step) -> str:
    repeat = f" every {_text(step.interval_h)} h x {step.count}" if step.count > 1 else ""
    if isinstance(step, InfusionStep):
        duration = step.until_h - step.start_h
        exact = step.start_h + duration == step.until_h
        span = f"for {_text(duration)} h" if exact else f"until {_text(step.until_h)} h"
        return f"{_text(step.rate)} {step.unit} {span}{repeat}"
    adverb = ADVERBS[step.route]
    meal = "" if step.meal is None else " fasted" if step.meal == FASTED else f" with a {step.meal} meal"
    return f"{_text(step.amount)} {step.unit} {adverb}{meal}{repeat}"


def _text(number: float) -> str:
    return repr(float(number)).removesuffix(".0")


@final
class Reader:
    """A reading position in a sentence."""

    def __init__(self, text: str, where: str | None, example: str = _EXAMPLE) -> None:
        self.text, self.where, self.at, self.example = text, where, 0, example

    def steps(self) -> tuple[Step, ...]:
        """Read the whole sentence."""
        if self.take("no drug"):
            if self.rest():
                self.refuse("nothing after 'no drug'")
            return ()
        steps: list[Step] = []
        now = 0.0
        while True:
            if self.take("wait"):
                now += self.time()
            else:
                steps.append(self.step(now))
                now = steps[-1].next_h
            if not self.rest():
                return tuple(steps)
            if not self.take("then", ";"):
                self.refuse("'then' before the next phrase")

    def step(self, now: float) -> Step:
        """Read one phrase that gives something and begins at `now` h unless it says otherwise."""
        begin = len(self.text) - len(self.rest())
        start = self.time() if self.take("at") else now
        number, unit = self.quantity("a rate or an amount such as '60 ug/kg/h' or '50 mg'")
        linked = self.take("for", "until", "over")
        span = self.time() if linked else 0.0
        route = _ROUTES.get(self.take(*_ROUTES) or "")
        if linked is None and route is None:
            self.refuse(f"'for', 'until' or 'over' and a time, or {ROUTES_SAID}")
        meal = self.meal() if linked is None else None
        interval, count = self.repeat()
        try:
            if linked is None and route is not None:
                return DoseStep(start, number, unit, route, interval, count, meal)
            if route is not None and route is not Route.INTRAVENOUS:
                said = ADVERBS[route]
                raise EventError(f"an infusion cannot be given {said}; leave '{said}' away, or leave the time away.")
            if linked == "over":
                unit = f"{checked_unit(unit, per_time=False, where='amount')}/{units.TIME}"
                if span <= 0:
                    raise EventError(f"a duration of {span:g} h is not possible; it must be above 0 h.")
                number /= span
            return InfusionStep(start, span if linked == "until" else start + span, number, unit, interval, count)
        except (EventError, UnitError) as error:
            raise type(error)(error.message, where=self.place(begin, self.at)) from None

    def meal(self) -> str | None:
        """Read "fasted" or "with a high-fat meal", or nothing."""
        if self.take(FASTED):
            return FASTED
        found = _MEAL.match(self.rest())
        if found is None:
            if self.take("with"):
                self.refuse("'fasted' or 'with a NAME meal', such as 'with a high-fat meal'")
            return None
        self.at = len(self.text) - len(self.rest()) + found.end()
        return found["name"].lower()

    def repeat(self) -> tuple[float, int]:
        """Read "every 24 h x 14", or nothing."""
        if not self.take("every"):
            return 0.0, 1
        interval = self.time()
        if not self.take("x", "times"):
            self.refuse("'x' and the number of doses, such as 'x 14'")
        count = _COUNT.match(self.rest())
        if count is None:
            self.refuse("a whole number of doses")
        self.at = len(self.text) - len(self.rest()) + count.end()
        return interval, int(count.group())

    def time(self) -> float:
        """Read a time and return h."""
        begin = len(self.text) - len(self.rest())
        number, unit = self.quantity("a time such as '4 h'")
        try:
            hours = float(units.convert(number, unit, units.TIME))
        except UnitError as error:
            raise UnitError(
                f"{error.message} A time is written like '4 h'.", where=self.place(begin, self.at)
            ) from None
        if hours < 0:
            raise EventError(f"a time of {hours:g} h is negative.", where=self.place(begin, self.at))
        return hours

    def quantity(self, expected: str) -> tuple[float, str]:
        """Read a number with its unit."""
        match = _QUANTITY.match(self.rest())
        if match is None:
            self.refuse(expected)
        unit = match["unit"]
        if unit is None or unit.lower() in _WORDS:
            self.refuse(f"{expected}, with its unit")
        self.at = len(self.text) - len(self.rest()) + match.end()
        return float(match["number"]), unit

    def take(self, *choices: str) -> str | None:
        """Step over one of these words, in any case, and return it; else return None."""
        rest = self.rest()
        for choice in choices:
            pattern = re.escape(choice).replace("\\ ", r"\s+") + (r"(?!\w)" if choice[-1].isalpha() else "")
            # "x14" is written as often as "x 14"
            match = re.match(r"x(?=\s|\d)" if choice == "x" else pattern, rest, re.IGNORECASE)
            if match:
                self.at = len(self.text) - len(rest) + match.end()
                return choice
        return None

    def rest(self) -> str:
        """Return what is not read yet, without leading spaces."""
        return self.text[self.at :].lstrip()

    def place(self, begin: int, end: int) -> str:
        """Name a stretch of the sentence."""
        shown = " ".join(self.text[begin:end].split())
        return " ".join(filter(None, [self.where, f"character {begin + 1} ('{shown}')"]))

    def refuse(self, expected: str) -> NoReturn:
        """Refuse what comes next."""
        rest = self.rest()
        word = _WORD.match(rest)
        found = f"found '{word.group()}'" if word else "the sentence ends"
        place = f"character {len(self.text) - len(rest) + 1}"
        raise InputError(
            f"{found}; expected {expected}. {self.example}", where=" ".join(filter(None, [self.where, place]))
        )
