"""How numbers and units are written for people; nothing here computes."""

from __future__ import annotations

import math
import re
from html import escape
from typing import Final

MISSING: Final = "–"
_MINUS, _THIN = "\u2212", "\u202f"
_MICRO = re.compile(r"\bu(?=(g|mol|M|L|m|A|V|S)\b)")
_POWER_OF_TEN = re.compile(r"^([^e]+)e([+-]?)0*(\d+)$")


def number(value: float | None, digits: int = 3) -> str:
    """Write a number with so many significant digits, a true minus sign and thin spaces from 10 000 on.

    Args:
        value: None and NaN become a dash.
        digits: significant digits; whole digits before the point are all kept.
    """
    if value is None or not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    # rounding may carry into the next decade: 99.96 is 100 with three digits
    magnitude = math.floor(math.log10(abs(round(value, digits - 1 - magnitude))))
    if -4 <= magnitude < 15:
        return _grouped(f"{value:.{max(0, digits - 1 - magnitude)}f}")
    return _scientific(f"{value:.{digits - 1}e}")


def exact(value: float) -> str:
    """Write a card's number as it stands on the card: up to six digits, no zeros added."""
    text = f"{value:.6g}"
    return _scientific(text) if "e" in text else _grouped(text)


def share(value: float | None) -> str:
    """Write a fraction as a percentage of at most one decimal."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{percentage(value)}{_THIN}%"


def percentage(value: float) -> str:
    """Write a fraction times 100: one decimal below 10, none from there on."""
    percent = 100 * value
    return _grouped(f"{percent:.0f}" if abs(percent) >= 10 or percent == 0 else f"{percent:.1f}")


def interval(low: float | None, high: float | None, digits: int = 3) -> str:
    """Write two ends of an interval; "to" stands between, because either may be negative.

    The end nearer to 0 is not written more finely than the other one, beyond its first decimal.

    Args:
        low: lower end.
        high: upper end.
        digits: significant digits of the end that is further from 0.
    """
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return MISSING
    most = max(1, _decimals(max(abs(low), abs(high)), digits))
    return f"{_end(low, digits, most)} to {_end(high, digits, most)}"


def breakable(text: str) -> str:
    """Return HTML of a number's name, escaped, that a browser may break after the signs inside it."""
    return re.sub(r"(\]\.|_)", r"\1<wbr>", escape(text))


def unit(text: str) -> str:
    """Write a unit for people: ``ug/kg/h`` becomes µg/kg/h, ``ng*h/mL`` ng·h/mL, and ``1`` nothing."""
    if text == "1":
        return ""
    plain = {"percent": "%", "dimensionless": ""}.get(text, text)
    return _MICRO.sub("µ", plain).replace("**2", "²").replace("**3", "³").replace("*", "·")


def sentence(text: str) -> str:
    """Write the units inside a dosing sentence for people."""
    return _MICRO.sub("µ", text)


def duration(seconds: float) -> str:
    """Write a run time: seconds below two minutes, otherwise minutes."""
    return f"{number(seconds, 2)} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _decimals(value: float, digits: int) -> int:
    return max(0, digits - 1 - math.floor(math.log10(value))) if value else 0


def _end(value: float, digits: int, most: int) -> str:
    decimals = min(most, _decimals(abs(value), digits))
    if value == 0 or decimals > 6 or abs(value) >= 1e15:
        return number(value, digits)
    # adding 0.0 turns a rounded -0.0 into 0.0
    return _grouped(f"{round(value, decimals) + 0.0:.{decimals}f}")


def _grouped(text: str) -> str:
    sign, digits = (_MINUS, text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    if len(whole) > 4:
        whole = re.sub(r"(?<=\d)(?=(\d{3})+$)", _THIN, whole)
    return f"{sign}{whole}{point}{rest}"


def _scientific(text: str) -> str:
    match = _POWER_OF_TEN.match(text)
    if match is None:
        return text
    superscript = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
    exponent = f"{match[2].replace('+', '')}{match[3]}".translate(superscript)
    return f"{match[1].replace('-', _MINUS)} × 10{exponent}"
