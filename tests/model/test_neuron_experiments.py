import numpy as np
import pytest

import neurosteroid
from neurosteroid.errors import InputError, UnitError, UnknownNameError
from neurosteroid.model.neuron import neuron, regime


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
    assert decay < float(found["decay"]) < decay + 2 * rise


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


def test_moving_chloride_rises_in_a_train_of_events_at_a_depolarised_potential() -> None:
    cell = neuron("dentate-granule", "moving-chloride")
    train = cell.ipsc(count=20, interval="5 ms")
    assert np.isfinite(np.asarray(train["voltage"])).all()


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
    assert regime(reversal, -70.0, -45.0) == word


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"name": "dentate-granul"}, UnknownNameError, "Did you mean 'dentate-granule'"),
        ({"variant": "imature"}, UnknownNameError, "Did you mean 'immature'"),
        ({"steroid": "-1 nmol/L"}, InputError, "steroid: -1 is below zero"),
        ({"ambient": "-1 umol/L"}, InputError, "ambient: -1 is below zero"),
        ({"ambient": "1 mV"}, UnitError, "ambient"),
        ({"tonic": "-1 nS"}, InputError, "tonic: -1 is below zero"),
        ({"amplitude": -1.0}, InputError, "amplitude"),
        ({"decay": 0.0}, InputError, "decay: 0 is not above zero"),
        ({"step": "0 ms"}, InputError, "step: 0 is not above zero"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        neurosteroid.neuron(**{"name": "dentate-granule", **settings})


@pytest.mark.parametrize(
    ("experiment", "settings", "message"),
    [
        ("fi", {"points": 1}, "points is 1"),
        ("fi", {"up_to": "-5 pA"}, "up_to: -5 is not above zero"),
        ("fi", {"duration": "0 ms"}, "duration: 0"),
        ("ipsc", {"count": 0}, "count is 0"),
        ("ipsc", {"interval": "0 ms"}, "interval: 0"),
        ("chloride", {"tonic": "-1 uS/cm^2"}, "tonic: -1 is below zero"),
        ("chloride", {"points": 1}, "points is 1"),
    ],
)
def test_bad_experiments_are_refused(experiment: str, settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        getattr(neuron("dentate-granule"), experiment)(**settings)
