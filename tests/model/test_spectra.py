import numpy as np
import pytest

from neurosteroid.model.spectra import band_peak, band_power, mean_interval, ratio_interval, spectrum, synchrony


def test_a_sine_has_its_power_at_its_frequency() -> None:
    times = np.arange(20000.0)
    signal = 3.0 * np.sin(2 * np.pi * 7.0 * times / 1e3) + 5.0
    frequencies, density = spectrum(signal, 1.0, 2000.0)
    assert frequencies[1] - frequencies[0] == pytest.approx(0.5)
    assert band_peak(frequencies, density, (4.0, 12.0)) == 7.0
    assert band_power(frequencies, density, (4.0, 12.0)) == pytest.approx(3.0**2 / 2, rel=1e-6)
    assert band_power(frequencies, density, (30.0, 90.0)) < 1e-6


def test_white_noise_is_flat_and_has_its_variance() -> None:
    signal = np.random.default_rng(5).standard_normal(200000)
    frequencies, density = spectrum(signal, 1.0, 2000.0)
    # 199 windows, of which about 3 in 4 are independent: each frequency within some 8 %, a band of 120 below 2 %
    assert band_power(frequencies, density, (30.0, 90.0)) == pytest.approx(60.0 / 500, rel=0.03)


def test_intervals_hold_the_mean_as_often_as_they_say() -> None:
    draws = np.random.default_rng(6).standard_normal((10, 4000)) * 2.0 + 1.0
    _, low, high = mean_interval(draws, 0.95)
    assert np.mean((low < 1.0) & (high > 1.0)) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 4000))
    mean, low, high = ratio_interval(np.exp(draws), 0.95)
    assert np.mean((low < np.e) & (high > np.e)) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 4000))
    np.testing.assert_allclose(mean, np.exp(draws.mean(axis=0)))
    assert np.isnan(mean_interval(np.ones(1), 0.95)[1])


def test_synchrony_is_one_together_and_small_apart() -> None:
    random = np.random.default_rng(7)
    alike = np.repeat(random.standard_normal((1, 5000)), 100, axis=0)
    apart = random.standard_normal((100, 5000))
    assert synchrony(alike.mean(axis=0), alike.var(axis=1)) == pytest.approx(1.0)
    assert synchrony(apart.mean(axis=0), apart.var(axis=1)) == pytest.approx(0.1, rel=0.05)
    assert np.isnan(synchrony(np.zeros(3), np.zeros(2)))


def test_a_rhythm_that_leaves_its_band_has_no_peak_there() -> None:
    frequencies = np.arange(0.0, 100.5, 0.5)
    hills = [np.exp(-((frequencies - middle) ** 2)) + 1e-9 for middle in (20.0, 12.0, 31.0)]
    peaks = band_peak(frequencies, np.stack(hills), (15.0, 30.0))
    assert peaks[0] == 20.0
    assert np.isnan(peaks[1:]).all()
    assert np.isnan(mean_interval(peaks, 0.95)).all()


def test_bands_side_by_side_share_no_frequency() -> None:
    frequencies, density = np.arange(0.0, 100.5, 0.5), np.zeros(201)
    density[frequencies == 30.0] = 2.0
    assert band_power(frequencies, density, (15.0, 30.0)) == 0.0
    assert band_power(frequencies, density, (30.0, 90.0)) == 1.0


def test_seeds_that_agree_by_their_grain_leave_half_a_grain_of_doubt() -> None:
    mean, low, high = mean_interval(np.full(3, -5.0), 0.95, 0.5)
    assert (float(mean), float(low), float(high)) == (-5.0, -5.25, -4.75)
    wide = mean_interval(np.array([1.0, 2.0, 3.0]), 0.95)
    np.testing.assert_array_equal(wide, mean_interval(np.array([1.0, 2.0, 3.0]), 0.95, 0.5))


def test_synchrony_of_cells_that_are_one_is_one_and_not_more() -> None:
    generator = np.random.default_rng(8)
    for scale in (1.0, 1e-3, 30.0):
        voltage = -70.0 + scale * generator.standard_normal(4001)
        # as the solver sums them up: squares of what lies apart from the start
        apart = voltage - voltage[0]
        variances = np.full(100, (apart**2).mean() - apart.mean() ** 2)
        assert 1.0 - 1e-9 < synchrony(voltage, variances) <= 1.0
