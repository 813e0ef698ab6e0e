"""The sentence language for rules: what is read, that it reads back, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosteroid.dosing import Protocol, Route, rule_sentence, sentence
from neurosteroid.dosing.rule_sentence import parse_rules
from neurosteroid.dosing.rules import CheckSeries, DosingRule, RuleBook, Threshold
from neurosteroid.dosing.steps import ADVERBS
from neurosteroid.engine.rules import ActionKind, Clock, Relation
from neurosteroid.errors import InputError

SEDATED = Threshold(Relation.AT_LEAST, level="moderate")
PLAN = Protocol.parse("30 ug/kg/h for 4 h then 60 ug/kg/h for 20 h", name="plan")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("hold when sedation >= moderate", DosingRule(ActionKind.HOLD, "sedation", SEDATED)),
        ("Hold when sedation at least moderate", DosingRule(ActionKind.HOLD, "sedation", SEDATED)),
        (
            "resume as programmed when sedation at least moderate",
            DosingRule(ActionKind.RESUME, "sedation", SEDATED, onward=True),
        ),
        ("stop when hypoxia", DosingRule(ActionKind.STOP, "hypoxia", None)),
        ("stop for good when hypoxia, continuously", DosingRule(ActionKind.STOP, "hypoxia", None)),
        (
            "resume one step lower when sedation < mild, checked every 2 h while awake",
            DosingRule(
                ActionKind.RESUME,
                "sedation",
                Threshold(Relation.BELOW, level="mild"),
                checks=CheckSeries(2.0, awake=True),
                lower=True,
            ),
        ),
        (
            "step down when plasma.allopregnanolone above 300 nmol/L until below 250 nmol/L, at most 2 times",
            DosingRule(
                ActionKind.STEP_DOWN,
                "plasma.allopregnanolone",
                Threshold(Relation.ABOVE, 300.0, "nmol/L"),
                Threshold(Relation.BELOW, 250.0, "nmol/L"),
                maximum=2,
            ),
        ),
        (
            "give 5 mg intravenously when mood.hamd17 > 20, after 30 min, not again within 1 day",
            DosingRule(
                ActionKind.RESCUE,
                "mood.hamd17",
                Threshold(Relation.ABOVE, 20.0),
                amount=5.0,
                unit="mg",
                route=Route.INTRAVENOUS,
                delay_h=0.5,
                cool_down_h=24.0,
            ),
        ),
        (
            "titrate up when mood.hamd17 > 7, checked every 12 h while awake from 07:30 to 22:00 missing 10 %",
            DosingRule(
                ActionKind.TITRATE_UP,
                "mood.hamd17",
                Threshold(Relation.ABOVE, 7.0),
                checks=CheckSeries(12.0, True, (7.5, 22.0), 0.1),
            ),
        ),
    ],
)
def test_a_rule_is_read_and_reads_back(text, rule):
    assert parse_rules(text) == RuleBook((rule,))
    assert parse_rules(rule.sentence()) == RuleBook((rule,))


def test_check_every_holds_for_the_rules_that_do_not_say():
    book = parse_rules(
        "check every 2 h while awake; hold when sedation >= moderate; stop when hypoxia, continuously;"
        " step down when sedation >= mild checked every 1 h"
    )
    assert [rule.checks for rule in book.rules] == [CheckSeries(2.0, awake=True), None, CheckSeries(1.0)]
    assert parse_rules(book.sentence()) == book


def test_choices_and_lines():
    book = parse_rules("hold when sedation >= moderate\n\nthe clock waits\nbegin at the lowest step\n")
    assert (book.clock, book.lowest_first, len(book.rules)) == (Clock.WAITS, True, 1)
    assert parse_rules(book.sentence()) == book


def test_a_protocol_with_rules_reads_back_and_keeps_its_steps():
    ruled = PLAN.with_rule("hold when sedation >= moderate").with_rule("stop when hypoxia", name="ruled")
    assert ruled.steps == PLAN.steps
    assert ruled.name == "ruled"
    assert not PLAN.rules
    assert Protocol.parse(ruled.sentence(), name=ruled.name).rules == ruled.rules
    assert Protocol.parse(ruled.sentence()).steps == ruled.steps
    assert PLAN.with_rule("hold when sedation >= moderate").name == "plan, hold when sedation >= moderate"
    assert ruled.with_rule("stop when hypoxia").rules == ruled.rules


thresholds = st.builds(
    Threshold,
    st.sampled_from(list(Relation)),
    st.floats(-1e6, 1e6, allow_nan=False),
    st.sampled_from(["1", "nmol/L", "ng/mL"]),
)
series = st.builds(
    CheckSeries,
    st.floats(0.01, 1000.0),
    st.just(True),
    st.one_of(st.none(), st.just((7.0, 23.0))),
    st.sampled_from([0.0, 0.1, 0.5]),
)
plain = st.builds(
    DosingRule,
    st.sampled_from([ActionKind.STOP, ActionKind.HOLD, ActionKind.STEP_DOWN, ActionKind.TITRATE_UP]),
    st.sampled_from(["sedation", "plasma.allopregnanolone", "mood.hamd17"]),
    thresholds,
    st.one_of(st.none(), thresholds),
    st.one_of(st.none(), series),
    delay_h=st.floats(0.0, 100.0),
    maximum=st.one_of(st.none(), st.integers(1, 99)),
    cool_down_h=st.floats(0.0, 100.0),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(plain, min_size=1, max_size=4), st.sampled_from(list(Clock)), st.booleans())
def test_any_rules_read_back(rules, clock, lowest):
    book = RuleBook(tuple(rules), clock, lowest)
    assert parse_rules(book.sentence()) == book


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not a rule"),
        ("hodl when sedation >= moderate", r"character 1: found 'hodl'; expected an action.*did you mean 'hold'"),
        ("hold sedation >= moderate", "character 6: found 'sedation'; expected 'when'"),
        ("hold when >= moderate", "character 11: found '>='; expected what is watched"),
        ("hold when sedation >=", "the sentence ends; expected a number with its unit, or a level"),
        ("hold when sedation >= moderate sometimes", "found 'sometimes'; expected ';'"),
        ("hold when sedation >= moderate, checked every 2", "a time such as '4 h', with its unit"),
        ("hold when sedation >= moderate, checked every 0 h", "checks every 0 h"),
        ("hold when sedation >= moderate, at most 0 times", "expected a whole number"),
        ("hold when sedation >= moderate, checked every 2 h while awake from 25:00 to 23:00", "not a time of day"),
        ("hold when sedation >= moderate, checked every 2 h missing 120 %", "between 0 and 100 %"),
        ("stop when hypoxia until < mild", "no 'until' for an event"),
        (
            "give 5 mg when sedation >= mild",
            "'intravenously' or 'orally' or 'vaginally' or 'intramuscularly' or 'subcutan",
        ),
        ("give 5 mg/h orally when sedation >= mild", "amount per time"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text, message):
    with pytest.raises(InputError, match=message):
        parse_rules(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("check every 2 h; hold when sedation >= mild; check every 3 h", "stand once in a text"),
        ("the clock waits; hold when sedation >= mild; the clock continues", "stand once in a text"),
        ("check every 2 h while awake", "and there is none"),
        ("check every 2 h; hold when sedation >= mild, continuously", "and there is none"),
    ],
)
def test_what_would_be_dropped_or_overridden_is_refused(text, said):
    with pytest.raises(InputError, match=said):
        PLAN.with_rule(text)


def test_a_later_clock_overrides_an_earlier_one():
    waits = PLAN.with_rule("hold when sedation >= mild; the clock waits")
    assert waits.with_rule("the clock continues").rules.clock is Clock.CONTINUES
    assert waits.with_rule("stop when hypoxia").rules.clock is Clock.WAITS


@pytest.mark.parametrize("route", Route)
def test_the_grammar_names_every_route_and_a_rescue_dose_takes_it(route):
    said = f'"{ADVERBS[route]}"'
    assert said in rule_sentence.__doc__
    assert said in sentence.__doc__
    (rule,) = parse_rules(f"give 5 mg {ADVERBS[route]} when sedation >= mild").rules
    assert rule.route is route


def test_a_port_may_have_a_hyphen_in_its_name():
    (rule,) = parse_rules("hold when plasma.follitropin-alfa >= 5 IU/L, at most 1 times").rules
    assert (rule.port, rule.when) == ("plasma.follitropin-alfa", Threshold(Relation.AT_LEAST, 5.0, "IU/L"))
    assert parse_rules(rule.sentence()).rules == (rule,)
