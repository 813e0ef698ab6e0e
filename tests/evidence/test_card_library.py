"""Look-ups, a user's own folder, and citations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from example_card import VALID, WriteCard

from neurosteroid.errors import CardError, InputError, UnknownNameError
from neurosteroid.evidence import library, load_library, read_bibtex, use_library
from neurosteroid.evidence.lookup import FOLDER_VARIABLE, PACKAGE_FOLDER


def test_unknown_names_suggest_the_close_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'allopregnanolone'"):
        library().card("alopregnanolone")
    with pytest.raises(UnknownNameError, match="Did you mean 'clearance'"):
        library().card("brexanolone").number("clearence")
    with pytest.raises(UnknownNameError, match="Did you mean 'label'"):
        library().card("brexanolone").variant("labell")
    with pytest.raises(UnknownNameError, match="Did you mean 'receptors'"):
        library().names("receptor")
    with pytest.raises(UnknownNameError, match="Did you mean 'wald2022'"):
        library().cite(["wald2021"])


def test_a_card_without_variants_says_so() -> None:
    with pytest.raises(InputError, match="no variants"):
        library().card("allopregnanolone").variant("label")


def test_kinds_and_names_are_the_folders() -> None:
    assert {"compounds", "pharmacokinetics", "protocols", "receptors"} <= set(library().kinds())
    assert {"allopregnanolone", "estradiol", "progesterone"} <= set(library().names("compounds"))
    assert library().card("pharmacokinetics/brexanolone") is library().card("brexanolone")


def test_users_folder_lies_on_top(write_card: WriteCard, tmp_path: Path) -> None:
    write_card()
    own = 'kind = "compounds"\nname = "allopregnanolone"\ntitle = "Mine"\ndescription = "Mine."\n'
    write_card(own, "compounds", "allopregnanolone")
    both = load_library(tmp_path)
    assert both.card("example").number("affinity").source == ("wald2022",)
    assert both.card("allopregnanolone").title == "Mine"
    assert both.card("brexanolone").title == library().card("brexanolone").title
    assert library().card("allopregnanolone").title != "Mine"


def test_users_references_are_read(write_card: WriteCard, tmp_path: Path) -> None:
    write_card(VALID.replace('"wald2022"', '"mine2026"'))
    with pytest.raises(CardError, match=r"No 'mine2026' in references\.bib"):
        load_library(tmp_path).card("example")
    (tmp_path / "references.bib").write_text("@misc{mine2026, title = {My data}, year = 2026}\n")
    both = load_library(tmp_path)
    assert both.card("example").number("affinity").source == ("mine2026",)
    assert "My data" in both.cite(["mine2026"])


def test_users_units_are_checked_when_the_card_loads(write_card: WriteCard, tmp_path: Path) -> None:
    write_card(VALID.replace('unit = "umol/L"\nspread', 'unit = "umoll/L"\nspread'))
    with pytest.raises(CardError, match=r"numbers\.affinity\.unit"):
        load_library(tmp_path).card("example")


def test_a_name_of_two_kinds_must_say_which(write_card: WriteCard, tmp_path: Path) -> None:
    write_card()
    write_card(VALID.replace('kind = "receptors"', 'kind = "outcomes"', 1), "outcomes")
    both = load_library(tmp_path)
    with pytest.raises(InputError, match="'outcomes/example' or 'receptors/example'"):
        both.card("example")
    assert both.card("outcomes/example").kind == "outcomes"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        load_library(tmp_path / "nowhere")


def test_a_card_outside_a_kind(tmp_path: Path) -> None:
    (tmp_path / "stray.toml").write_text(VALID)
    with pytest.raises(CardError, match="folder of its kind"):
        load_library(tmp_path)


def test_citations_read_back() -> None:
    keys = ["wald2022", "hoffmann2019", "wald2022"]
    text = library().cite(keys)
    assert text.count("@article{wald2022") == 1
    again = read_bibtex(text, "out.bib")
    assert list(again) == ["wald2022", "hoffmann2019"]
    assert again["wald2022"].fields == library().references["wald2022"].fields
    assert library().references["wald2022"].plain().startswith("Wald et al. (2022)")
    assert library().references["wald2022"].address == "https://doi.org/10.1007/s40262-022-01155-w"
    assert library().cite([]) == ""


def test_bibtex_values_may_hold_braces_quotes_and_lines() -> None:
    read = read_bibtex(
        '@article{a,\n title = {The {GABA}\n  receptor}, year = "2020", author={A, B and C, D}}', "x.bib"
    )
    assert read["a"].fields == {"title": "The {GABA} receptor", "year": "2020", "author": "A, B and C, D"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@article{a, title = {x}}", "no year"),
        ("@article{a, title = {x}, year = {1}}\n@misc{a, title = {y}, year = {2}}", "line 2: The key 'a'"),
        ("@article{a, title = {x, year = {1}}", "entry is never closed"),
        ("@article{a, title = {x, year = 1", "opened with { is never closed"),
        ("@article{a, title = unquoted, year = {1}}", "A field is written like"),
        ("@article a", "An entry starts like"),
    ],
)
def test_wrong_bibtex_names_the_line(text: str, words: str) -> None:
    with pytest.raises(CardError, match=words):
        read_bibtex(text, "x.bib")


OWN = """
kind = "compounds"
name = "allopregnanolone"
title = "Ours"
description = "For a test."
[numbers.molar_mass]
value = 300.0
unit = "g/mol"
assumed = "a test"
"""


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    (tmp_path / "compounds").mkdir()
    (tmp_path / "compounds" / "allopregnanolone.toml").write_text(OWN)
    yield tmp_path
    use_library(None)


def test_a_folder_in_use_reaches_the_model_and_goes_again(own_folder):
    from neurosteroid.model import assemble

    packaged = assemble().molar_mass
    use_library(own_folder)
    assert assemble().molar_mass == 300.0
    assert library().card("brexanolone").name == "brexanolone"
    use_library(None)
    assert assemble().molar_mass == packaged != 300.0


def test_a_folder_that_is_not_there_changes_nothing(own_folder):
    use_library(own_folder)
    with pytest.raises(InputError, match="There is no such folder"):
        use_library(own_folder / "nothing")
    assert library().card("allopregnanolone", "compounds").title == "Ours"


def test_published_results_follow_the_library_in_use(own_folder):
    from neurosteroid.studies import verify

    def predicted():
        return next(row.predicted for row in verify(["pharmacokinetics/brexanolone"]) if row.metric == "c_max")

    packaged = predicted()
    lower = (PACKAGE_FOLDER / "protocols" / "brexanolone-60.toml").read_text(encoding="utf-8")
    (own_folder / "protocols").mkdir()
    (own_folder / "protocols" / "brexanolone-label.toml").write_text(
        lower.replace("brexanolone-60", "brexanolone-label")
    )
    use_library(own_folder)
    # at most 60 in the place of 90 ug/kg/h
    assert predicted() < 0.8 * packaged
    use_library(None)
    assert predicted() == packaged


OWN_MOOD = """
kind = "outcomes"
name = "NAME"
title = "Mine"
description = "A stronger drug."
default = "strong"

[common]
population = "women of my clinic"

[variants.strong]
title = "Twice the effect"
extends = "hamd17[half-effect-30]"

[variants.strong.numbers.maximum_drug_effect]
value = 1.03
unit = "1"
assumed = "Twice the fitted one."

[variants.stronger]
extends = "strong"

[variants.stronger.numbers.maximum_drug_effect]
value = 2.0
unit = "1"
assumed = "Four times the fitted one."
"""


@pytest.mark.parametrize("name", ["hamd17", "my-mood"])
def test_an_own_card_extends_a_variant_of_a_package_card(write_card: WriteCard, tmp_path: Path, name: str) -> None:
    write_card(OWN_MOOD.replace("NAME", name), "outcomes", name)
    shelf = load_library(tmp_path)
    package, own = library().card("hamd17"), shelf.card(name)
    for variant, effect in (("strong", 1.03), ("stronger", 2.0)):
        found = own.variant(variant)
        assert found.part == package.variant().part
        assert found.settings == package.variant().settings
        assert found.numbers.keys() == package.variant().numbers.keys()
        assert found.numbers["maximum_drug_effect"].value == effect
        assert found.reproduces == ()
        for key, number in package.variant().numbers.items():
            if key != "maximum_drug_effect":
                assert found.numbers[key] == replace(number, card=name, variant=variant)
    assert own.number("maximum_drug_effect").population == "women of my clinic"
    assert (shelf.is_own("outcomes", name), shelf.replaces("outcomes", name)) == (True, name == "hamd17")
    assert not shelf.is_own("outcomes", "sedation")


def test_an_own_card_extends_a_package_card_without_variants(write_card: WriteCard, tmp_path: Path) -> None:
    text = OWN_MOOD.replace("NAME", "sedation").replace("hamd17[half-effect-30]", "sedation[]")
    write_card(text, "outcomes", "sedation")
    own = load_library(tmp_path).card("sedation")
    assert own.number("threshold_mild").source == library().card("sedation").number("threshold_mild").source


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("hamd17[half-effect-3]", "has no variant 'half-effect-3'; known: half-effect-30, half-effect-10"),
        ("brexanolone[label]", "no card 'brexanolone' of this kind"),
        ("half-effect-30", "written 'card.variant.'"),
    ],
)
def test_a_package_variant_that_is_not_there_is_named(
    write_card: WriteCard, tmp_path: Path, base: str, said: str
) -> None:
    write_card(OWN_MOOD.replace("NAME", "hamd17").replace("hamd17[half-effect-30]", base), "outcomes", "hamd17")
    with pytest.raises(CardError, match=rf"variants\.strong\.extends: .*{said}"):
        load_library(tmp_path).card("hamd17")


def test_a_folder_of_no_kind_is_refused_and_not_passed_over(write_card: WriteCard, tmp_path: Path) -> None:
    write_card(VALID.replace('"receptors"', '"receptor"'), "receptor", "example")
    with pytest.raises(UnknownNameError, match=r"example\.toml: No kind of card 'receptor'\. Did you mean 'receptors'"):
        load_library(tmp_path)


def test_files_that_begin_with_a_byte_order_mark_are_read(write_card: WriteCard, tmp_path: Path) -> None:
    write_card("\ufeff" + VALID.replace('"wald2022"', '"mine2026"'))
    text = "\ufeff@misc{mine2026, title = {My data}, year = 2026}\n"
    (tmp_path / "references.bib").write_text(text, encoding="utf-8")
    assert load_library(tmp_path).card("example").title == "An example"


@pytest.mark.parametrize("wrong", [3, None, ["brexanolone"]])
def test_names_and_folders_are_text(wrong: object) -> None:
    with pytest.raises(InputError, match="is not the name of a card"):
        library().card(wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="is not a folder"):
        load_library(wrong)  # type: ignore[arg-type]


def test_one_reference_is_cited_by_its_key() -> None:
    assert library().cite("wald2022") == library().cite(["wald2022"])
