"""The error family: one root, few children, and messages that name the place and the way out."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from numbers import Integral
from typing import TypeGuard


class NeurosteroidError(Exception):
    """Anything neurosteroid refuses or cannot do; its text is a sentence for the user.

    Args:
        message: what was found, what is allowed, what to do.
        where: the place in the input (file, key, or row and column); printed in front of the message.
    """

    exit_code = 2

    def __init__(self, message: str, *, where: str | None = None) -> None:
        self.message = message
        self.where = where
        super().__init__(f"{where}: {message}" if where else message)


class InputError(NeurosteroidError):
    """A value, file or option given by the user is wrong."""


class UnknownNameError(InputError):
    """A name that nothing carries."""


class UnitError(InputError):
    """A unit that cannot be read, or has the wrong dimension."""


class CardError(InputError):
    """A card of the evidence library is wrong or incomplete."""


class WiringError(NeurosteroidError):
    """Parts that do not fit together."""


class EventError(InputError):
    """A dosing record that has no meaning, or none that this system can give it."""


class SolverError(NeurosteroidError):
    """An integration that did not finish; names the person, the time and the reason."""

    exit_code = 1


class MissingExtraError(NeurosteroidError):
    """A feature whose optional packages are not installed."""


def is_whole(value: object) -> TypeGuard[int]:
    """Return whether a value is a whole number, of Python or NumPy; True and False are not."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def require_names(names: object, what: str, *, where: str | None = None) -> None:
    """Refuse one text where a list of names is meant, whose letters would be taken for names, and what is no list.

    Args:
        names: what was given.
        what: the sort of names, such as ``"outputs"``.
        where: the place in the input.

    Raises:
        InputError: it is a text, or neither a list nor nothing.
    """
    if isinstance(names, str):
        raise InputError(f"{what} is the text {names!r}; give a list of names, such as [{names!r}].", where=where)
    if names is not None and not isinstance(names, Iterable):
        raise InputError(f"{what} is {names!r}; give a list of texts.", where=where)


def close_names(name: str, known: Collection[str]) -> list[str]:
    """Return up to three known names that may be meant: slips of the keyboard away, beginning alike, or a word of them.

    Likeness alone is not enough: drugs of one class share their endings and are different things all the same. Where
    nothing else comes close, ``granule`` is a word of ``dentate-granule``.
    """
    wanted = name.lower()
    alike = difflib.get_close_matches(wanted, {each.lower() for each in known}, n=10, cutoff=0.5)
    order = {each: place for place, each in enumerate(alike)}
    few = max(1, len(wanted) // 5)
    found = [
        each
        for each in known
        if (low := each.lower()) in order
        and (low.startswith(wanted) or wanted.startswith(low) or slips(wanted, low) <= few)
    ]
    if found:
        return sorted(found, key=lambda each: order[each.lower()])[:3]
    return [each for each in known if _names_a_word(wanted, each.lower())][:3]


def _names_a_word(wanted: str, name: str) -> bool:
    """Return whether a text is, but for a slip, one of the words that a hyphen joins to a name."""
    words = name.split("-")
    few = 1 if len(wanted) >= _LONG_ENOUGH else 0
    return len(words) > 1 and any(slips(wanted, word) <= few for word in words)


_LONG_ENOUGH = 5  # letters of a word in which a slip can still be told from another word


def slips(one: str, other: str) -> int:
    """Return how many letters are added, left out, replaced or swapped with their neighbour between two words."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        new = [row]
        for column, against in enumerate(other, start=1):
            cost = min(last[column] + 1, new[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            new.append(cost)
        before, last = last, new
    return last[-1]


def unknown_name(what: str, name: object, known: Iterable[str], *, where: str | None = None) -> UnknownNameError:
    """Return the error for an unknown name, with close matches or else the list of what is known.

    Args:
        what: the sort of thing, such as ``"compound"``.
        name: what was asked for.
        known: the names that exist.
        where: the place in the input.
    """
    names = sorted(known)
    close = close_names(str(name), names)
    hint = f" Did you mean {' or '.join(repr(match) for match in close)}?" if close else ""
    shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    return UnknownNameError(f"No {what} '{name}'.{hint} Known: {shown or 'none'}.", where=where)
