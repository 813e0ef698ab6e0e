"""A block before progesterone reaches the places where it is made, and what these hand over reduced follows."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.engine import solve
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import join
from neurosteroid.physiology.inhibitors import inhibitor_parts

P4, ALLO, E2 = "plasma.progesterone", "plasma.allopregnanolone", "plasma.estradiol"
DHP = "plasma.5alpha-dihydroprogesterone"
WEIGHT = "70 kg"
# that they end pregnancies is said by tests/model/test_advice.py
pytestmark = pytest.mark.filterwarnings("ignore:.*(end pregnancies|ends pregnancies|Dutasteride-2.5-mg in)")


def course(state, medicine=None, until="6 day", since="0 h", names=(P4, ALLO, E2)):
    states = [state] if medicine is None else [state, ns.Medication(medicine, since=since)]
    found = ns.simulate(ns.Person(weight=WEIGHT, states=states), until=until, step="6 h")
    return {name: found.values[name] for name in names}


def left(medicine, enzyme):
    (part,) = [part for name, part in inhibitor_parts(medicine, Ledger()).items() if name == enzyme]
    return part.activity_at_regular_use


@pytest.fixture(scope="module")
def luteal():
    names = (None, "trilostane", "trilostane-adrenal", "epostane")
    return {name: course(ns.MenstrualCycle(day=20), name, "3 day") for name in names}


@pytest.fixture(scope="module")
def pregnant():
    names = (None, "trilostane", "trilostane-adrenal", "epostane", "dutasteride-2.5-mg")
    return {name: course(ns.Pregnancy(week=20), name) for name in names}


def test_the_corpus_luteum_is_reached(luteal):
    plain = luteal[None]
    for name in ("trilostane", "epostane"):
        ratio = luteal[name][P4] / plain[P4]
        assert ratio[0] == pytest.approx(1.0, rel=1e-6)
        assert ratio[-1] == pytest.approx(left(name, "steroidogenesis-ovary"), rel=0.15)  # the rest is the adrenal's
        assert luteal[name][ALLO][-1] < 0.5 * plain[ALLO][-1]
    spared = luteal["trilostane-adrenal"][P4][-1] / plain[P4][-1]
    assert 0.97 < spared < 1.0  # the adrenal gives a few per cent of luteal progesterone


def test_the_placenta_is_reached(pregnant):
    plain = pregnant[None]
    for name in ("trilostane", "epostane"):
        ratio = pregnant[name][P4][-1] / plain[P4][-1]
        assert ratio == pytest.approx(left(name, "steroidogenesis-placenta"), rel=0.05)
        # allopregnanolone, too: made of it in the mother, and handed over by placenta and fetus in proportion to it
        assert pregnant[name][ALLO][-1] / plain[ALLO][-1] == pytest.approx(ratio, rel=0.1)
        np.testing.assert_allclose(pregnant[name][E2], plain[E2], rtol=1e-6)  # left as it is, for want of a size
    assert pregnant["trilostane-adrenal"][P4][-1] / plain[P4][-1] > 0.999


def test_what_placenta_and_fetus_reduce_follows_the_reductase(pregnant):
    ratio = pregnant["dutasteride-2.5-mg"][ALLO][-1] / pregnant[None][ALLO][-1]
    # type 1 is left at 0.16 at full exposure; six days are a fifth of it, and 1 / (1 + 5.2 e) of all sources is left
    exposure = 1 - 0.5 ** (144 / 475)
    expected = 1 / (1 + exposure * (1 / left("dutasteride-2.5-mg", "5alpha-reductase-1") - 1))
    assert ratio == pytest.approx(expected, rel=0.1)


def test_first_pass_follows_the_reductase():
    dose = ns.Protocol.parse("100 mg orally", compound="progesterone")
    woman = ns.Menopause()
    peaks = {}
    for name in (None, "dutasteride-2.5-mg"):
        states = [woman] if name is None else [woman, ns.Medication(name, since="-200 day")]
        found = ns.simulate(ns.Person(weight=WEIGHT, states=states), dose, until="24 h", step="0.25 h")
        peaks[name] = {key: found.values[key].max() for key in (P4, DHP)}
    plain, with_it = peaks[None], peaks["dutasteride-2.5-mg"]
    assert with_it[DHP] < 0.3 * plain[DHP]
    assert with_it[P4] > plain[P4]  # it leaves plasma more slowly; no more of it arrives


def test_mass_is_kept_while_medicines_act():
    states = [ns.Pregnancy(week=30, delivery_week=31.0)]
    states += [ns.Medication(name, since="-2 day") for name in ("epostane", "dutasteride", "fluoxetine")]
    whole = join(Situation(person=ns.Person(weight=WEIGHT, states=states), clock=8.0, until=240.0), accounts=True)
    solution = solve(
        whole.system,
        list(whole.records),
        parameters=whole.system.parameters(1),
        covariates=whole.covariate_table(np.array([70.0])),
        output_times=np.linspace(-whole.run_in + 1.0, 240.0, 50),
        covariate_rule="locf",
        start=-whole.run_in,
    )
    amounts = [index for index, name in enumerate(whole.system.state_names) if whole.system.units[name] == "nmol"]
    through = np.abs(solution.states[0, :, whole.system.state_names.index("outside.nmol")]).max()
    assert np.abs(solution.states[0][:, amounts].sum(axis=1)).max() < 1e-8 * through


def test_two_readings_of_one_medicine_are_refused():
    states = [ns.MenstrualCycle(day=3), ns.Medication("trilostane"), ns.Medication("trilostane-adrenal")]
    with pytest.raises(InputError, match="one medicine"):
        ns.simulate(ns.Person(weight=WEIGHT, states=states), until="1 day")


def test_sites_stand_at_rest():
    at_rest = library().card("at-rest").variant().numbers
    for site in ("adrenal", "ovary", "placenta", "estradiol"):
        key = "activity.steroidogenesis" + ("" if site == "adrenal" else f"-{site}")
        assert at_rest[key].value == 1


def test_cortisol_follows_the_block_of_the_adrenal_and_corticotropin_answers():
    found = {
        name: course(ns.Stress(chronic=1.0), name, "5 day", names=("plasma.cortisol", "plasma.acth"))
        for name in (None, "trilostane", "epostane")
    }
    last = slice(-4, None)  # the last day
    cortisol = {name: values["plasma.cortisol"][last].mean() for name, values in found.items()}
    acth = {name: values["plasma.acth"][last].mean() for name, values in found.items()}
    assert left("trilostane", "steroidogenesis") < cortisol["trilostane"] / cortisol[None] < 0.9
    assert acth["trilostane"] > 1.1 * acth[None]  # the brake of cortisol is weaker, so some of the loss is made good
    assert cortisol["epostane"] == pytest.approx(cortisol[None], rel=1e-3)
    assert acth["epostane"] == pytest.approx(acth[None], rel=1e-3)
