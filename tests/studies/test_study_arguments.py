"""The way in to studies: what is given is read as in `simulate`, and what cannot be meant is refused in a sentence."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError, UnknownNameError
from neurosteroid.studies import config_from_data, read_config

SHORT = {"until": "4 h", "step": "2 h"}


def women():
    return ns.population("postpartum", size=2, seed=1)


def test_protocols_may_be_named_by_their_cards():
    named = ns.study(women(), ["brexanolone-label", ns.protocol("no-drug")], **SHORT)
    given = ns.study(women(), [ns.protocol("brexanolone-label"), ns.protocol("no-drug")], **SHORT)
    assert named.config == given.config
    assert np.array_equal(named.individuals.columns["c_max"], given.individuals.columns["c_max"], equal_nan=True)


@pytest.mark.parametrize(
    ("protocols", "error", "said"),
    [
        (["no-drug", "brexanolone-lable"], UnknownNameError, r"^protocols\[1\]: .*Did you mean 'brexanolone-label'"),
        ([3], InputError, r"^protocols\[0\]: 3 is not a protocol"),
        ("no-drug", InputError, "^protocols: give a list"),
        (ns.protocol("no-drug"), InputError, "^protocols: give a list"),
    ],
)
def test_what_is_no_protocol_is_refused(protocols, error, said):
    with pytest.raises(error, match=said):
        ns.study(women(), protocols, **SHORT)


def test_what_is_no_population_is_refused():
    with pytest.raises(InputError, match="'postpartum' is not a population"):
        ns.study("postpartum", ["no-drug"], **SHORT)


@pytest.mark.parametrize("name", ["size", "seed"])
@pytest.mark.parametrize("value", ["3", 3.5, 3.0, None, True, np.nan])
def test_sizes_and_seeds_are_whole_numbers(name, value):
    with pytest.raises(InputError, match=rf"population\.{name}: .*no whole number"):
        ns.population("postpartum", **{"size": 3, "seed": 1, name: value})


def test_whole_numbers_of_numpy_are_whole_numbers():
    found = ns.population("postpartum", size=np.int64(3), seed=np.uint8(1))
    assert found == ns.population("postpartum", size=3, seed=1)
    assert type(found.size) is type(found.seed) is int


@pytest.mark.parametrize("more", ["", "\ufeff"])
def test_a_study_file_may_begin_with_a_byte_order_mark(more, tmp_path):
    text = """
name = "small"
title = "Small"
question = "Is it read?"
population = { card = "postpartum", size = 3 }
protocols = [{ card = "no-drug" }]
"""
    path = tmp_path / "study.toml"
    path.write_bytes((more + text).encode())
    assert read_config(path).title == "Small"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"pk": "label"}, r"^model: No part 'pk'\. .*pharmacokinetics"),
        ({"sedatoin": "label"}, r"^model: No part 'sedatoin'\. Did you mean 'sedation'"),
        ({"mood": 3}, "^model: mood is 3; give the name of a variant"),
    ],
)
def test_a_choice_of_variants_that_cannot_be_meant_is_refused_in_a_sentence(given, said):
    with pytest.raises(InputError, match=said):
        ns.ModelChoice(**given)


def test_in_a_config_it_is_named_by_its_key_among_all_else_that_is_wrong():
    data = {"name": "small", "title": "Small", "population": {"card": "postpartum", "size": 3}}
    protocols = [{"card": "no-drug"}]
    with pytest.raises(InputError) as caught:
        config_from_data({**data, "protocols": protocols, "model": {"sedatoin": "label", "mood": 3}})
    assert "question: this key is missing" in str(caught.value)
    assert "model.sedatoin: No key 'sedatoin'. Did you mean 'sedation'" in str(caught.value)
    assert "model.mood: " in str(caught.value)
