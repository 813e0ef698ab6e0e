"""Rules on the whole model: what the label asks for, realised in women of their own."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.dosing import Protocol
from neurosteroid.errors import EventError, InputError, UnitError, UnknownNameError
from neurosteroid.evidence import Ledger
from neurosteroid.model import assemble, events_of, output_times, simulate_many
from neurosteroid.model.ruled import compile_rules

WOMAN = ns.Person(weight="68 kg")
LABEL = ns.protocol("brexanolone-label")
RULED = ns.protocol("brexanolone-label-rules")
SLEEPY = {"sedation.sedation_draw": np.array([0.03])}
"""A woman whose place among women makes her moderately sedated under the drug."""


def followed(protocol, parameters=None, until="96 h", **options):
    assembly = assemble(events=events_of([protocol]), accounts=options.pop("accounts", False))
    times = output_times(until, "30 min")
    return simulate_many(assembly, protocol, np.array([68.0]), times, parameters=parameters, **options), assembly


def test_the_typical_woman_under_the_label_rules_gets_the_label_titration():
    course, plain = ns.simulate(WOMAN, RULED), ns.simulate(WOMAN, LABEL)
    assert course.actions == ()
    assert course.given.total() == pytest.approx(plain.given.total(), rel=1e-12)
    assert plain.given.total() == pytest.approx(float(LABEL.total_dose(68.0)), rel=1e-12)
    shared = np.isin(course.times, plain.times)
    np.testing.assert_allclose(
        course.values["plasma.allopregnanolone"][shared], plain.values["plasma.allopregnanolone"], rtol=1e-9, atol=1e-9
    )


def test_a_woman_who_is_sedated_is_held_at_a_check_and_resumed_at_a_check():
    courses, assembly = followed(RULED, SLEEPY)
    log, rules = courses.actions, courses.rules
    acted = [str(rules[number].action) for number in log.rule]
    assert acted[:2] == ["hold", "resume"]
    # hour 0 is 08:00; she wakes at 07:00 and sleeps at 23:00
    assert np.all(log.time % 2.0 == 0.0)
    clock = (8.0 + log.time) % 24.0
    assert np.all((clock >= 7.0) & (clock <= 23.0))
    assert log.value[0] >= 2.0
    assert log.value[1] < 2.0
    assert log.rate_after[1] <= log.rate_before[0]
    total = courses.given.infused[0] * assembly.molar_mass / 1e6
    assert 0.0 < total < float(LABEL.total_dose(68.0))


def test_all_that_was_given_is_in_the_body_or_has_left_it():
    courses, assembly = followed(RULED, SLEEPY, accounts=True)
    names = [name for name in assembly.system.state_names if assembly.system.units[name] == "nmol"]
    courses = simulate_many(
        assembly, RULED, np.array([68.0]), output_times("96 h", "30 min"), parameters=SLEEPY, outputs=tuple(names)
    )
    held = sum(courses.values[name][0, -1] for name in names)
    assert held == pytest.approx(courses.given.infused[0], rel=1e-9)
    assert courses.given.infused[0] == pytest.approx(
        courses.given.integral(1)[0] * 68.0 * 1e3 / assembly.molar_mass, rel=1e-12
    )


def test_hypoxia_stops_for_good_once_a_hazard_is_given():
    courses, _ = followed(RULED, {"hypoxia_hazard.rate": np.array([0.05]), "hypoxia.draw": np.array([0.5])})
    (time,) = courses.actions.time
    assert time == pytest.approx(np.log(2.0) / 0.05, abs=1e-8)
    assert courses.given.staircase(0)[1][-1] == 0.0
    assert courses.values["plasma.allopregnanolone"][0, -1] < 1.0


def test_the_draws_of_a_woman_are_the_same_whether_or_not_events_are_followed():
    plain, with_event = assemble(), assemble(events=("hypoxia",))
    women = ns.population("postpartum", size=3, seed=11)
    one, other = (women.draw(assembly, Ledger()).parameters for assembly in (plain, with_event))
    assert set(other) - set(one) == {"hypoxia.draw"}
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name])


def test_the_waking_hours_of_the_card_take_part():
    course = ns.simulate(WOMAN, RULED)
    taken = {number.where for number in course.ledger.numbers}
    assert {"postpartum.wakes_at", "brexanolone-label-rules.check_interval", "hypoxia.rate"} <= taken
    own = ns.simulate(
        WOMAN, LABEL.with_rule("hold when sedation >= mild, checked every 2 h while awake from 9:00 to 21:00")
    )
    assert "postpartum.wakes_at" not in {number.where for number in own.ledger.numbers}


def test_the_rules_of_the_design_read_as_it_writes_them():
    course = ns.simulate(WOMAN, LABEL.with_rule("hold when sedation >= moderate"))
    assert course.actions == ()
    course = ns.simulate(WOMAN, LABEL.with_rule("step down when plasma.allopregnanolone >= 60 ng/mL"))
    (action,) = course.actions
    assert (action.action, action.rate_before, action.rate_after, action.rate_unit) == ("step down", 90, 60, "ug/kg/h")
    expected = 60.0 / assemble().molar_mass * 1e3
    # the moment is among the times that are shown
    shown = course.values["plasma.allopregnanolone"][np.abs(course.times - action.time).argmin()]
    assert shown == pytest.approx(expected, rel=1e-9)
    assert (action.value, action.unit) == (pytest.approx(expected, rel=1e-9), "nmol/L")


def test_a_rescue_dose_is_given_by_weight():
    plan = Protocol.parse(
        "30 ug/kg/h for 4 h with rules: give 10 ug/kg intravenously when mood.hamd17 > 0, at most 1 times"
    )
    course = ns.simulate(WOMAN, plan, until="12 h")
    (dose,) = course.given.doses
    assert (dose.time_h, dose.amount, dose.unit) == (0.0, 10.0, "ug/kg")
    assert course.given.total("ug") == pytest.approx(68.0 * (30.0 * 4.0 + 10.0), rel=1e-12)


@pytest.mark.parametrize(
    ("rule", "error", "message"),
    [
        ("hold when sedaton >= moderate", UnknownNameError, "No port 'sedaton'. Did you mean 'sedation'"),
        ("hold when sedation >= moderat", UnknownNameError, "No level 'moderat'. Did you mean 'moderate'"),
        ("hold when plasma.allopregnanolone >= mild", InputError, "has no levels"),
        ("hold when plasma.allopregnanolone >= 60", UnitError, "write the limit with its unit"),
        ("hold when plasma.allopregnanolone >= 60 mg", UnitError, "measure different things"),
        (
            "hold when sedation >= mild, checked every 2 h while awake from 7:00 to 7:00",
            InputError,
            "hold when sedation >= mild.*: awake from 7 to 7 is not possible",
        ),
        ("stop when hypoxia >= 1", InputError, "'hypoxia' is an event and takes no limit; write 'when hypoxia'"),
        ("stop when sedation", InputError, "'sedation' is no event"),
        ("hold when sedation >= mild until >= moderate", InputError, "both can hold at once"),
        ("give 5 mg orally when sedation < mild", EventError, "takes allopregnanolone intravenously only"),
    ],
)
def test_rules_that_the_model_cannot_follow_are_refused_in_words(rule, error, message):
    with pytest.raises(error, match=message):
        ns.simulate(WOMAN, LABEL.with_rule(rule))


def test_an_event_that_the_model_lacks_is_not_offered():
    weights = np.array([68.0])
    with pytest.raises(InputError, match=r"without the event 'hypoxia'; give assemble\(events=\('hypoxia',\)\)"):
        compile_rules(assemble(), RULED, weights)
    with pytest.raises(UnknownNameError) as caught:
        compile_rules(assemble(), LABEL.with_rule("stop when hypoxa"), weights)
    assert "hypoxia" not in caught.value.message


def test_records_of_a_protocol_with_rules_are_refused():
    with pytest.raises(EventError, match="brexanolone-label-rules: records say what is given whatever happens"):
        RULED.records(68.0, 318.5, "tank")


def test_a_population_is_followed_woman_by_woman():
    plan = LABEL.with_rule(
        "check every 2 h while awake; hold when sedation >= mild; resume one step lower when sedation < mild"
    )
    assembly = assemble()
    women = ns.population("postpartum", size=40, seed=3).draw(assembly, Ledger())
    times = output_times("96 h", "2 h")
    together = simulate_many(assembly, plan, women.weight, times, parameters=women.parameters)
    assert len(together.actions)
    for person in sorted(set(together.actions.person.tolist()))[:3]:
        own = {name: values[person : person + 1] for name, values in women.parameters.items()}
        alone = simulate_many(assembly, plan, women.weight[person : person + 1], times, parameters=own)
        mine = together.actions.of(person)
        np.testing.assert_array_equal(alone.actions.rule, mine.rule)
        np.testing.assert_allclose(alone.actions.time, mine.time, rtol=1e-12)
        for name, values in alone.values.items():
            np.testing.assert_allclose(values[0], together.values[name][person], rtol=1e-9, atol=1e-9)


def test_levels_and_units_become_numbers_of_the_port():
    plan = LABEL.with_rule("hold when sedation >= moderate until < mild")
    programme, (rule,) = compile_rules(assemble(), plan, np.array([68.0]))
    assert (rule.condition.when.value, rule.condition.until.value) == (2.0, 1.0)
    assert programme.levels.tolist() == [30.0, 60.0, 90.0]
