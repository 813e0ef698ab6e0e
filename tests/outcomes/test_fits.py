"""The fitted numbers on the outcome cards are what the committed scripts give, from rows they may use."""

import importlib
import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from neurosteroid.errors import InputError
from neurosteroid.evidence import library
from neurosteroid.evidence.loader import load_card

SCRIPTS = Path(__file__).parents[2] / "scripts"
SHARE_OF_ERROR = 0.01  # the cards hold six digits; a hundredth of the standard error is far more than rounding


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    return load


@pytest.mark.parametrize("variant", ["half-effect-30", "half-effect-10", "half-effect-100"])
def test_hamd17_numbers_are_those_of_the_script(script, variant: str) -> None:
    fitter = script("fit_hamd17")
    card = library().card("hamd17")
    found, arms = fitter.fit(card, variant, fitter.draw_women(fitter.WOMEN, further=2))
    numbers = [card.number(name, variant) for name in fitter.FREE]
    assert np.all(
        np.abs(found.estimate - np.array([number.value for number in numbers])) < SHARE_OF_ERROR * found.error
    )
    assert [number.spread.value for number in numbers] == pytest.approx(found.error, rel=0.01)
    observed = np.array([arm.row.value for arm in arms])
    errors = np.array([arm.row.spread.value for arm in arms])
    assert np.all(np.abs(found.means - observed) < 1.96 * errors)


def test_slope_by_excitability_is_that_of_the_script(script) -> None:
    # one of nine variants: the script is the same for all, and the model is solved for every woman
    fitter, card, name = script("fit_hamd17_by_excitability"), library().card("hamd17"), "by-principal-cell"
    found, arms = fitter.fit(card, name, fitter.draw_women(fitter.WOMEN, further=2))
    numbers = [card.number(key, name) for key in fitter.FREE]
    assert np.all(
        np.abs(found.estimate - np.array([number.value for number in numbers])) < SHARE_OF_ERROR * found.error
    )
    assert [number.spread.value for number in numbers] == pytest.approx(found.error, rel=0.01)
    assert [arm.effect.any() for arm in arms] == [arm.row.arm != "placebo" for arm in arms]
    assert set(fitter.driven_variants(card)) == {each for each in card.variants if each.startswith("by-")}


def test_sedation_numbers_are_those_of_the_script(script) -> None:
    fitter = script("fit_sedation")
    card = library().card("sedation")
    found, arms, _ = fitter.fit(card, fitter.draw_women(fitter.WOMEN, further=0))
    stated = [card.number(key).value for key in ("threshold_mild", "maximum_drug_effect")]
    assert np.all(np.abs(found.estimate - stated) < SHARE_OF_ERROR * found.error)
    assert card.number("threshold_moderate").value == pytest.approx(found.threshold_moderate, abs=1e-3)
    assert card.number("threshold_deep").value == pytest.approx(found.threshold_deep, abs=1e-3)
    assert fitter.pooled(*found.estimate, arms) == pytest.approx(21 / 140, abs=1e-6)  # as many parameters as data
    assert found.estimate[0] == pytest.approx(np.log(6 / 101), abs=1e-5)


def test_a_row_kept_for_checking_is_refused(script) -> None:
    with pytest.raises(InputError, match="only rows of role fit"):
        script("fitting").rows_to_fit("brexanolone-safety", id="sedation_60")
    with pytest.raises(InputError, match="no row"):
        script("fitting").rows_to_fit("brexanolone-safety", id="sedation_45")


def test_exposure_of_the_typical_woman_agrees_with_the_published_plateau(script) -> None:
    # 82.9 kg, no deviation: the published simulation is near 78 ng/mL at 52 h; the effect site follows within minutes.
    fitting = script("fitting")
    typical = fitting.Women(np.array([82.9]), {}, np.zeros((1, 0)))
    times, effect = fitting.effect_courses(library().card("sedation"), None, "brexanolone-label", typical, 0.25)
    assert effect[0, np.searchsorted(times, 52.0)] * 0.3185 == pytest.approx(78, rel=0.03)
    assert times[-1] == 60


def test_a_step_that_changes_between_times_is_refused(script) -> None:
    fitting = script("fitting")
    typical = fitting.Women(np.array([82.9]), {}, np.zeros((1, 0)))
    with pytest.raises(InputError, match="finer step"):
        fitting.effect_courses(library().card("sedation"), None, "brexanolone-label", typical, 7.0)


def test_writing_numbers_leaves_the_rest_of_the_card_alone(script, tmp_path: Path) -> None:
    folder = tmp_path / "outcomes"
    folder.mkdir()
    path = folder / "hamd17.toml"
    shutil.copy(library().card("hamd17").path, path)
    before = path.read_text(encoding="utf-8")
    card = load_card(path, library().references)
    number = {"value": 7.0, "unit": "1", "status": "derived", "note": 'a "quoted" note', "source": ["zulresso-label"]}
    script("fitting").write_numbers(card, "half-effect-10", {"maximum_drug_effect": number, "brand_new": number})
    after = load_card(path, library().references)
    assert after.number("maximum_drug_effect", "half-effect-10").value == 7.0
    assert after.number("brand_new", "half-effect-10").note == 'a "quoted" note'
    assert after.variant("half-effect-30") == card.variant("half-effect-30")
    kept = [line for line in before.splitlines() if line.startswith(("name", "title", "assumed", "["))]
    assert all(line in path.read_text(encoding="utf-8").splitlines() for line in kept)
    assert [item.name for item in folder.iterdir()] == ["hamd17.toml"]
