import numpy as np
import pytest

from neurosteroid.errors import InputError
from neurosteroid.pharmacokinetics.noncompartmental import analyse_noncompartmental
from neurosteroid.pharmacokinetics.terminal import TerminalVerdict

# Theophylline by mouth, subjects 1 and 2 (measured by Upton; in R as datasets::Theoph). Expected values: the Phoenix
# WinNonlin results with linear-up log-down published with the R package NonCompart (dose 320 mg), given to 9 digits.
TIMES = (
    (0, 0.25, 0.57, 1.12, 2.02, 3.82, 5.1, 7.03, 9.05, 12.12, 24.37),
    (0, 0.27, 0.52, 1, 1.92, 3.5, 5.02, 7.03, 9, 12, 24.3),
)
LEVELS = (
    (0.74, 2.84, 6.57, 10.5, 9.66, 8.58, 8.36, 7.47, 6.89, 5.94, 3.28),
    (0, 1.72, 7.91, 8.31, 8.33, 6.85, 6.08, 5.4, 4.55, 3.01, 0.9),
)
EXPECTED = {
    "cmax": (10.5, 8.33),
    "tmax": (1.12, 1.92),
    "auc_last": (147.2347485, 88.73127549),
    "lambda_z": (0.048456997, 0.104086444),
    "half_life": (14.30437757, 6.659341563),
    "adjusted_r_squared": (0.999999459, 0.995793082),
    "terminal_points": (3, 4),
    "terminal_start": (9.05, 7.03),
    "auc_infinity": (214.9236316, 97.37793463),
    "extrapolated_share": (0.3149438828, 0.08879485045),
    "clearance": (1.488900954, 3.286165405),
    "terminal_volume": (30.72623247, 31.57150238),
}


@pytest.mark.parametrize("quantity", EXPECTED)
def test_agrees_with_phoenix_on_theophylline(quantity: str) -> None:
    found = analyse_noncompartmental(TIMES, LEVELS, dose=320)
    assert getattr(found, quantity) == pytest.approx(EXPECTED[quantity], rel=2e-8)  # digits printed by the source


def exponential(times: np.ndarray) -> np.ndarray:
    return 5 * np.exp(-0.25 * times)


def test_bolus_of_one_compartment_is_recovered_exactly() -> None:
    times = np.array([0.0, 1.0, 2.0, 4.0, 8.0])
    found = analyse_noncompartmental(times, exponential(times), dose=100)
    assert found.clearance == pytest.approx(100 * 0.25 / 5, rel=1e-12)
    assert found.terminal_volume == pytest.approx(20, rel=1e-12)
    assert found.auc_infinity == pytest.approx(20, rel=1e-12)
    assert found.terminal_points == 4  # all perfect, so the tie goes to most points; tmax itself is left out
    assert found.clearance.shape == ()


def test_samples_up_to_the_end_of_infusion_stay_out_of_the_slope() -> None:
    # tmax lies inside the infusion; the sample at its end stands 2 % above the fall of exactly 0.25 per h after it,
    # near enough to be taken for a part of that fall.
    times = np.array([0.0, 10.0, 60.0, 61.0, 62.0, 64.0, 72.0])
    values = np.concatenate(([0, 90.0], 80 * np.exp(-0.25 * (times[2:] - 60))))
    values[2] *= 1.02
    found = analyse_noncompartmental(times, values, infusion_end=60)
    assert found.terminal_start == 61
    assert found.lambda_z == pytest.approx(0.25, rel=1e-12)
    unaware = analyse_noncompartmental(times, values)
    assert unaware.terminal_start == 60
    assert unaware.lambda_z != pytest.approx(0.25, rel=1e-4)


def test_ties_go_to_more_points() -> None:
    times = np.arange(8.0)
    values = exponential(times)
    values[2] *= 1 + 1e-5  # far below what moves adjusted R2 by the tie of 1e-4
    assert analyse_noncompartmental(times, values).terminal_points == 7


def test_a_better_fit_beats_more_points() -> None:
    times = np.arange(8.0)
    values = exponential(times)
    values[1] *= 0.5
    found = analyse_noncompartmental(times, values)
    assert found.terminal_points == 6
    assert found.lambda_z == pytest.approx(0.25, rel=1e-12)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([1, 4, 2, 1, np.nan, np.nan], TerminalVerdict.TOO_FEW_POINTS),
        ([9, 1, 2, 3, 4, 5], TerminalVerdict.NOT_FALLING),
        ([0, 0, 0, 0, 0, 0], TerminalVerdict.NO_DATA),
        ([np.nan] * 6, TerminalVerdict.NO_DATA),
    ],
)
def test_no_half_life_comes_with_the_reason(values: list[float], verdict: TerminalVerdict) -> None:
    found = analyse_noncompartmental(np.arange(6), values)
    assert found.verdict == (verdict,)
    assert np.isnan(found.half_life)
    assert np.isnan(found.auc_infinity)
    assert found.terminal_points == 0
    assert len(verdict.value) > 20


def test_nobody_with_fewer_than_three_samples_breaks_the_batch() -> None:
    found = analyse_noncompartmental([0, 1], [[2, 1], [np.nan, np.nan]])
    assert found.verdict == (TerminalVerdict.TOO_FEW_POINTS, TerminalVerdict.NO_DATA)
    assert found.cmax[0] == 2


def test_one_persons_gaps_do_not_change_another() -> None:
    times = np.arange(6.0)
    both = np.stack([exponential(times), [1, np.nan, 3, np.nan, 2, 1]])
    assert analyse_noncompartmental(times, both).lambda_z[0] == analyse_noncompartmental(times, both[0]).lambda_z


def test_no_drug_has_zero_exposure() -> None:
    found = analyse_noncompartmental([0, 1, 2], [0, 0, 0])
    assert (found.cmax, found.auc_last) == (0, 0)


def test_result_has_the_shape_of_people() -> None:
    assert analyse_noncompartmental(np.arange(5), np.ones((3, 2, 5))).cmax.shape == (3, 2)


@pytest.mark.parametrize("dose", [0, -1, np.nan, [1, 2, 3]])
def test_wrong_dose_is_refused(dose: float) -> None:
    with pytest.raises(InputError):
        analyse_noncompartmental([0, 1], [[2, 1], [2, 1]], dose=dose)


def test_wrong_limit_is_refused() -> None:
    with pytest.raises(InputError, match="limit of quantification"):
        analyse_noncompartmental([0, 1], [2, 1], lower_limit=-1)
