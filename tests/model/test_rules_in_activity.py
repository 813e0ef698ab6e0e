"""Doses in units of activity under rules: what is given is counted in IU, and in mass by the activity of the card."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.dosing import Protocol
from neurosteroid.engine import Covariate, wire
from neurosteroid.engine.rules import follow
from neurosteroid.errors import UnitError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.given import activity_of, given_to
from neurosteroid.model.ruled import Dosed, compile_rules

FSH = "follitropin-alfa"
WEIGHT = 65.0
PUMP = f"37.5 IU/h for 4 h then 20 IU/h for 196 h with rules: hold when plasma.{FSH} >= 4 IU/L until < 2 IU/L"
RESUMED = (
    f"; resume at the same step when plasma.{FSH} < 2 IU/L; give 20 IU subcutaneously when plasma.{FSH} < 0.5 IU/L"
)


@pytest.fixture(scope="module")
def dosed():
    """Follitropin by itself, into its depot whichever way it comes."""
    part = part_from_card(library().card("gonadotropins", "pharmacokinetics"), FSH, Ledger(), analyte=FSH)
    system = wire({"given": part}, [Covariate("person.weight", "kg")], accounts=True)
    mass = library().card(FSH, "compounds").number("molar_mass").to("g/mol")
    routes = {"intravenous": f"depot.{FSH}", "subcutaneous": f"depot.{FSH}"}
    return Dosed(system, mass, routes, activity_of(FSH))


def followed(dosed, text, until=96.0):
    """Return a course under a protocol with rules, and what one woman was given."""
    programme, rules = compile_rules(dosed, Protocol.parse(text, FSH), np.array([WEIGHT]))
    found = follow(
        dosed.system,
        programme,
        rules,
        parameters=dosed.system.parameters(1),
        covariates=np.array([[WEIGHT]]),
        output_times=np.arange(0.0, until + 1.0),
    )
    given = given_to(found.given, programme, rules, 0, WEIGHT, dosed.molar_mass, activity=dosed.activity)
    return found, given


def test_what_a_pump_gives_in_iu_is_the_integral_of_the_logged_rates(dosed):
    found, given = followed(dosed, PUMP + RESUMED, 240.0)
    kinds = [str(found.rules[number].action) for number in found.log.rule]
    assert {"hold", "resume"} < set(kinds)
    assert given.unit == "IU/h"
    assert set(given.rates) <= {0.0, 20.0, 37.5}
    infused = float((given.rates * np.diff(given.times)).sum())
    rescued = [dose for dose in given.doses if dose.unit == "IU"]
    assert len(rescued) == kinds.count("rescue dose") > 0
    assert 0.0 < infused < 37.5 * 4.0 + 20.0 * 196.0
    assert given.total("IU") == pytest.approx(infused + 20.0 * len(rescued), rel=1e-12)
    # 75 IU are 5.5 ug, rounded on the card to 13.6 IU/ug
    assert given.total("ug") == pytest.approx(given.total("IU") / dosed.activity, rel=1e-12)
    # the depot counts IU: what entered it is what was given, and it is in the body or has left it
    assert dosed.system.units[f"depot.{FSH}"] == "IU"
    entered = found.given.infused[0] + found.given.dosed[0]
    assert entered == pytest.approx(given.total("IU"), rel=1e-12)


def test_a_dose_in_mass_enters_by_its_activity_and_each_dose_keeps_its_unit(dosed):
    text = f"150 IU subcutaneously then at 24 h 11 ug subcutaneously with rules: hold when plasma.{FSH} >= 1000 IU/L"
    found, given = followed(dosed, text, 48.0)
    assert [(dose.amount, dose.unit) for dose in given.doses] == [(150.0, "IU"), (11.0, "ug")]
    assert found.given.dosed[0] == pytest.approx(150.0 + 11.0 * dosed.activity, rel=1e-12)
    assert given.total("IU") == pytest.approx(found.given.dosed[0], rel=1e-12)


def test_a_limit_in_mass_on_a_port_in_iu_takes_the_activity(dosed):
    text = f"150 IU subcutaneously every 24 h x 3 with rules: hold when plasma.{FSH} >= 1 ug/L"
    _, (rule,) = compile_rules(dosed, Protocol.parse(text, FSH), np.array([WEIGHT]))
    assert rule.condition.when.value == pytest.approx(dosed.activity, rel=1e-12)


def test_doses_in_iu_of_what_has_no_activity_are_refused(dosed):
    plan = Protocol.parse(f"150 IU subcutaneously with rules: hold when plasma.{FSH} >= 5 IU/L", FSH)
    without = Dosed(dosed.system, dosed.molar_mass, dosed.routes)
    with pytest.raises(UnitError, match="its card does not say how much activity a mass has"):
        compile_rules(without, plan, np.array([WEIGHT]))


def test_a_woman_in_treatment_is_held_when_her_level_is_high():
    woman = ns.Person(weight=f"{WEIGHT} kg", states=[ns.MenstrualCycle(day=1)])
    plan = ns.Protocol.parse("150 IU subcutaneously every 24 h x 8", FSH)
    free = ns.simulate(woman, plan, until="9 day", step="6 h")
    assert free.given.total("IU") == pytest.approx(8 * 150.0, rel=1e-12)
    limit = 0.8 * float(free.values[f"plasma.{FSH}"].max())
    held = ns.simulate(
        woman, plan.with_rule(f"check every 24 h; hold when plasma.{FSH} >= {limit!r} IU/L"), until="9 day", step="6 h"
    )
    (action,) = held.actions
    assert (action.action, action.unit) == ("hold", "IU/L")
    due = [24.0 * number for number in range(8)]
    assert [dose.time_h for dose in held.given.doses] == [hour for hour in due if hour < action.time]
    assert {(dose.amount, dose.unit, str(dose.route)) for dose in held.given.doses} == {(150.0, "IU", "subcutaneous")}
    assert held.given.total("IU") == pytest.approx(150.0 * len(held.given.doses), rel=1e-12)
    assert len(held.given.doses) < 8
