"""Protocols as they are given to functions: themselves, or the names of their cards."""

from __future__ import annotations

from neurosteroid.dosing.cards import protocol
from neurosteroid.dosing.protocol import Protocol
from neurosteroid.errors import InputError, UnknownNameError


def protocol_from(given: object, *, where: str = "protocol") -> Protocol:
    """Return a protocol as it is, or that of a card by its name.

    Args:
        given: a protocol or a name.
        where: the place in the input.

    Raises:
        InputError: it is neither.
        UnknownNameError: there is no such card.
    """
    if isinstance(given, Protocol):
        return given
    if not isinstance(given, str):
        raise InputError(
            f"{given!r} is not a protocol; give one, or the name of its card, such as 'brexanolone-label'.", where=where
        )
    try:
        return protocol(given)
    except UnknownNameError as error:
        raise UnknownNameError(
            f"{error.message} A sentence is read by Protocol.parse('60 ug/kg/h for 60 h').", where=where
        ) from None
