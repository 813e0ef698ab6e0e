"""One woman: what the README shows, and what is refused."""

import re

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import EventError, InputError, UnitError, UnknownNameError
from neurosteroid.model import output_times


@pytest.fixture(scope="module")
def course():
    woman = ns.Person(weight="68 kg", age="31 year", states=[ns.Postpartum(day=21, breastfeeding=True)])
    return ns.simulate(woman, ns.protocol("brexanolone-label"), start="08:00", until="96 h")


def test_outputs_are_quantities_with_their_unit(course):
    highest = course["plasma.allopregnanolone"].max()
    assert str(highest.units) == "nanomole / liter"
    in_clinic = course.in_unit("plasma.allopregnanolone", "ng/mL").max()
    # nmol/L * 318.5 g/mol = pg/mL * 1e-3... 1 nmol/L is 0.3185 ng/mL
    assert in_clinic == pytest.approx(float(highest.magnitude) * 0.3185, rel=1e-9)


def test_milk_is_shown_for_a_breastfeeding_woman_only(course):
    assert "milk.allopregnanolone" in course.names
    other = ns.simulate(ns.Person(weight="68 kg"), ns.protocol("brexanolone-label"), until="4 h")
    assert "milk.allopregnanolone" not in other.names


def test_course_as_frame_and_dataset(course):
    frame, dataset = course.to_frame(), course.to_xarray()
    assert len(frame) == len(course.times) == dataset.sizes["time"] == 193
    assert dataset["mood.hamd17"].attrs["units"] == "1"
    assert np.array_equal(frame["mood.hamd17"], dataset["mood.hamd17"])


def test_every_number_that_took_part_has_a_source_or_a_reason(course):
    sources = course.sources()
    assert len(sources) > 30
    assert all(text for _, text in sources)
    assert any(number.key == "rate" or "rate" in number.key for number, _ in sources)


def test_unknown_output_names_the_close_ones(course):
    with pytest.raises(UnknownNameError, match=r"Did you mean 'plasma\.allopregnanolone'"):
        course["plasma.allopregnanolon"]


def test_oral_doses_are_refused_because_this_model_has_no_gut():
    with pytest.raises(EventError, match="oral"):
        ns.simulate(ns.Person(weight="68 kg"), ns.Protocol.parse("50 mg orally"))


def test_a_compound_that_nothing_takes_is_refused():
    plan = ns.Protocol.parse("30 ug/kg/h for 4 h", compound="ganaxolon-e")
    with pytest.raises(UnknownNameError, match="No compound that can be given called 'ganaxolon-e'"):
        ns.simulate(ns.Person(weight="68 kg"), plan)


@pytest.mark.parametrize(
    ("until", "step", "message"),
    [
        ("0 h", "1 h", "above 0"),
        ("96 h", "-1 h", "above 0"),
        ("96 h", "1 ms", "at most 20000"),
        ("96 kg", "1 h", "until"),
        ("4 h", "10 h", "^step: '10 h' is longer than the whole follow-up of '4 h'"),
        ("100 year", None, r"^until: .* at most 20000 are kept. Shorten the follow-up to at most 5000 day, .*'44 h'"),
        ("100 year", "1 h", r"^step: '100 year' in steps of '1 h' .* step='44 h'"),
    ],
)
def test_impossible_spans_are_refused(until, step, message):
    with pytest.raises((InputError, UnitError), match=message):
        output_times(until, step)


def test_a_short_course_has_its_end():
    assert output_times("10 min").tolist() == pytest.approx([0.0, 1 / 6])


def test_the_end_is_always_among_the_output_times():
    assert output_times("1 h", "0.3 h").tolist() == pytest.approx([0.0, 0.3, 0.6, 0.9, 1.0])
    assert len(output_times("96 h", "6 min")) == 961


@pytest.mark.parametrize("start", ["banana", "8", "24:00", 8])
def test_a_start_that_is_no_time_of_day_is_refused(start):
    with pytest.raises(UnitError, match=r"start: .* is not a time of day"):
        ns.simulate(ns.Person(weight="68 kg"), ns.protocol("no-drug"), start=start)


def test_a_protocol_is_named_or_given(course):
    woman = course.person
    named = ns.simulate(woman, "brexanolone-label", until="96 h")
    assert np.array_equal(named.values["mood.hamd17"], course.values["mood.hamd17"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"person": "woman"}, "person: 'woman' is not a person; make one"),
        (
            {"protocol": "brexanolone-lable"},
            "protocol: No protocol 'brexanolone-lable'. Did you mean",
        ),
        ({"protocol": "60 ug/kg/h for 2 h"}, "A sentence is read by Protocol.parse"),
        ({"protocol": None}, "protocol: None is not a protocol; give one, or the name of its card"),
        ({"model": "label"}, "model: 'label' is not a choice of variants"),
        ({"until": 96}, "until: 96 has no unit"),
    ],
)
def test_what_is_of_the_wrong_kind_is_named(course, arguments, said):
    with pytest.raises(InputError, match=re.escape(said)):
        ns.simulate(**{"person": course.person, "protocol": "no-drug"} | arguments)
