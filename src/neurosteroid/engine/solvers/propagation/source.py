"""The C text of a system's propagation: generated equations between fixed files."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from neurosteroid.engine.solvers.propagation.reading import Reading
from neurosteroid.engine.solvers.rosenbrock.printing import Printer


def write_source(reading: Reading) -> str:
    """Return one translation unit with the functions ``propagate`` and ``lanes``."""
    states, parameters, covariates = reading.sizes
    printer = Printer(reading.tape)
    results, count = reading.tape.results, len(reading.places)
    matrix = [f"matrix[{row * states + column}]" for row, column in reading.places]
    targets = [*matrix, *(f"constant[{row}]" for row in range(states)), *(f"initial[{row}]" for row in range(states))]
    equations = [f"  for (int i = 0; i < {states * states}; i++) matrix[i] = spread(0.0);"]
    equations += printer.body(results[: count + 2 * states], targets)
    read = printer.body(results[count + 2 * states :], [f"row[{index}]" for index in range(reading.values)])
    defines = {
        "STATES": states,
        "VALUES": reading.values,
        "FIXED": max(printer.fixed_count, 1),
        "PARAMETERS": max(parameters, 1),
        "COVARIATES": max(covariates, 1),
        "PARAMETER_COUNT": parameters,
        "COVARIATE_COUNT": covariates,
    }
    sections = [
        _read("rosenbrock", "lanes.h"),
        "\n".join(f"#define {name} {value}" for name, value in defines.items()),
        _function("void prepare(const vec *p, const vec *u, vec *fixed)", printer.fixed_lines()),
        _function("void equations(const vec *fixed, vec *matrix, vec *constant, vec *initial)", equations),
        _function("void read(vec t, const vec *y, const vec *fixed, vec *row)", read),
        _read("propagation", "lines.c"),
        _read("propagation", "propagator.c"),
        _read("propagation", "propagate.c"),
    ]
    return "\n\n".join(sections)


def _function(head: str, lines: Sequence[str]) -> str:
    return "\n".join([f"static inline {head} {{", *lines, "}"])


def _read(folder: str, name: str) -> str:
    return files(f"neurosteroid.engine.solvers.{folder}").joinpath(name).read_text(encoding="utf-8")
