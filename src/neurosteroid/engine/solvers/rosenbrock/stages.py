"""The stages of a Rosenbrock step as C text, printed from a tableau."""

from __future__ import annotations

from collections.abc import Sequence

from neurosteroid.engine.solvers.rosenbrock.tableau import Tableau


def attempt_text(tableau: Tableau, *, timed: bool) -> str:
    """Return the function that computes all stages of a step and the states it would reach."""
    lines = [
        "static __attribute__((noinline)) void attempt(const struct task *task, const struct bundle *b, vec h,",
        "    vec inverse, const vec *f, const vec *ft, const vec *lu, vec stage[STAGES][STATES], vec *u) {",
        "  vec change[STATES];",
        f"  for (int i = 0; i < STATES; i++) stage[0][i] = f[i]{_timed(tableau.times[0], timed)};",
        "  solve(lu, stage[0]);",
    ]
    for index in range(1, tableau.stages):
        row, before = tableau.a[index], tableau.a[index - 1]
        goes_on = index > 1 and row[:-1] == before and row[-1] == 1.0
        start = f"u[i] + stage[{index - 1}][i]" if goes_on else _sum("b->y[i]", row)
        change = _sum("", tableau.c[index])
        lines += [
            "  for (int i = 0; i < STATES; i++) {",
            f"    u[i] = {start};",
            f"    change[i] = inverse * ({change}){_timed(tableau.times[index], timed)};",
            "  }",
            f"  slope(b->t + {tableau.nodes[index]!r} * h, u, b->fixed, stage[{index}]);",
            "  for (int64_t j = 0; j < task->inputs; j++)",
            f"    stage[{index}][task->input_states[j]] += b->inflow[task->input_states[j]];",
            f"  for (int i = 0; i < STATES; i++) stage[{index}][i] += change[i];",
            f"  solve(lu, stage[{index}]);",
        ]
    lines += [f"  for (int i = 0; i < STATES; i++) u[i] += stage[{tableau.stages - 1}][i];", "}"]
    return "\n".join(lines)


def interpolate_text(tableau: Tableau) -> str:
    """Return the function that computes the coefficients of the dense output."""
    lines = [
        "static __attribute__((noinline)) void interpolate(vec stage[STAGES][STATES], vec bends[DENSE][STATES]) {",
        "  for (int i = 0; i < STATES; i++) {",
        *(f"    bends[{index}][i] = {_sum('', row)};" for index, row in enumerate(tableau.dense)),
        "  }",
        "}",
    ]
    return "\n".join(lines)


def _timed(weight: float, timed: bool) -> str:
    return f" + {weight!r} * h * ft[i]" if timed and weight != 0.0 else ""


def _sum(first: str, weights: Sequence[float]) -> str:
    terms = [f"{weight!r} * stage[{index}][i]" for index, weight in enumerate(weights) if weight != 0.0]
    return " + ".join([first, *terms] if first else terms)
