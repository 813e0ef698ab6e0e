"""The augmented tape: rates of the states, and of their scaled derivatives by chosen parameters."""

from __future__ import annotations

from collections.abc import Sequence

from neurosteroid.engine.solvers.rosenbrock.slopes import linearise
from neurosteroid.engine.tape import Tape, TapeWriter, operands, renumbered


def augmented(tape: Tape, states: int, parameters: int, chosen: Sequence[int]) -> Tape:
    """Return the tape of n (1 + q) rates of n states and of z_j = c_j dx/dp_j, j = 1 to q.

        d z_j / dt = J z_j + c_j df/dp_j

    The scales c_j are q further parameters behind the m of the system; they make z_j comparable with x.

    Args:
        tape: of the n rates.
        states: n.
        parameters: m.
        chosen: positions of the q parameters.
    """
    linearised = linearise(tape, {index: states + place for place, index in enumerate(chosen)})
    writer = TapeWriter()
    moved: list[int] = []
    for operation in linearised.tape.operations:
        moved.append(writer.put(*renumbered(operation, moved) if operands(operation) else operation))
    results = [moved[place] for place in linearised.tape.results]
    entries = results[states : states + len(linearised.places)]
    rates = results[:states]
    for place in range(len(chosen)):
        scale = writer.put("parameter", parameters + place)
        slopes = [writer.number(0.0)] * states
        for (row, column), entry in zip(linearised.places, entries, strict=True):
            if column < states:
                factor = writer.put("state", states * (1 + place) + column)
            elif column == states + place:
                factor = scale
            else:
                continue
            slopes[row] = writer.add(slopes[row], writer.multiply(entry, factor))
        rates += slopes
    return writer.tape(rates)
