"""The stages of a Rosenbrock step as C text, printed from a tableau."""

from __future__ import annotations

from collections.abc import Sequence

from neurosteroid.engine.solvers.rosenbrock.tableau import Tableau


def attempt_text(tableau: Tableau, *, timed: Sequence[int]) -> str:
    """Return the function that computes all stages of a step, and the states it would reach.

    Args:
        tableau: of the method.
        timed: rows of the rates that name the time.
    """
    lines = [
        "static __attribute__((noinline)) void attempt(const struct task *task, struct bundle *b) {",
        "  int grazing = any(b->grazes);",
        "  for (int i = 0; i < STATES; i++) b->change[i] = spread(0.0);",
        *_timed(tableau.times[0], timed),
        "  solve(b->lu, b->f, b->change, b->stage[0]);",
    ]
    for index in range(1, tableau.stages):
        goes_on = f"b->reached[i] + b->stage[{index - 1}][i]"
        start = goes_on if continues(tableau, index) else _sum("b->y[i]", tableau.a[index])
        lines += [
            "  UNROLLED",
            "  for (int i = 0; i < STATES; i++) {",
            f"    b->reached[i] = {start};",
            f"    b->change[i] = b->inverse * ({_sum('', tableau.c[index])});",
            "  }",
            *_timed(tableau.times[index], timed),
            "  for (int64_t j = 0; j < task->inputs; j++)",
            "    b->change[task->input_states[j]] += b->inflow[task->input_states[j]];",
            f"  slope(b->t + {tableau.nodes[index]!r} * b->tried, grazing ? lifted(task, b) : b->reached, b->fixed,"
            f" b->stage[{index}]);",
            f"  solve(b->lu, b->stage[{index}], b->change, b->stage[{index}]);",
        ]
    last = f"  for (int i = 0; i < STATES; i++) b->reached[i] += b->stage[{tableau.stages - 1}][i];"
    return "\n".join([*lines, last, "}"])


def continues(tableau: Tableau, index: int) -> bool:
    """Return whether a stage starts at the states of the stage before plus that stage."""
    row, before = tableau.a[index], tableau.a[index - 1]
    return index > 1 and row[:-1] == before and row[-1] == 1.0


def interpolate_text(tableau: Tableau) -> str:
    """Return the two functions of dense output: each stage's weight at one moment, and coefficients for many."""
    powers = [
        f"{' + v * ('.join(repr(row[stage]) for row in tableau.dense)}{')' * (len(tableau.dense) - 1)}"
        for stage in range(tableau.stages)
    ]
    lines = [
        "static inline void weigh(vec v, vec *weights) {",
        "  vec bow = v * (1.0 - v);",
        *(f"  weights[{stage}] = bow * ({power});" for stage, power in enumerate(powers)),
        "}",
        "",
        "static __attribute__((noinline)) void interpolate(const struct bundle *b, vec bends[DENSE][STATES]) {",
        "  for (int i = 0; i < STATES; i++) {",
        *(f"    bends[{index}][i] = {_sum('', row)};" for index, row in enumerate(tableau.dense)),
        "  }",
        "}",
    ]
    return "\n".join(lines)


def _timed(weight: float, timed: Sequence[int]) -> list[str]:
    return [f"  b->change[{row}] += {weight!r} * b->tried * b->ft[{row}];" for row in timed if weight != 0.0]


def _sum(first: str, weights: Sequence[float]) -> str:
    terms = [f"{weight!r} * b->stage[{index}][i]" for index, weight in enumerate(weights) if weight != 0.0]
    return " + ".join([first, *terms] if first else terms)
