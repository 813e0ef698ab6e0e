"""The study config: one place for TOML and Python; every mistake names its key."""

import contextlib
import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosteroid.errors import InputError, NeurosteroidError, UnitError
from neurosteroid.evidence import library
from neurosteroid.studies import config_from_data, read_config, read_protocols, run, shipped_configs
from neurosteroid.studies.workplace import workplace

GOOD = {
    "name": "small",
    "title": "Small",
    "question": "Does it run?",
    "population": {"card": "postpartum", "size": 3},
    "protocols": [{"card": "brexanolone-label"}, {"name": "own", "sentence": "30 ug/kg/h for 4 h"}],
    "time": {"until": "12 h", "step": "1 h"},
}


def test_every_shipped_study_is_valid_and_its_protocols_can_be_read():
    assert "brexanolone-postpartum" in shipped_configs()
    for name in shipped_configs():
        assert read_protocols(read_config(name))


def test_the_window_of_the_shipped_study_is_the_simulated_interval_of_the_card():
    window = read_config("brexanolone-postpartum").window
    results = library().card("brexanolone", "pharmacokinetics").variants["population"].reproduces
    for limit, percentile in ((window.low, "2.5"), (window.high, "97.5")):
        (found,) = [item for item in results if item.metric == f"percentile_{percentile}_52_h"]
        assert limit == f"{found.observed.value:g} {found.observed.unit}"
        assert found.source == ("wald2022",)
        assert "model output, not data" in found.note
    assert "simulated 95 % interval" in window.label


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("population", "size"), 0, r"population\.size: .*greater than or equal to 1"),
        (("population", "siz"), 3, r"population\.siz: No key 'siz'\. Did you mean 'size'"),
        (("time", "until"), "-3 h", r"time\.until: '-3 h' must be above 0"),
        (("time", "until"), "12", r"time\.until: '12' has no unit"),
        (("time", "step"), "1 kg", r"time\.step: .*different things"),
        (("time", "start"), "25:00", r"time\.start: '25:00' is not a time of day"),
        (("protocols",), [], "protocols: .*at least 1"),
        (("protocols",), [{"card": "a", "sentence": "b"}], r"protocols\[0\]: give either 'card' or 'sentence'"),
        (("seed",), -1, "seed: .*greater than or equal to 0"),
        (("name",), "a b", "name: 'a b' cannot be a name; use lower-case letters, digits and hyphens"),
        (("time", "until"), 3, r"time\.until: this must be text in quotation marks, such as '96 h' \(found 3\)"),
        (("outputs",), [], "outputs: it is empty; at least 1 is needed, or leave the key out"),
        (("protocols",), [{"name": " ", "sentence": "30 ug/kg/h for 4 h"}], r"protocols\[0\]: 'name' is empty"),
        (("protocols",), [{"name": "", "together": [{"card": "no-drug"}]}], r"protocols\[0\]: 'name' is empty"),
        (("states",), [{"kind": "men"}], r'states\[0\]\.kind: .*population\.card = "men"'),
        (("population", "card"), "men", r"states\[0\]: a male person is not in .*another card of people, such as"),
        (("window",), {"label": "x", "low": "5 ng/mL", "high": "2 ng/mL"}, "window: 'low' .* must be below 'high'"),
    ],
)
def test_a_wrong_value_names_its_key_and_what_is_allowed(path, value, message):
    data = copy.deepcopy(GOOD)
    place = data
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    if value == "men":
        data["states"] = [{"kind": "menopause"}]
    with pytest.raises(InputError, match=message):
        config_from_data(data)


def test_a_dose_in_a_unit_of_activity_is_refused_at_its_place_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = copy.deepcopy(GOOD)
    data["protocols"][1] = {"name": "oral", "sentence": "50 IU orally", "compound": "progesterone"}
    with pytest.raises(UnitError, match=r"protocols\[1\]\.sentence: 'IU' cannot become"):
        run(config_from_data(data))
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_refused_leaves_no_folder_that_it_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError), workplace(None, "small", "mark"):
        raise InputError("refused")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "runs").mkdir()
    with pytest.raises(InputError), workplace(None, "small", "mark"):
        raise InputError("refused")
    assert [each.name for each in tmp_path.iterdir()] == ["runs"]


def test_a_missing_key_is_named():
    data = {key: value for key, value in GOOD.items() if key != "question"}
    with pytest.raises(InputError, match="question: this key is missing"):
        config_from_data(data)


def test_a_file_that_is_not_toml_names_file_and_line(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text("name = \n")
    with pytest.raises(InputError, match=r"bad\.toml: this is not TOML: .*line 1"):
        read_config(path)


def test_an_unknown_study_lists_the_shipped_ones():
    with pytest.raises(InputError, match=r"Did you mean 'brexanolone-postpartum'.*neurosteroid new"):
        read_config("brexanolone-postpartun")


def test_a_sentence_that_cannot_be_read_names_its_place():
    data = copy.deepcopy(GOOD)
    data["protocols"][1]["sentence"] = "30 ug/kg/h for ever"
    with pytest.raises(NeurosteroidError, match=r"protocols\[1\]\.sentence"):
        read_protocols(config_from_data(data))


_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=8), st.just([]), st.just({})
)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(sorted(GOOD)), max_size=2), st.sampled_from([*sorted(GOOD), "model", "window"]), _VALUES
)
def test_mutated_configs_are_read_or_refused_in_words(dropped, replaced, value):
    data = {key: copy.deepcopy(item) for key, item in GOOD.items() if key not in dropped}
    data[replaced] = value
    # any other exception fails the test
    with contextlib.suppress(NeurosteroidError):
        read_protocols(config_from_data(data))


def test_a_table_where_a_list_belongs_says_to_bracket_it():
    with pytest.raises(InputError, match=r"states: this must be a list; put it in square brackets"):
        config_from_data({**GOOD, "states": {"kind": "postpartum", "day": 10}}, where="bad.toml")
