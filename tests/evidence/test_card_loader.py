"""A wrong card is refused with its file and key; a right one keeps everything it says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from example_card import VALID, WriteCard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurosteroid.errors import CardError
from neurosteroid.evidence import Status
from neurosteroid.evidence.loader import load_card

SOURCES = ("wald2022", "hoffmann2019")


def replaced(old: str, new: str) -> str:
    assert VALID.count(old) >= 1, f"the example lost {old!r}"
    return VALID.replace(old, new, 1)


def test_a_valid_card_keeps_everything(write_card: WriteCard) -> None:
    card = load_card(write_card(), SOURCES)
    assert card.default == "first"
    affinity = card.number("affinity")
    assert (affinity.value, affinity.unit, affinity.species, affinity.status) == (2.5, "umol/L", "human", "secondary")
    assert affinity.source == ("wald2022",)
    assert affinity.spread is not None
    assert (affinity.spread.low, affinity.spread.high) == (2.0, 3.0)
    assert (affinity.card, affinity.variant, affinity.key) == ("example", "first", "affinity")
    entry = card.variant().reproduces[0]
    assert entry.arguments == {"people": "typical", "size": 20}
    assert entry.observed.value == 26


def test_a_variant_extends_another_without_its_results(write_card: WriteCard) -> None:
    card = load_card(write_card(), SOURCES)
    second = card.variant("second")
    assert second.part == "gating"
    assert second.settings == {"isoform": "a1b2g2"}
    assert second.reproduces == ()
    assert second.numbers["affinity"].value == 2.5
    assert second.numbers["affinity"].variant == "second"
    assert second.numbers["ratio"].value == 0.5
    assert second.numbers["ratio"].source == ("wald2022", "hoffmann2019")
    assert not second.numbers["ratio"].counts_as_assumed


def test_common_provenance_fills_only_numbers_that_state_none(write_card: WriteCard) -> None:
    text = VALID.replace(
        'species = "human"', 'species = "human"\nsource = "hoffmann2019"\nstatus = "read"\nread_at = "Table 2"'
    )
    text = text.replace('source = "wald2022"\nstatus = "secondary"\nread_at = "Table 1"\n', "", 1)
    card = load_card(write_card(text), SOURCES)
    assert card.number("affinity").source == ("hoffmann2019",)
    assert card.number("affinity").status is Status.READ
    # an assumed number does not borrow a source it does not have
    assert card.number("ratio").source == ()
    assert card.number("ratio").status is Status.ASSUMED


MISTAKES = {
    "unknown key of the card": ('title = "An example"', 'title_ = "x"\ntitle = "y"', "title_", "Did you mean 'title'"),
    "unknown key of a number": (
        "value = 2.5",
        "value = 2.5\nsource_ = 'x'",
        "numbers.affinity.source_",
        "Did you mean",
    ),
    "unknown key of a variant": ('part = "gating"', 'parts = "gating"', "variants.first.parts", "'part'"),
    "unknown key of a spread": ("low = 2.0,", "lower = 2.0,", "affinity.spread.lower", "low"),
    "unknown key of a result": ('metric = "ec50"', 'metric = "x"\nmetrik = "y"', "reproduces[0].metrik", "'metric'"),
    "unknown shared key": ('species = "human"', 'speces = "human"', "common.speces", "Unknown key"),
    "no source and not assumed": (
        'source = "wald2022"\nstatus = "secondary"\nread_at = "Table 1"\n\n',
        "\n",
        "variants.first.numbers.affinity",
        "needs a 'source'",
    ),
    "unknown source": ('"wald2022", "hoff', '"wald2202", "hoff', "variants.second.numbers.ratio.source", "'wald2022'"),
    "recalled without reason": (
        'status = "secondary"\nread_at = "Table 1"',
        'status = "recalled"',
        "variants.first.numbers.affinity",
        "'assumed'",
    ),
    "assumed with an empty reason": ('assumed = "A guess for the test."', 'assumed = " "', "ratio", "empty"),
    "read without a place": (
        'status = "secondary"\nread_at = "Table 1"',
        'status = "read"',
        "variants.first.numbers.affinity",
        "'read_at'",
    ),
    "derived without a note": ('note = "Twice the first."\n', "", "variants.second.numbers.ratio", "'note'"),
    "unknown status": ('status = "secondary"', 'status = "secondry"', "affinity.status", "'secondary'"),
    "unknown spread kind": ('kind = "ci95"', 'kind = "ci59"', "affinity.spread.kind", "'ci95'"),
    "unknown role": ('role = "fit"', 'role = "fitted"', "reproduces[0].role", "'fit'"),
    "unknown unit": ('unit = "umol/L"\nspread', 'unit = "umoll/L"\nspread', "numbers.affinity.unit", "umoll/L"),
    "unknown unit of a result": ('value = 26, unit = "umol/L"', 'value = 26, unit = "qq"', "observed.unit", "'qq'"),
    "default variant missing": ('default = "first"', 'default = "fist"', "default", "first, second"),
    "no default": ('default = "first"\n', "", "default", "missing"),
    "no title": ('title = "An example"\n', "", "title", "missing"),
    "extends an unknown variant": ('extends = "first"', 'extends = "third"', "variants.second.extends", "first"),
    "extends itself": ('extends = "first"', 'extends = "second"', "variants.second.extends", "first"),
    "value is text": ("value = 2.5", 'value = "2.5"', "numbers.affinity.value", "number"),
    "value is yes or no": ("value = 2.5", "value = true", "numbers.affinity.value", "number"),
    "value is not finite": ("value = 2.5", "value = inf", "numbers.affinity", "finite"),
    "value is missing": ("value = 2.5\n", "", "numbers.affinity.value", "missing"),
    "spread is upside down": ("low = 2.0", "low = 4.0", "numbers.affinity.spread", "above"),
    "spread with half an interval": ("low = 2.0, ", "", "numbers.affinity.spread", "'low' and 'high'"),
    "comparison without tolerance": (", tolerance = 0.1", "", "reproduces[0].compare", "tolerance"),
    "a number as a bare value": (
        '[variants.second.numbers.ratio]\nvalue = 0.5\nunit = "1"',
        "[variants.second.numbers]\nratio = 0.5\n[variants.second.settings]\nunit = '1'",
        "variants.second",
        "",
    ),
    "setting with a number": ('isoform = "a1b2g2"', "isoform = 3", "variants.first.settings.isoform", "text"),
    "a key of the loader": ("value = 2.5", 'value = 2.5\nkey = "x"', "numbers.affinity.key", "Unknown key"),
    "the path": ('name = "example"', 'name = "example"\npath = "x"', "path", "Unknown key"),
    "another kind": ('kind = "receptors"', 'kind = "receptor"', "kind", "'receptors'"),
    "another name": ('name = "example"', 'name = "example-2"', "name", "'example'"),
    "numbers beside variants": ("[common]", "[numbers.x]\nvalue = 1\n[common]", "numbers", "inside each variant"),
    "not TOML": ('title = "An example"', "title = An example", "", "line 3"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_file_and_key(write_card: WriteCard, mistake: str) -> None:
    old, new, key, words = MISTAKES[mistake]
    path = write_card(replaced(old, new))
    with pytest.raises(CardError) as caught:
        load_card(path, SOURCES)
    assert caught.value.where is not None
    assert caught.value.where.startswith(str(path))
    assert key in caught.value.where.removeprefix(str(path))
    assert words in str(caught.value)
    assert caught.value.exit_code == 2


def test_place_of_a_card_without_variants_is_as_in_the_file(write_card: WriteCard) -> None:
    text = 'kind = "compounds"\nname = "x"\ntitle = "X"\ndescription = "X."\n[numbers.mass]\nvalue = 1\nunti = "g"\n'
    with pytest.raises(CardError, match=r"x\.toml: numbers\.mass\.unti: Unknown key\. Did you mean 'unit'"):
        load_card(write_card(text, "compounds", "x"), SOURCES)


def test_several_mistakes_are_announced(write_card: WriteCard) -> None:
    text = replaced("value = 2.5", "value = 2.5\nfirst_slip = 1").replace('part = "gating"', "second_slip = 1")
    with pytest.raises(CardError, match=r"first_slip: .* There are more mistakes in this file"):
        load_card(write_card(text), SOURCES)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "receptors" / "example.toml"
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CardError, match="not UTF-8"):
        load_card(path, SOURCES)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CardError, match="cannot be read"):
        load_card(tmp_path / "receptors" / "example.toml", SOURCES)


def test_protocol_step_needs_an_end_or_an_amount(write_card: WriteCard) -> None:
    head = 'kind = "protocols"\nname = "p"\ntitle = "P"\ndescription = "P."\n[[steps]]\n'
    zero = 'start = { value = 0, unit = "h", assumed = "test" }\n'
    rate = 'rate = { value = 3, unit = "ug/kg/h", assumed = "test" }\n'
    with pytest.raises(CardError, match=r"p\.toml: steps\[0\]: .*'rate' and 'until' belong together"):
        load_card(write_card(head + zero + rate, "protocols", "p"), SOURCES)
    with pytest.raises(CardError, match=r"p\.toml: steps\[0\]: .*either 'rate'"):
        load_card(write_card(head + zero, "protocols", "p"), SOURCES)
    wrong = rate.replace("ug/kg/h", "ug/kg/hx")
    until = 'until = { value = 4, unit = "h", assumed = "test" }\n'
    with pytest.raises(CardError, match=r"p\.toml: steps\[0\]\.rate\.unit"):
        load_card(write_card(head + zero + wrong + until, "protocols", "p"), SOURCES)


LINES = VALID.splitlines()
JUNK = [
    "value",
    "{ }",
    '""',
    "[]",
    "nan",
    "-1",
    "true",
    '"zzz"',
    "1e999",
    "[[1]]",
    "{ value = { value = 1 } }",
    "2020-01-01",
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["drop", "double", "rename", "replace"]),
            st.integers(0, len(LINES) - 1),
            st.sampled_from(JUNK),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_mutated_cards_load_or_raise_card_error(write_card: WriteCard, changes: list[tuple[str, int, str]]) -> None:
    lines = list(LINES)
    for change, at, junk in changes:
        left, equals, _ = lines[at].partition("=")
        if change == "drop":
            lines[at] = ""
        elif change == "double":
            lines[at] += "\n" + LINES[(at * 7 + 3) % len(LINES)]
        elif change == "rename":
            lines[at] = lines[at].replace(left, left.strip()[::-1] + " ", 1) if equals else lines[at][:-1]
        elif equals:
            lines[at] = f"{left}= {junk}"
        else:
            lines[at] = junk
    path = write_card("\n".join(lines))
    try:
        card = load_card(path, SOURCES)
    except CardError as error:
        # any other exception fails the test by itself
        message = str(error)
    else:
        message = str(path)
        assert card.default in card.variants
        assert tomllib.loads(path.read_text())["default"] == card.default
        assert all(number.source or number.assumed or number.note for number in card.all_numbers())
    assert message.startswith(str(path))
