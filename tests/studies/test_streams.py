"""Random streams: a woman's numbers are hers, whoever else is drawn."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.evidence import Ledger
from neurosteroid.model import ModelChoice, assemble
from neurosteroid.studies import population
from neurosteroid.studies.streams import Stream, generator, uniforms


def test_the_seed_is_that_of_a_spawned_sequence():
    child = np.random.SeedSequence(7).spawn(5)[4].spawn(4)[Stream.EVENTS]
    expected = np.random.Generator(np.random.PCG64(child)).random(3)
    assert np.array_equal(generator(7, 4, Stream.EVENTS).random(3), expected)


@given(
    st.integers(0, 2**160),
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=5),
    st.sampled_from(Stream),
    st.integers(1, 9),
)
def test_the_draws_of_many_are_those_of_numpy_bit_for_bit(seed, people, stream, count):
    one_by_one = [generator(seed, person, stream).random(count) for person in people]
    assert np.array_equal(uniforms(seed, people, stream, count), one_by_one)


def test_streams_of_one_woman_differ():
    found = [uniforms(7, [3], stream, 4)[0] for stream in Stream]
    assert len({tuple(row) for row in found}) == len(Stream)


def test_a_woman_is_the_same_in_any_population_and_order():
    assembly = assemble()
    all_of_them = population("postpartum", size=40, seed=7).draw(assembly, Ledger())
    some = population("postpartum", size=1000, seed=7).draw(assembly, Ledger(), [31, 2])
    assert np.array_equal(some.weight, all_of_them.weight[[31, 2]])
    for name, values in some.parameters.items():
        assert np.array_equal(values, all_of_them.parameters[name][[31, 2]]), name
    assert some.names == ("P-00032", "P-00003")


def test_another_seed_is_another_population():
    assembly = assemble()
    one, other = (population("postpartum", size=20, seed=seed).draw(assembly, Ledger()) for seed in (1, 2))
    assert not np.any(one.weight == other.weight)


def test_drawn_weights_have_the_published_median_spread_and_range():
    women = population("postpartum", size=4000, seed=3).draw(assemble(), Ledger())
    assert 44.9 <= women.weight.min() < women.weight.max() <= 150.0
    # 4000 women: standard error of the median about 0.45 kg, of the SD about 0.25 kg
    assert abs(np.median(women.weight) - 82.9) < 1.4
    assert abs(women.weight.std() - 22.0) < 0.9
    assert 18.0 <= women.age.min() < women.age.max() <= 42.0
    assert abs(np.corrcoef(women.weight, women.age)[0, 1]) < 0.06


def test_a_woman_is_the_same_in_every_variant_of_the_model():
    """A variant without spread of clearance must not hand its draws on to the score and the response."""
    women = population("postpartum", size=5, seed=3)
    default = women.draw(assemble(), Ledger())
    label = women.draw(assemble(ModelChoice(pharmacokinetics="label")), Ledger())
    assert "disposition.eta_clearance" in default.parameters
    assert "disposition.eta_clearance" not in label.parameters
    assert np.array_equal(default.weight, label.weight)
    for name, column in label.parameters.items():
        assert np.array_equal(column, default.parameters[name]), name
