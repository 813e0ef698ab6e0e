"""Protocols as they are given to functions: themselves, or the names of their cards."""

from __future__ import annotations

from neurosteroid.dosing.cards import protocol
from neurosteroid.dosing.protocol import Protocol
from neurosteroid.errors import InputError, UnknownNameError, unknown_name
from neurosteroid.evidence import library


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
    if given not in library().names("protocols"):
        error = unknown_name("protocol", given, names_of_protocols())
        raise UnknownNameError(
            f"{error.message} A sentence is read by Protocol.parse('60 ug/kg/h for 60 h').", where=where
        )
    return protocol(given)


def names_of_protocols() -> tuple[str, ...]:
    """Return the names of all protocol cards, and of the treatments of several protocols."""
    shelf = library()
    treatments = [name for name in shelf.names("medicines") if given_together(name)]
    return tuple(sorted({*shelf.names("protocols"), *treatments}))


def given_together(name: str) -> tuple[str, ...]:
    """Return the protocols that a medicine's card says are given together; none when there is no such medicine.

    A treatment of several compounds, such as ``"antagonist-stimulation"``, is one protocol a compound, listed on the
    card of that name of kind ``medicines``.
    """
    shelf = library()
    if name in shelf.names("protocols") or name not in shelf.names("medicines"):
        return ()
    settings = shelf.card(name, "medicines").variant().settings
    if "compound" in settings or "protocols" not in settings:
        return ()
    return tuple(each.strip() for each in settings["protocols"].split(","))
