"""Published means are held against the mean over women, times of samples and hours of a window are kept."""

import dataclasses

import pytest

from neurosteroid.errors import CardError
from neurosteroid.evidence import library
from neurosteroid.studies.set_ups.progesterone_given import exposure


def asked(metric, **arguments):
    """Ask the set-up what it makes of a row of the Swiss label, in ng/mL or h, with other arguments."""
    card = library().card("progesterone-by-mouth")
    wanted = "leman_200_mg_t_max" if metric == "t_max" else "leman_200_mg_c_max"
    entry = next(each for each in card.rows if each.id == wanted).result()
    given = {"route": "oral", "dose": "200 mg", **arguments}
    return exposure(card, None, dataclasses.replace(entry, arguments=given, metric=metric))


def test_the_mean_of_peaks_lies_above_the_peak_of_the_mean_and_that_of_the_typical_woman():
    of_peaks, of_mean, typical = asked("c_max", of="women"), asked("c_max", of="mean course"), asked("c_max")
    assert of_peaks > of_mean
    assert of_peaks > typical


def test_a_peak_between_samples_is_missed():
    assert asked("t_max", of="mean course", sampled="0, 2, 8 h") == 2.0
    assert asked("c_max", of="mean course", sampled="0, 2, 8 h") < asked("c_max", of="mean course")


def test_a_window_is_counted_from_the_first_dose():
    last = asked("c_max", days=3)
    assert asked("c_max", days=3, since="first dose", window="48, 72 h") == pytest.approx(last, rel=1e-3)
    assert asked("c_max", days=3, since="first dose", window="0, 24 h") < last


def test_another_word_is_refused():
    with pytest.raises(CardError, match="'men' is not whose a result is: 'women' or 'mean course'"):
        asked("c_max", of="men")
    with pytest.raises(CardError, match="'height' is not a metric"):
        asked("height")
