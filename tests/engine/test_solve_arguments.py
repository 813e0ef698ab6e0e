"""The arguments of `solve`: what cannot be meant is refused in a sentence, whatever the method."""

import pytest

from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import METHODS, solve
from neurosteroid.errors import InputError
from tests.engine.native_parts import compartments, weights


def run(**changes):
    system = compartments()
    given = {"parameters": system.parameters(1), "covariates": weights(1), "output_times": [0.0, 1.0]}
    return system, solve(system, **given | changes)


@pytest.mark.parametrize("threads", [0, -1, 1.5, "2", True])
@pytest.mark.parametrize("more", [{}, {"sensitivities": compartments().parameter_names[:1]}])
@pytest.mark.parametrize("method", METHODS)
def test_threads(method, more, threads):
    with pytest.raises(InputError, match=r"threads is .*; give 1 or more"):
        run(method=method, threads=threads, **more)


@pytest.mark.parametrize("method", METHODS)
def test_buffer(method):
    with pytest.raises(InputError, match="buffer is 'x'; give an array"):
        run(method=method, buffer="x")


def test_records_beside_lists_of_records():
    reset = Record(0.0, evid=3)
    with pytest.raises(InputError, match="records and lists of records stand side by side"):
        run(schedules=[reset, [reset]])
    with pytest.raises(InputError, match="2 schedules for 1 people"):
        run(schedules=[[reset], [reset]])


@pytest.mark.parametrize("what", ["outputs", "sensitivities"])
def test_one_text_in_place_of_a_list(what):
    with pytest.raises(InputError, match=rf"{what} is the text 'central'; give a list of names, such as \['central'\]"):
        run(**{what: "central"})


def test_one_text_in_place_of_a_list_asked_of_a_solution():
    said = r"outputs is the text 'central'; give a list of names"
    system, solution = run()
    _, kept = run(outputs=list(system.output_names[:1]))
    _, sloped = run(sensitivities=list(system.parameter_names[:1]))
    for ask in (solution.outputs, solution.keeping, kept.outputs, sloped.outputs_sensitivities):
        with pytest.raises(InputError, match=said):
            ask("central")
