"""Rules in protocol cards: sentences with sources, numbers by name, steps of another card."""

import pytest

from neurosteroid.dosing import Protocol, protocol
from neurosteroid.engine.rules import ActionKind
from neurosteroid.errors import CardError
from neurosteroid.evidence import library, load_library

HEAD = 'title = "Mine"\ndescription = "For the test."\n'
BASED = 'based_on = "brexanolone-60"\n'
NUMBER = '[numbers.pause]\nvalue = 3\nunit = "h"\nassumed = "test"\n'


def rule(say):
    return f'[[rules]]\nsay = "{say}"\nstatus = "assumed"\nassumed = "test"\n'


def read(folder, text):
    (folder / "protocols").mkdir()
    (folder / "protocols" / "mine.toml").write_text(HEAD + text, encoding="utf-8")
    return protocol("mine", load_library(folder))


def test_the_label_rules_are_about_the_steps_of_the_label():
    ruled, label = protocol("brexanolone-label-rules"), protocol("brexanolone-label")
    assert ruled.steps == label.steps
    assert ruled.dilution == label.dilution
    assert [rule.action for rule in ruled.rules.rules] == [ActionKind.STOP, ActionKind.HOLD, ActionKind.RESUME]
    (stop, hold, resume) = ruled.rules.rules
    assert stop.checks is None
    assert hold.checks == resume.checks
    assert (hold.checks.every_h, hold.checks.awake) == (2.0, True)
    assert not label.rules
    assert Protocol.parse(ruled.sentence()).rules == ruled.rules


def test_every_rule_of_the_package_says_where_it_was_read():
    tables = [table for card in library().cards("protocols") for table in card.rules]
    assert tables
    for table in tables:
        assert table.assumed or (table.source and table.read_at)
    for name in ("brexanolone-label-rules", "brexanolone-label-rules-onward"):
        held = library().card(name, "protocols").rules[1:3]
        assert all(table.source and table.read_at and table.assumed for table in held)


def test_numbers_are_put_in_and_recorded(tmp_path):
    found = read(tmp_path, BASED + NUMBER + rule("hold when sedation >= mild, not again within {pause}"))
    (only,) = found.rules.rules
    assert only.cool_down_h == 3.0
    assert "mine.pause" in [number.where for number in found.ledger.numbers]
    assert found.steps == protocol("brexanolone-60").steps


def test_what_rules_assume_is_counted_and_a_reason_is_enough_to_load(tmp_path):
    label = protocol("brexanolone-label-rules")
    tables = library().card("brexanolone-label-rules", "protocols").rules
    assumed = [table.assumed for table in tables if table.assumed]
    assert [choice.assumed for choice in label.ledger.choices] == assumed
    assert len(assumed) >= 2
    found = read(tmp_path, BASED + '[[rules]]\nsay = "hold when sedation >= mild"\nassumed = "test"\n')
    (choice,) = found.ledger.choices
    assert (choice.where, choice.said, choice.assumed) == ("mine.rules[0]", "hold when sedation >= mild", "test")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BASED + rule("hold when sedation >= mild, after 2 h"), "A number stands in 'say'"),
        (BASED + rule(" "), "'say' is empty"),
        (
            BASED + NUMBER + rule("hold when sedation >= mild, after {puse}"),
            r"rules\[0\].say: No number 'puse'. Did you mean 'pause'",
        ),
        (BASED + rule("hodl when sedation >= mild"), r"rules\[0\].say.*did you mean 'hold'"),
        (BASED + '[[rules]]\nsay = "hold when sedation >= mild"\n', "needs a 'source'"),
        (BASED + 'compound = "allopregnanolone"\n', "based_on: the steps are those of 'brexanolone-60'"),
        ('based_on = "brexanolone-label-rules"\n', "is based on another card itself"),
    ],
)
def test_a_card_whose_rules_do_not_fit_is_refused(tmp_path, text, said):
    with pytest.raises(CardError, match=said):
        read(tmp_path, text)
