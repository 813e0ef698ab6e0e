import math

import numpy as np
import pytest

import neurosteroid
from neurosteroid.engine import Tolerances, solve
from neurosteroid.errors import InputError, UnitError, UnknownNameError
from neurosteroid.evidence import library
from neurosteroid.model.neuron import neuron
from neurosteroid.model.neuron_definitions import regime


def test_a_granule_cell_rests_where_its_leak_does_and_its_resistance_is_that_of_its_leaks() -> None:
    found = neuron("dentate-granule").currents()
    cell = neuron("dentate-granule", tonic="0 nS")
    resistance = float(cell.currents()["input resistance"])
    # soma of 887 um^2 at 0.04 mS/cm^2 in parallel with dendrites of 5.72 nS behind 40 nS: 186 MOhm; the channels that
    # are open at rest take a few per cent of it
    passive = 1e3 / (0.3547 + 1 / (1 / 5.72 + 1 / 40))
    assert 0.9 * passive < resistance <= passive
    assert float(found["resting potential"]) == pytest.approx(-70.0, abs=1.0)
    assert found["regime"] == "shunting"


def test_a_step_that_divides_no_round_time_serves_as_well() -> None:
    odd, usual = (neuron("pyramidal", step=each) for each in ("0.013 ms", "0.0125 ms"))
    for name in ("resting potential", "input resistance"):
        assert float(odd.currents()[name]) == pytest.approx(float(usual.currents()[name]), rel=1e-6)
    assert float(odd.fi(points=2)["rheobase"]) == pytest.approx(float(usual.fi(points=2)["rheobase"]), rel=5e-3)
    assert float(odd.ipsc()["peak current"]) == pytest.approx(float(usual.ipsc()["peak current"]), rel=5e-3)


def test_tonic_current_is_conductance_times_driving_force() -> None:
    found = neuron("pyramidal", tonic="3 nS").currents()
    assert float(found["tonic current"]) == pytest.approx(3.0 * float(found["driving force"]), rel=1e-12)


def test_steroid_raises_tonic_conductance_and_rheobase_and_lowers_input_resistance() -> None:
    without, treated = (neuron("dentate-granule", steroid=each) for each in ("0 nmol/L", "200 nmol/L"))
    one, other = without.currents(), treated.currents()
    assert float(other["tonic conductance"]) > 2 * float(one["tonic conductance"])
    assert float(other["input resistance"]) < float(one["input resistance"])
    assert float(treated.fi(points=2)["rheobase"]) > float(without.fi(points=2)["rheobase"])


def test_ambient_gaba_moves_the_tonic_conductance_over_the_disputed_range() -> None:
    tonic = [float(neuron("dentate-granule", ambient=each).currents()["tonic conductance"]) for each in
             ("0.1 umol/L", "0.2 umol/L", "2.5 umol/L")]  # fmt: skip
    assert tonic == sorted(tonic)
    assert tonic[1] == pytest.approx(0.2, rel=1e-12)


def test_tonic_conductance_that_needs_no_gaba_does_not_change_with_it() -> None:
    low, high = (neuron("dentate-granule", "gaba-independent", ambient=each).currents() for each in
                 ("0.1 umol/L", "2.5 umol/L"))  # fmt: skip
    assert float(high["tonic conductance"]) - float(low["tonic conductance"]) < 0.04 * 200
    assert float(low["tonic conductance"]) > 0.16


def test_an_event_has_its_peak_decay_and_charge() -> None:
    found = neuron("dentate-granule").ipsc(hold="0 mV")
    reversal = float(neuron("dentate-granule").currents()["GABA reversal"])
    assert float(found["peak current"]) == pytest.approx(1.6 * -reversal, rel=2e-3)  # rows stand 0.1 ms apart
    rise, decay = 0.26, 5.5
    peak = rise * decay / (decay - rise) * np.log(decay / rise)
    area = (decay - rise) / (np.exp(-peak / decay) - np.exp(-peak / rise))
    assert float(found["charge"]) == pytest.approx(1.6 * -reversal * area / 1e3, rel=1e-3)
    assert decay < float(found["time to 1/e"]) < decay + 2 * rise


@pytest.mark.parametrize("decay", [30.0, 300.0])
def test_a_run_is_as_long_as_its_event(decay: float) -> None:
    # chloride is held, so the charge is the driving force times the area of the event: g n (tau_decay - tau_rise)
    cell = neuron("dentate-granule", decay=decay)
    found = cell.ipsc(hold="0 mV")
    rise, fall, force = 0.26, 5.5 * decay, -cell.currents()["GABA reversal"]
    peak = rise * fall / (fall - rise) * math.log(fall / rise)
    area = 1.6 / (math.exp(-peak / fall) - math.exp(-peak / rise)) * (fall - rise)
    # trapezoids of 0.1 ms, where the rise takes 0.26 ms of an event of hundreds
    assert found["charge"] == pytest.approx(force * area * 1e-3, rel=1e-4)
    assert abs(found["current"][-1]) < 1e-6 * found["peak current"]


def test_a_longer_decay_carries_more_charge() -> None:
    usual, longer = (neuron("dentate-granule", decay=each).ipsc(hold="0 mV") for each in (1.0, 2.0))
    assert float(longer["charge"]) > 1.8 * float(usual["charge"])
    assert float(longer["peak current"]) == pytest.approx(float(usual["peak current"]), rel=5e-3)


def test_gaba_depolarises_an_immature_cell() -> None:
    found = neuron("dentate-granule", "immature").ipsc()
    assert found["regime"] == "depolarising"
    assert float(found["potential"]) > 0.5
    assert float(neuron("pyramidal").ipsc()["potential"]) < 0


def test_rates_rise_with_current_from_the_rheobase_on() -> None:
    cell = neuron("fast-spiking")
    found = cell.fi(points=9)
    rates, currents = np.asarray(found["rate"]), np.asarray(found["current"])
    assert (rates[currents < float(found["rheobase"])] == 0).all()
    assert (np.diff(rates[currents >= float(found["rheobase"])]) > 0).all()
    assert found.to_frame().columns[0] == "current (pA)"
    assert {number.key for number, _ in found.sources()} >= {"sodium_conductance", "chloride_inside"}


def test_at_rest_moving_chloride_has_settled() -> None:
    cell = neuron("pyramidal", "carried-chloride", steroid="220 nmol/L", tonic="5 nS")
    found = cell.currents()
    # followed for half an hour by a solver of another kind; KCC2 needs about 85 s
    long = solve(
        cell.system,
        parameters=cell.parameters[None],
        output_times=[0.0, 1.8e6],
        tolerances=Tolerances(relative=1e-9, absolute=1e-9),
    ).require_complete()
    names = {"membrane.voltage": "resting potential", "gaba.reversal": "GABA reversal"}
    after = long.outputs(list(names))
    for name, shown in names.items():
        assert float(found[shown]) == pytest.approx(float(after[name][0, -1]), abs=1e-5)


def test_a_clamp_holds_the_membrane_while_chloride_moves() -> None:
    count, gap, hold, step = 20, 5.0, 0.0, 0.01
    cell = neuron("dentate-granule", "moving-chloride", amplitude=60.0)
    found, rest = cell.ipsc(hold="0 mV", count=count, interval="5 ms"), cell.currents()
    card = library().card("chloride", "neurons").variant("relaxing").numbers
    own = {key: card[key].value for key in card}
    values = dict(zip(cell.system.parameter_names, cell.parameters.tolist(), strict=True))
    area, diameter = np.pi * values["shape.diameter"] * values["shape.length"], values["shape.diameter"]
    nernst, volume, faraday = 8.314462618 * 310.15 / 96.48533212, area * diameter / 4, 96485.33212
    share_in, share_out = (own["permeability_ratio"] * own[f"bicarbonate_{side}"] for side in ("inside", "outside"))
    bicarbonate = nernst * np.log(own["bicarbonate_inside"] / own["bicarbonate_outside"])
    times = np.arange(0.0, 249.5, step)
    rise, decay = values["gaba.rise"], values["gaba.decay"]
    peak = rise * decay / (decay - rise) * np.log(decay / rise)
    since = times[:, None] - 5.0 - gap * np.arange(count)
    shape = np.where(since >= 0, np.exp(-np.abs(since) / decay) - np.exp(-np.abs(since) / rise), 0.0).sum(axis=1)
    phasic = 60 * values["gaba.synaptic_conductance"] * shape / (np.exp(-peak / decay) - np.exp(-peak / rise))
    outside = own["chloride_outside"]
    chloride = outside * np.exp(float(rest["chloride reversal"]) / nernst)
    currents = []
    for conductance in phasic:
        anions, alone = (chloride + share_in) / (outside + share_out), nernst * np.log(chloride / outside)
        gaba = nernst * np.log(anions)
        currents.append(conductance * (hold - gaba))
        through = (conductance + float(rest["tonic conductance"])) * (bicarbonate - gaba) / (bicarbonate - alone)
        entering = through * (hold - alone) * 1e3 / faraday / volume
        chloride += step * (entering + (own["resting_chloride"] - chloride) / own["time_constant"])
    # Euler with 0.01 ms beside rows that stand 0.1 ms apart
    assert float(found["peak current"]) == pytest.approx(max(currents), rel=3e-3)
    free = np.max(np.asarray(found["conductance"])) * -float(rest["GABA reversal"])
    assert float(found["peak current"]) < 0.98 * free


def test_the_time_to_1_e_is_given_for_one_event_only() -> None:
    cell = neuron("dentate-granule")
    assert "time to 1/e" in cell.ipsc().scalars
    assert "time to 1/e" not in cell.ipsc(count=2).scalars


def test_a_tonic_conductance_follows_the_steady_state_of_its_receptor() -> None:
    found = neuron("dentate-granule", ambient="1 umol/L", steroid="200 nmol/L").currents()
    card = library().card("a4b2d", "receptors").variant(None).numbers
    lent = library().card("a1b2g2", "receptors").variant(None).numbers  # the site that only desensitises is borrowed
    ratio, quotient = card["closed_open_ratio"].value, card["open_desensitised_ratio"].value

    def factor(level: float, affinity: str, efficacy: str) -> float:
        bound = level / card[affinity].value
        return float(((1 + bound) / (1 + bound / card[efficacy].value)) ** 2)

    def opened(gaba: float, steroid: float) -> float:
        gabas = factor(gaba, "GABA.agonist.affinity", "GABA.agonist.efficacy_ratio")
        both = gabas * factor(steroid, "allopregnanolone.steroid.affinity", "allopregnanolone.steroid.efficacy_ratio")
        bound = steroid / lent["allopregnanolone.steroid-beta-desensitising.affinity"].value
        apart = lent["allopregnanolone.steroid-beta-desensitising.desensitised_ratio"].value
        places = lent["steroid-beta-desensitising.sites"].value
        trapping = ((1 + bound / apart) / (1 + bound)) ** places / quotient
        return float(1 / (1 + trapping + ratio * both))

    expected = opened(1.0, 200.0) / opened(0.2, 0.0)
    assert float(found["tonic multiplier"]) == pytest.approx(expected, rel=1e-12)
    assert "steady state" in found.notes[0]
    assert "a4b2d.open_desensitised_ratio" in found.plain()["assumed"]


def test_a_steroid_reaches_the_synapse_only_through_a_scheme_and_says_so() -> None:
    plain = neuron("dentate-granule").ipsc(hold="0 mV")
    tonic = neuron("dentate-granule", steroid="480 nmol/L").ipsc(hold="0 mV")
    assert "on the tonic conductance only" in tonic.title
    assert "tonic conductance only" in tonic.notes[0]
    assert tonic["decay multiplier"] == tonic["amplitude multiplier"] == 1.0
    cell = neuron("dentate-granule", steroid="480 nmol/L", synapse="jones-westbrook")
    slower = cell.ipsc(hold="0 mV")
    # 480 nmol/L leaves half of both closing rates, for which the card gives 1.88 and 1.06
    assert float(slower["decay multiplier"]) == pytest.approx(1.88, abs=0.02)
    assert float(slower["amplitude multiplier"]) == pytest.approx(1.06, abs=0.01)
    assert float(slower["peak current"]) > 1.04 * float(tonic["peak current"])
    assert float(slower["time to 1/e"]) > 1.8 * float(plain["time to 1/e"])
    assert "jones-westbrook, slower-closing" in slower.title
    assert not slower.notes
    assert "steroid-on-rates.saturating_factor" in slower.plain()["assumed"]
    assert [choice.where for choice in cell.ledger.choices if "rates" in choice.where] == [
        "steroid-on-rates.slower-closing"
    ]


def test_a_scheme_without_steroid_changes_nothing_and_given_multipliers_come_on_top() -> None:
    without = neuron("dentate-granule", synapse="jones-westbrook", decay=1.5, amplitude=0.5).ipsc()
    assert float(without["decay multiplier"]) == pytest.approx(1.5, rel=1e-12)
    assert float(without["amplitude multiplier"]) == pytest.approx(0.5, rel=1e-12)
    assert "x1.5 (jones-westbrook, slower-closing, given)" in without.title


@pytest.mark.parametrize("name", ["dentate-granule", "pyramidal", "fast-spiking"])
def test_the_threshold_hardly_depends_on_the_step(name: str) -> None:
    fine, usual, coarse = (float(neuron(name, step=step).currents()["threshold"]) for step in
                           ("0.00625 ms", "0.0125 ms", "0.05 ms"))  # fmt: skip
    assert usual == pytest.approx(fine, abs=0.1)
    assert coarse == pytest.approx(fine, abs=0.5)


def test_an_immature_pyramidal_cell_differs_in_chloride_inside_alone() -> None:
    old, young = (neuron("pyramidal", variant) for variant in ("mature", "immature"))
    pairs = zip(old.system.parameter_names, old.parameters, young.parameters, strict=True)
    assert [name for name, one, other in pairs if one != other] == ["chloride.chloride_inside"]


def test_interneurons_have_the_isoform_proposed_for_them() -> None:
    assert {number.card for number in neuron("fast-spiking").ledger.numbers} >= {"a1b2d", "experiments"}


def test_chloride_rests_lower_with_more_kcc2() -> None:
    found = neuron("pyramidal").chloride(points=4)
    assert (np.diff(np.asarray(found["chloride"])) < 0).all()
    loaded = neuron("pyramidal").chloride(tonic="60 uS/cm^2", points=4)
    assert float(loaded["chloride inside"]) > float(found["chloride inside"])
    assert neuron("dentate-granule", "immature").chloride(points=2)["regime"] == "depolarising"


@pytest.mark.parametrize(
    ("reversal", "word"),
    [(-90.0, "hyperpolarising"), (-73.0, "shunting"), (-66.0, "shunting"), (-55.0, "depolarising"),
     (-30.0, "depolarising above threshold")],
)  # fmt: skip
def test_regimes(reversal: float, word: str) -> None:
    assert regime(reversal, -70.0, -45.0, 5.0) == word


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"name": "dentate-granul"}, UnknownNameError, "Did you mean 'dentate-granule'"),
        ({"variant": "imature"}, UnknownNameError, "Did you mean 'immature'"),
        ({"steroid": "-1 nmol/L"}, InputError, "steroid: -1 is below zero"),
        ({"ambient": "-1 umol/L"}, InputError, "ambient: -1 is below zero"),
        ({"ambient": "1 mV"}, UnitError, "ambient"),
        ({"tonic": "-1 nS"}, InputError, "tonic: -1 is below zero"),
        ({"amplitude": -1.0}, InputError, "amplitude: -1 is below zero"),
        ({"amplitude": math.inf}, InputError, "amplitude: inf is not a finite number"),
        ({"amplitude": math.nan}, InputError, "amplitude: nan is not a finite number"),
        ({"amplitude": True}, InputError, "amplitude: True is not a number"),
        ({"decay": "2"}, InputError, "decay: '2' is not a number"),
        ({"steroid": "50 mmol/L"}, InputError, "steroid: '50 mmol/L' is above 100000 nmol/L"),
        ({"steroid": None}, UnitError, "steroid: None has no unit. Write it as text, such as '1 nmol/L'"),
        ({"step": "1e-9 ms"}, InputError, "step: 1e-09 ms is shorter than 0.0001 ms"),
        ({"name": "granule"}, UnknownNameError, "Did you mean 'dentate-granule'"),
        ({"variant": ["immature"]}, UnknownNameError, "No variant"),
        ({"decay": 0.0}, InputError, "decay: 0 is not above zero"),
        ({"step": "0 ms"}, InputError, "step: 0 is not above zero"),
        ({"step": "0.2 ms"}, InputError, "step: 0.2 ms is longer than 0.1 ms"),
        ({"decay": 0.26 / 5.5}, InputError, "decay: the synaptic decay, 0.26 ms, is the rise"),
        ({"synapse": "jones"}, UnknownNameError, "jones-westbrook"),
        ({"hypothesis": "slower-closing"}, InputError, "synapse: the hypothesis 'slower-closing' needs a scheme"),
        ({"synapse": "jones-westbrook", "hypothesis": "slower-closin"}, UnknownNameError, "slower-closing"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        neurosteroid.neuron(**{"name": "dentate-granule", **settings})


def test_before_the_event_there_is_no_current() -> None:
    found = neurosteroid.neuron("dentate-granule").ipsc()
    time, current = found["time"], found["current"]
    before = np.asarray(time) <= 5.0
    assert before.any()
    assert (np.asarray(current)[before] == 0.0).all()
    assert not np.signbit(np.asarray(current)[before]).any()
    assert np.abs(current).max() > 1.0


@pytest.mark.parametrize(
    ("experiment", "settings", "message"),
    [
        ("fi", {"points": 1}, "points: 1 is not from 2"),
        ("fi", {"points": 2.5}, "points: 2.5 is not a whole number"),
        ("fi", {"up_to": "1 A"}, "up_to: '1 A' is 1e\\+12 pA, and no membrane takes more"),
        ("fi", {"duration": "1 h"}, "duration: 3.6e\\+06 ms is longer"),
        ("ipsc", {"count": 1.5}, "count: 1.5 is not a whole number"),
        ("ipsc", {"count": 10_000, "interval": "1 s"}, "Give fewer events, a shorter interval"),
        ("ipsc", {"hold": "9 kV"}, "hold: '9 kV' is 9e\\+06 mV, and no membrane stands"),
        ("fi", {"up_to": "-5 pA"}, "up_to: -5 is not above zero"),
        ("fi", {"duration": "0 ms"}, "duration: 0"),
        ("ipsc", {"count": 0}, "count: 0 is not from 1"),
        ("ipsc", {"interval": "0 ms"}, "interval: 0"),
        ("chloride", {"tonic": "-1 uS/cm^2"}, "tonic: -1 is below zero"),
        ("chloride", {"points": 1}, "points: 1 is not from 2"),
    ],
)
def test_bad_experiments_are_refused(experiment: str, settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        getattr(neuron("dentate-granule"), experiment)(**settings)
