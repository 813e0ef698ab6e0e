"""The library that ships with the package is whole: cards, units, sources, and the numbers that must agree."""

from __future__ import annotations

import math

import pytest

from neurosteroid import units
from neurosteroid.evidence import Role, Status, audit, library
from neurosteroid.evidence.lookup import PACKAGE_FOLDER

FILES = sorted(path.relative_to(PACKAGE_FOLDER).as_posix() for path in PACKAGE_FOLDER.glob("*/*.toml"))


@pytest.mark.parametrize("file", FILES)
def test_card_loads(file: str) -> None:
    kind, name = file.removesuffix(".toml").split("/")
    card = library().card(name, kind)
    assert (card.kind, card.name) == (kind, name)
    assert card.title
    assert card.description.endswith(".")


def test_every_card_file_is_found() -> None:
    assert {f"{card.kind}/{card.name}.toml" for card in library().cards()} == set(FILES)


def test_every_unit_is_readable_and_every_reference_is_used() -> None:
    found = audit(library())
    assert found.bad_units == ()
    assert found.unused_references == ()


def test_audit_counts_every_number_once() -> None:
    found = audit(library())
    assert sum(found.by_status.values()) == len(list(library().numbers()))
    assert all(number.assumed for number in found.assumed)
    assert len(found.assumed) >= found.by_status[Status.ASSUMED] + found.by_status[Status.RECALLED] > 0


def test_every_reference_has_an_address() -> None:
    assert [key for key, reference in library().references.items() if not reference.address] == []


def test_rows_and_results_have_unique_names() -> None:
    for card in library().cards():
        ids = [row.id for row in card.rows]
        assert len(ids) == len(set(ids)), card.name
        for variant in card.variants.values():
            names = [entry.name for entry in variant.reproduces]
            assert len(names) == len(set(names)), card.name


def test_cards_named_by_other_cards_exist() -> None:
    known = library()
    for card in known.cards():
        if card.compound is not None:
            assert known.card(card.compound, "compounds").kind == "compounds"
        for row in card.rows:
            assert row.protocol is None or known.card(row.protocol).kind == "protocols"


def test_molar_mass_is_that_of_the_formula() -> None:
    # standard atomic weights (IUPAC, abridged); the label rounds to 0.1 g/mol
    weights = {"C": 12.011, "H": 1.008, "O": 15.999}
    card = library().card("allopregnanolone")
    assert card.variant().settings["formula"] == "C21H34O2"
    mass = 21 * weights["C"] + 34 * weights["H"] + 2 * weights["O"]
    assert card.number("molar_mass").to("g/mol") == pytest.approx(mass, abs=0.05)


def test_steady_states_of_the_population_model_are_its_own_arithmetic() -> None:
    card = library().card("brexanolone")
    clearance, weight = card.number("clearance").to("L/h"), card.number("reference_weight").to("kg")
    entries = [entry for entry in card.variant().reproduces if entry.metric == "plateau"]
    assert len(entries) == 3
    for entry in entries:
        rate = units.parse(str(entry.arguments["rate"]).replace("/kg/", "/"), "ug/h") * weight
        # printed to three digits
        assert rate / clearance == pytest.approx(entry.observed.value, rel=0.002)
        assert entry.role is Role.CONSISTENCY


def test_label_central_fractions_leave_a_possible_model() -> None:
    card = library().card("brexanolone")
    fractions = {}
    for name in ("label", "label-small-central", "label-large-central"):
        clearance = card.number("clearance", name).to("L/h/kg")
        volume = card.number("steady_state_volume", name).to("L/kg")
        slow = math.log(2) / card.number("terminal_half_life", name).to("h")
        fractions[name] = card.number("central_fraction", name).to("1")
        central, peripheral = volume * fractions[name], volume * (1 - fractions[name])
        # the slow rate is a root of x^2 - x (CL/V1 + Q/V1 + Q/V2) + CL Q/(V1 V2)
        exchange = (slow**2 - slow * clearance / central) / (
            slow / central + slow / peripheral - clearance / (central * peripheral)
        )
        assert exchange > 0
    assert fractions["label-small-central"] < fractions["label"] < fractions["label-large-central"]
    assert card.number("central_fraction", "label").counts_as_assumed


@pytest.mark.parametrize(
    ("variant", "half", "largest"),
    [("oocyte", 26.0, 0.9), ("hek", 11.6, 0.9), ("low-closed-ratio", 26.0, 0.9), ("high-closed-ratio", 26.0, 0.9)],
)
def test_gaba_curve_of_a1b2g2(variant: str, half: float, largest: float) -> None:
    card = library().card("a1b2g2")
    ratio, affinity, efficacy = (
        card.number(key, variant).value
        for key in ("closed_open_ratio", "GABA.agonist.affinity", "GABA.agonist.efficacy_ratio")
    )

    def opened(gaba: float) -> float:
        return 1 / (1 + ratio * ((1 + gaba / affinity) / (1 + gaba / (efficacy * affinity))) ** 2)

    top, bottom = 1 / (1 + ratio * efficacy**2), opened(0.0)
    assert top == pytest.approx(largest, rel=1e-4)
    # the affinities are written with five digits
    assert opened(half) == pytest.approx((top + bottom) / 2, rel=1e-4)


@pytest.mark.parametrize("variant", ["low-ambient-gaba", "spontaneous-opening"])
def test_potentiation_of_a4b2d(variant: str) -> None:
    card = library().card("a4b2d")
    n = {key: number.value for key, number in card.variant(variant).numbers.items()}

    def factor(bound: float, efficacy: float) -> float:
        return ((1 + bound) / (1 + bound / efficacy)) ** 2

    gaba = factor(50 / n["GABA.agonist.affinity"], n["GABA.agonist.efficacy_ratio"])
    steroid = factor(1000 / n["allopregnanolone.steroid.affinity"], n["allopregnanolone.steroid.efficacy_ratio"])
    alone, together = 1 / (1 + n["closed_open_ratio"] * gaba), 1 / (1 + n["closed_open_ratio"] * gaba * steroid)
    assert together / alone == pytest.approx(6.7, rel=0.01)


def test_safety_counts_round_to_the_published_percentages_and_add_up() -> None:
    rows = {row.id: row for row in library().card("brexanolone-safety").rows if row.events is not None}
    assert len(rows) > 20
    for row in rows.values():
        digits = 0 if row.value == round(row.value) else 2
        assert round(100 * row.events / row.n, digits) == row.value, row.id
    for event in ("sedation", "consciousness"):
        arms = (rows[f"{event}_60"], rows[f"{event}_90"])
        pooled = rows[f"{event}_pooled"]
        assert sum(row.events or 0 for row in arms) == pooled.events
        assert sum(row.n for row in arms) == pooled.n


def test_baseline_is_pooled_from_the_rows() -> None:
    arms = [row for row in library().card("hummingbird-202b").rows if row.id.startswith("baseline")]
    total = sum(row.n for row in arms)
    card = library().card("hamd17")
    mean = sum(row.n * row.value for row in arms) / total
    spreads = [row.spread.value or 0.0 for row in arms if row.spread]
    variance = sum((row.n - 1) * sd**2 for row, sd in zip(arms, spreads, strict=True)) / (total - len(arms))
    assert card.number("baseline_mean").value == pytest.approx(mean, abs=0.005)
    assert card.number("baseline_sd").value == pytest.approx(math.sqrt(variance), abs=0.005)


def test_infusion_steps_are_contiguous_and_total_what_the_evidence_says() -> None:
    for name, total in (("brexanolone-label", 4200.0), ("brexanolone-60", 3360.0)):
        steps = library().card(name).steps
        dose, clock = 0.0, 0.0
        for step in steps:
            assert step.until is not None
            assert step.rate is not None
            assert step.start.to("h") == clock
            clock = step.until.to("h")
            dose += step.rate.to("ug/kg/h") * (clock - step.start.to("h"))
        assert clock == 60.0
        assert dose == pytest.approx(total, rel=1e-12)
