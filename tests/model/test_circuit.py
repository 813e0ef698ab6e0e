import math

import numpy as np
import pytest

import neurosteroid
from neurosteroid.errors import InputError, UnitError, UnknownNameError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.circuit import circuit, circuit_names
from neurosteroid.model.circuit_activity import CircuitActivity
from neurosteroid.model.circuit_cells import TRANSMITTER
from neurosteroid.model.circuit_networks import Stream, generator, network_of
from neurosteroid.model.circuit_start import cycles
from neurosteroid.model.circuit_words import title_of
from neurosteroid.model.neuron_steroid import synapse_with, tonic_multiplier
from neurosteroid.reports.circuit_figure import ratio_ticks


@pytest.fixture(scope="module")
def beta() -> CircuitActivity:
    return circuit("cortex", "220 nmol/L", "published").run("3 s", 3)


def test_every_circuit_has_500_cells_or_more_unless_as_published() -> None:
    assert circuit_names() == ["amygdala", "cortex", "hippocampus"]
    for name in circuit_names():
        assert sum(each.count for each in circuit(name).plain.cells) >= 500
    assert neurosteroid.circuit is circuit


def test_the_cortical_circuit_makes_beta_with_all_cells_in_it(beta: CircuitActivity) -> None:
    assert 15 < beta["beta peak"].without.mean < 30
    assert beta["beta power"].without.mean > 10 * beta["theta power"].without.mean
    assert beta["fast synchrony"].without.mean > 0.9


def test_the_amygdala_circuit_makes_theta_with_gamma_in_it() -> None:
    found = circuit("amygdala", variant="published").run("3 s", 1)
    # Slow cells gather in clusters: theta is as fast as they, or twice as fast where two clusters alternate.
    peak, slow = found["theta peak"].without.mean, found["slow rate"].without.mean
    assert min(abs(peak - slow), abs(peak - 2 * slow)) < 0.75
    frequency, power = found.columns["frequency"], found.columns["power without"]
    assert power[abs(frequency - peak) < 1].max() > 30 * power[(frequency > 2.4) & (frequency < 3.6)].max()
    assert 30 < found["excitatory rate"].without.mean < 90
    assert 4 < found["slow rate"].without.mean < 6
    assert found["theta power"].change.mean == 1.0  # nothing was changed, so it was run once
    assert np.isnan(found["theta power"].without.low)  # one seed gives no interval


def test_a_steroid_enters_by_the_link_of_single_neurons() -> None:
    found, ledger = circuit("amygdala", "50 nmol/L"), Ledger()
    for population, isoform in (("excitatory", "a4b2d"), ("fast", "a1b2d")):
        expected, _ = tonic_multiplier(isoform, 0.2, 0.2, 50.0, ledger)
        assert found.changed.by.tonic[population] == pytest.approx(expected, rel=1e-12)
        assert found.plain.by.tonic[population] == 1.0
    assert "slow" not in found.changed.by.tonic
    events = synapse_with(50.0, "jones-westbrook", None, 1.0, 1.0, ledger)
    assert (found.changed.by.amplitude, found.changed.by.decay) == (events.amplitude, events.decay)
    names = found.changed.cells[1].system.parameter_names
    values = dict(zip(names, found.changed.cells[1].system.parameter_defaults, strict=True))
    assert values["synapse.decay_multiplier"] == events.decay
    # 0.5 nS on a cylinder of 56.42 by 56.42 um
    assert values["input.tonic_conductance"] == pytest.approx(0.5e-6 / (math.pi * 56.42e-4**2), rel=1e-3)


def test_multipliers_of_synapses_keep_what_they_say() -> None:
    plain, changed = (circuit("cortex", amplitude=a, decay=d) for a, d in ((1.0, 1.0), (1.5, 2.0)))
    excitatory, fast = ([part.changed.cells[place] for part in (plain, changed)] for place in (0, 1))
    assert excitatory[0].released == excitatory[1].released == 1.0
    weights = [{(link.source, link.target): link.weight for link in part.changed.links} for part in (plain, changed)]
    assert weights[0]["excitatory", "fast"] == weights[1]["excitatory", "fast"] == 0.5
    # a longer decay alone would raise the peak of an event, so the weight grows by less than 1.5
    assert 1.4 < fast[1].released < 1.5
    assert weights[1]["fast", "excitatory"] == pytest.approx(weights[0]["fast", "excitatory"] * fast[1].released)


def test_conditions_share_all_that_is_random() -> None:
    found = circuit("cortex", "220 nmol/L")
    start = cycles(found.plain.cells, found.protocol, "auto")
    one, other, next_ = (
        network_of(condition.cells, condition.links, seed, start, 3000.0)
        for condition, seed in ((found.plain, 1), (found.changed, 1), (found.plain, 2))
    )
    for first, second, third in zip(one.populations, other.populations, next_.populations, strict=True):
        np.testing.assert_array_equal(first.initial, second.initial)
        assert not np.array_equal(first.initial, third.initial)
    np.testing.assert_array_equal(one.jumps[0].times, other.jumps[0].times)
    assert (one.jumps[0].population, one.jumps[0].state) == ("excitatory", TRANSMITTER)
    assert len(one.jumps[0].times) == pytest.approx(400 * 60 * 3, abs=5 * math.sqrt(400 * 60 * 3))
    shorter = network_of(found.plain.cells, found.plain.links, 1, start, 2000.0).jumps[0]
    np.testing.assert_array_equal(shorter.times, one.jumps[0].times[: len(shorter.times)])
    assert generator(1, 0, Stream.DRIVE).random() != generator(1, 1, Stream.DRIVE).random()


def test_settling_is_several_times_the_slowest_gate() -> None:
    values = library().card("oriens-cell", "neurons").variant(None).numbers
    a, b, c, d = (
        values[f"r_{key}"].value for key in ("closing_offset", "closing_slope", "opening_offset", "opening_slope")
    )
    voltage = np.linspace(-100.0, 50.0, 1501)
    slowest = (1.0 / (np.exp(-a - b * voltage) + np.exp(-c + d * voltage))).max()
    assert circuit("amygdala").protocol.settling > 4 * slowest


def test_threads_and_repeats_change_nothing() -> None:
    first, second = (circuit("cortex", "50 nmol/L", "published").run("2 s", 2, threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(first.spectra["with"], second.spectra["with"])
    assert first.by_seed["excitatory rate"]["without"].tolist() == second.by_seed["excitatory rate"]["without"].tolist()
    alone = circuit("cortex", "50 nmol/L", "published").run("2 s", 1, first_seed=2)
    np.testing.assert_array_equal(alone.spectra["with"][0], first.spectra["with"][1])


def test_what_is_given_back_is_whole(beta: CircuitActivity) -> None:
    frame = beta.to_frame()
    assert next(iter(frame.columns)) == "frequency (Hz)"
    assert frame["frequency (Hz)"].max() <= 100.0
    assert (frame["power with, low ((uA/cm^2)^2/Hz)"] <= frame["power with ((uA/cm^2)^2/Hz)"]).all()
    table = beta.measures_frame().set_index("measure")
    power = beta.by_seed["beta power"]
    expected = np.exp(np.mean(np.log(power["with"] / power["without"])))
    assert table.loc["beta power", "change"] == pytest.approx(expected, rel=1e-12)
    rates = beta.by_seed["fast rate"]
    half = 4.302652729911275 * np.std(rates["with"], ddof=1) / math.sqrt(3)  # Student's t of 2 degrees, 97.5 %
    half = max(half, 0.5 / (10 * 3))  # half a spike of one of 10 cells in 3 s
    assert beta["fast rate"].with_.high - beta["fast rate"].with_.mean == pytest.approx(half, rel=1e-9)
    assert {number.card for number, _ in beta.sources()} >= {"cortex", "gaba-input", "circuit-recording"}
    assert all(raster.times.max() < 1000.0 for raster in beta.rasters["with"].values())
    assert beta.plain()["measures"][0]["name"] == "excitatory rate"
    with pytest.raises(UnknownNameError, match="beta power"):
        beta["beta pwer"]


def test_gaba_alone_can_be_changed() -> None:
    found = circuit("cortex", variant="published", tonic=5.0, synapse=None)
    assert found.changed.by.tonic == {"excitatory": 5.0, "fast": 5.0}
    assert found.plain.by.tonic == {"excitatory": 1.0, "fast": 1.0}
    ambient = circuit("cortex", "50 nmol/L", ambient="1 umol/L")
    assert ambient.plain.by.tonic["fast"] > 1.0
    assert ambient.changed.by.tonic["fast"] > ambient.plain.by.tonic["fast"]
    given = circuit("cortex", tonic=5.0, ambient="1 umol/L")
    assert given.plain.by.tonic == ambient.plain.by.tonic
    assert given.changed.by.tonic["fast"] == pytest.approx(5.0 * given.plain.by.tonic["fast"], rel=1e-12)
    assert "x5 on fast cells" in title_of(given)
    credited = ambient.changed.by.tonic["fast"] / ambient.plain.by.tonic["fast"]
    assert f"x{credited:.3g} on fast cells" in title_of(ambient)
    assert circuit("cortex", "50 nmol/L", synapse=None).changed.by.decay == 1.0


def test_wrong_input_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="amygdala"):
        circuit("amygdale")
    with pytest.raises(UnknownNameError):
        circuit("amygdala", variant="big")
    with pytest.raises(InputError, match="below zero"):
        circuit("amygdala", "-1 nmol/L")
    with pytest.raises(UnitError):
        circuit("amygdala", "5 mV")
    with pytest.raises(InputError, match="not above zero"):
        circuit("amygdala", decay=0.0)
    with pytest.raises(UnknownNameError, match="jones-westbrook"):
        circuit("amygdala", synapse="jones")
    with pytest.raises(InputError, match="highest multiplier"):
        circuit("amygdala", decay=1e6)
    with pytest.raises(InputError, match="above 100000 nmol/L"):
        circuit("amygdala", "1 mol/L")
    with pytest.raises(InputError, match="above 1000 umol/L"):
        circuit("amygdala", ambient="2 mmol/L")
    found = circuit("cortex", variant="published")
    with pytest.raises(InputError, match="shorter than one stretch"):
        found.run("1 s", 1)
    with pytest.raises(InputError, match="seeds"):
        found.run("2 s", 0)
    for asked in (("1e9 s", 1, None), ("2 s", 100_000_000, None), ("2 s", 1, "0.0000001 ms")):
        with pytest.raises(InputError, match="steps of the network, more than"):
            found.run(*asked[:2], step=asked[2])
    with pytest.raises(InputError, match="longer than"):
        found.run("2 s", 1, step="0.1 ms")
    with pytest.raises(InputError, match="first_seed"):
        found.run("2 s", 1, first_seed=-1)


def test_a_run_without_steroid_is_taken_over(beta: CircuitActivity) -> None:
    told: list[tuple[int, int]] = []
    other = circuit("cortex", "50 nmol/L", "published")
    found = other.run("3 s", 3, beside=beta, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert found.by_seed["fast rate"]["without"].tolist() == beta.by_seed["fast rate"]["without"].tolist()
    assert found["beta power"].with_.mean != beta["beta power"].with_.mean
    assert found.rasters["without"] is beta.rasters["without"]
    with pytest.raises(InputError, match="beside"):
        other.run("3 s", 2, beside=beta)
    with pytest.raises(InputError, match="beside"):
        circuit("cortex", "50 nmol/L", "published", ambient="1 umol/L").run("3 s", 3, beside=beta)


def test_few_seeds_are_said_and_no_interval_leaves_what_is_possible() -> None:
    found = circuit("hippocampus", variant="published").run("2 s", 2)
    assert any("12.7 standard errors" in note for note in found.notes)
    bands = circuit("hippocampus").protocol.bands
    for each in found.measures:
        ends = (0.0, 1.0) if each.name.endswith("synchrony") else (0.0, np.inf)
        if each.name.endswith(" peak"):
            ends = bands[each.name.removesuffix(" peak")]
        for estimate in (each.with_, each.without):
            if np.isfinite(estimate.low):
                assert ends[0] <= estimate.low <= estimate.mean * (1 + 1e-12) <= estimate.high * (1 + 2e-12), each.name
                assert estimate.high <= ends[1], each.name
    assert all(
        (values <= 1.0).all() for name, both in found.by_seed.items() if "synchrony" in name for values in both.values()
    )
    # the axis holds to the curves, not to a band over decades
    axes = found.plot().axes[0]
    power = found.columns["power without"][found.columns["frequency"] >= 1.0]
    assert axes.get_ylim()[1] <= 11 * power.max()
    # and the seeds themselves are drawn, as an interval of two would cover the panel
    assert not axes.collections
    assert sum(line.get_linewidth() == 0.5 for line in axes.lines) == 2


@pytest.mark.parametrize(("low", "high"), [(0.3, 10.0), (0.7, 1.4), (1e-3, 1e3), (0.15, 1.2)])
def test_numbers_of_ratios_do_not_meet(low: float, high: float) -> None:
    ticks = np.array(ratio_ticks(low, high))
    assert 1.0 in ticks
    assert np.all((ticks > low) & (ticks < high))
    assert np.all(np.diff(np.log(ticks)) >= 0.16 * np.log(high / low))
