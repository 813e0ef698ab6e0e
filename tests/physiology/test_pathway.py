import numpy as np
import pytest

from neurosteroid.engine.records import Record
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import CardError
from neurosteroid.evidence import Ledger, library
from neurosteroid.physiology.pathway import CORE, DISPOSITION, FULL, pathway_parts, pathway_spreads
from neurosteroid.physiology.pathway_balance import Steroid, split_ketone
from neurosteroid.studies.observed import verify_observed
from neurosteroid.studies.verification import verify
from tests.physiology.pathway_double import (
    ALLO,
    allopregnanolone_alone,
    balance,
    disposition,
    pathway,
    plasma,
    situation,
)

CARD = library().card("pathway")
KINETICS = ("population", "label")


def test_the_whole_pathway_is_linear_and_needs_nothing_unnamed():
    assert pathway().linear
    assert {f"plasma.{name}" for name in FULL} <= set(pathway().output_names)
    core = {name for name in pathway("core").output_names if name.startswith("plasma.")}
    assert core == {f"plasma.{name}" for name in CORE}


@pytest.mark.parametrize("variant", list(CARD.variants))
@pytest.mark.parametrize("kinetics", KINETICS)
@pytest.mark.parametrize("extent", ["core", "full"])
def test_slopes_and_floors_of_the_card_come_out(extent, kinetics, variant):
    # shares are solved from the slopes in closed form: only rounding is left
    system, at_rest = pathway(extent, variant, kinetics), situation()
    names = FULL if extent == "full" else CORE
    without = plasma(system, balance(system, situation(only={"adrenal.drive": 0.0})), at_rest, names)
    assert set(without.values()) == {0.0}
    source = {"central.progesterone": 87.5 * 10.0}
    only_ovary = balance(system, situation(only={"adrenal.drive": 0.0}), source)
    found = plasma(system, only_ovary, at_rest, names)
    assert found["progesterone"] == pytest.approx(10.0, rel=1e-12)
    assert found[ALLO] == pytest.approx(0.38, rel=1e-12)
    assert found["5alpha-dihydroprogesterone"] == pytest.approx(1.5, rel=1e-12)
    rest = plasma(system, balance(system, at_rest), at_rest, names)
    assert rest["progesterone"] == pytest.approx(0.159, rel=1e-12)
    assert rest[ALLO] == pytest.approx(0.062 + 0.038 * 0.159, rel=1e-12)
    if extent == "full":
        assert found["pregnanolone"] == pytest.approx(0.4 * 0.38, rel=1e-12)
        assert found["isoallopregnanolone"] == pytest.approx(0.28 * 0.38, rel=1e-12)
        assert found["epipregnanolone"] == pytest.approx(0.04 * 0.38, rel=1e-12)
        assert found["20alpha-dihydroprogesterone"] == pytest.approx(1.85, rel=1e-12)
        assert found["allopregnanolone-sulfate"] == pytest.approx(30.0 * 0.38, rel=1e-12)
        assert rest["deoxycorticosterone"] == pytest.approx(0.127, rel=1e-12)
        assert found["deoxycorticosterone"] == pytest.approx(0.07, rel=1e-12)


@pytest.mark.parametrize("variant", list(CARD.variants))
@pytest.mark.parametrize(("kinetics", "weight"), [("population", 50.0), ("population", 70.0), ("label", 70.0)])
def test_infused_allopregnanolone_has_its_published_clearance(kinetics, variant, weight):
    # the plateau of an endless infusion: rate / CL, whatever returns from 5alpha-DHP and sulfate. A label scales
    # clearance with weight to another power than the pathway, so there the two agree at the reference weight only
    covariates = situation(only={"person.weight": weight, "adrenal.drive": 0.0})
    source = {f"central.{ALLO}": 1000.0}
    levels = [
        plasma(system, balance(system, covariates, source), covariates, [ALLO])[ALLO]
        for system in (pathway("full", variant, kinetics), allopregnanolone_alone(kinetics))
    ]
    assert levels[0] == pytest.approx(levels[1], rel=1e-12)


def test_the_label_infusion_hardly_moves_when_its_metabolites_are_followed():
    # what returns, returns later: areas over the infusion and the highest level move by less than 1 %, the area not
    rates = [(0, 4, 30.0), (4, 24, 60.0), (24, 52, 90.0), (52, 56, 60.0), (56, 60, 30.0)]
    nmol = 70.0 / 318.5 * 1e3
    records = [Record(a, 1, f"central.{ALLO}", rate * nmol * (b - a), duration=float(b - a)) for a, b, rate in rates]
    times = np.arange(0.0, 600.0, 0.5)
    covariates = situation(only={"adrenal.drive": 0.0})
    courses = [
        solve(system, records, parameters=system.parameters(1), covariates=covariates, output_times=times).outputs(
            [f"plasma.{ALLO}"]
        )[f"plasma.{ALLO}"][0]
        for system in (pathway(), allopregnanolone_alone())
    ]
    with_pathway, alone = courses
    assert with_pathway.max() == pytest.approx(alone.max(), rel=0.01)
    for until in (60.0, 96.0):
        chosen = times <= until
        assert np.trapezoid(with_pathway[chosen]) == pytest.approx(np.trapezoid(alone[chosen]), rel=0.01)
    assert np.trapezoid(with_pathway) == pytest.approx(np.trapezoid(alone), rel=1e-6)


def test_oxidation_back_feeds_5alpha_dihydroprogesterone_from_an_infusion():
    covariates = situation(only={"adrenal.drive": 0.0})
    source = {f"central.{ALLO}": 1000.0}
    found = {}
    for variant in CARD.variants:
        system = pathway("full", variant)
        levels = balance(system, covariates, source)
        found[variant] = plasma(system, levels, covariates, ["5alpha-dihydroprogesterone", "progesterone"])
    assert found["human"]["progesterone"] == 0.0
    ratio = [found[name]["5alpha-dihydroprogesterone"] for name in ("rat-oxidation", "human")]
    assert 3.0 < ratio[0] / ratio[1] < 4.5  # 0.41 over 0.10 of nearly the same whole clearance


def test_a_blocked_5alpha_reductase_takes_the_floor_too():
    covariates = situation(only={"activity.5alpha-reductase-1": 0.0, "activity.5alpha-reductase-2": 0.0})
    system = pathway()
    levels = plasma(system, balance(system, covariates, {"central.progesterone": 2500.0}), covariates, FULL)
    assert levels[ALLO] == 0.0  # what the adrenal hands over reduced was reduced by it, too
    assert levels["progesterone"] > 2500.0 / 87.5  # the way it used to go is closed


def test_steroidogenesis_blocked_stops_the_adrenal():
    covariates = situation(only={"activity.steroidogenesis": 0.0})
    assert not balance(pathway(), covariates).any()


def test_the_first_half_time_is_that_of_the_central_volume_whatever_the_slow_pool():
    system = pathway()
    covariates = situation(only={"adrenal.drive": 0.0})
    start = balance(system, covariates, {"central.progesterone": 1000.0})
    place = system.state_names.index("central.progesterone")
    slope = system.derivative(0.0, start[None], system.parameters(1), covariates)[0, place] / start[place]
    assert np.log(2.0) / -slope * 60.0 == pytest.approx(72.0, rel=1e-3)  # V1 is printed to four digits


def test_plasma_expansion_dilutes_sulfates_and_hardly_free_steroids():
    amounts = balance(pathway(), situation())
    lean, pregnant = (
        plasma(pathway(), amounts, situation(only={"body.plasma-volume-scale": scale}), FULL) for scale in (1.0, 1.5)
    )
    assert pregnant["progesterone"] / lean["progesterone"] == pytest.approx(151.5 / 152.8, rel=1e-12)
    assert pregnant[f"{ALLO}-sulfate"] / lean[f"{ALLO}-sulfate"] == pytest.approx(8.0 / 9.3, rel=1e-12)


def test_ledger_holds_every_number_of_the_card_once():
    ledger = Ledger()
    pathway_parts(ledger, disposition())
    pathway_spreads(ledger)
    taken = {number.key for number in ledger.numbers if number.card == "pathway"}
    assert taken == set(CARD.variant().numbers)


def test_disposition_keeps_everything_but_its_share():
    before, after = disposition(), pathway_parts(Ledger(), disposition())[DISPOSITION]
    assert after.clearance == before.clearance
    assert 0.0 < after.eliminated_share < 1.0 == before.eliminated_share


def test_too_much_oxidation_back_is_refused():
    half = Steroid(clearance=79.0, slope=0.15, oxidised=0.9)
    with pytest.raises(CardError, match="oxidised back cannot keep"):
        split_ketone(87.5, 0.15, {ALLO: half}, ALLO)


def test_more_product_than_ketone_is_refused():
    with pytest.raises(CardError, match="more than all"):
        split_ketone(10.0, 0.1, {ALLO: Steroid(clearance=80.0, slope=0.04)}, ALLO)


MISSED = {
    "ria_20alpha_follicular",
    "production_follicular",
}
"""Published results the pathway misses by more than 2-fold; why stands in their claims."""


def test_published_levels_come_out_but_for_the_known_misses():
    own = {"pathway-in-balance", "pathway-source-stops"}
    cards = [card.name for card in library().cards() if any(row.claim and row.claim.set_up in own for row in card.rows)]
    claimed = {row.id for name in cards for row in library().card(name).rows if row.claim and row.claim.set_up in own}
    results = [result for result in verify_observed(cards) if result.name in claimed]
    assert {result.name for result in results if result.passed is False} == MISSED
    assert all(result.explained for result in results if result.passed is False)
    assert len(results) == len(claimed) > 10
    assert all(result.passed for result in verify(["pathway"]))
