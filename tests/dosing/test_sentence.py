"""The sentence language: what it reads, what it refuses and where, and that it reads back what it writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.dosing import DoseStep, InfusionStep, Protocol, Route, Step
from neurosteroid.errors import InputError

LABEL = (
    "30 ug/kg/h for 4 h then 60 ug/kg/h for 20 h then 90 ug/kg/h for 28 h then 60 ug/kg/h for 4 h"
    " then 30 ug/kg/h for 4 h"
)

times = st.floats(0, 500, allow_subnormal=False)
amounts = st.floats(0, 1e4, allow_subnormal=False)
repeats = st.one_of(st.just((0.0, 1)), st.tuples(st.floats(1, 48), st.integers(2, 30)))


@st.composite
def protocols(draw: st.DrawFn) -> Protocol:
    steps: list[Step] = []
    now, alike = 0.0, draw(st.sampled_from([["ug/kg/h", "mg/kg/min"], ["mg/h", "ug/min"], ["nmol/h"]]))
    for _ in range(draw(st.integers(0, 4))):
        now += draw(times)
        until = now + draw(st.floats(0.01, 100))
        unit = draw(st.sampled_from(alike))
        steps.append(InfusionStep(now, until, draw(amounts), unit))
        now = until
    for route in draw(st.lists(st.sampled_from(Route), max_size=4)):
        amount, unit = draw(amounts), draw(st.sampled_from(["mg", "ug/kg", "nmol"]))
        steps.append(DoseStep(draw(times), amount, unit, route, *draw(repeats)))
    return Protocol("p", "p", "allopregnanolone", tuple(draw(st.permutations(steps))))


@given(protocols())
def test_sentence_reads_back_bit_for_bit(protocol: Protocol) -> None:
    assert Protocol.parse(protocol.sentence()).steps == protocol.steps


WORDS = (
    "30 -4 0 1e400 ug/kg/h mg mg/h h min for over until then ; every x 14 x3 orally by mouth iv wait at no drug µg/kg"
)
words = st.sampled_from([*WORDS.split(), "50 mg", "4 h", "60 ug/kg/h", "no drug"])


@given(st.one_of(st.lists(words, max_size=14).map(" ".join), st.text(max_size=40)))
def test_any_text_is_a_protocol_or_an_input_error(text: str) -> None:
    try:
        protocol = Protocol.parse(text)
    except InputError:
        return
    assert Protocol.parse(protocol.sentence()).steps == protocol.steps


def test_label_sentence() -> None:
    steps = Protocol.parse(LABEL).steps
    assert [(step.start_h, step.until_h, step.rate) for step in steps if isinstance(step, InfusionStep)] == [
        (0, 4, 30),
        (4, 24, 60),
        (24, 52, 90),
        (52, 56, 60),
        (56, 60, 30),
    ]


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [
        ("50 mg orally every 24 h x 14", (DoseStep(0, 50, "mg", Route.ORAL, 24, 14),)),
        ("50 mg by  mouth every 1 day x14", (DoseStep(0, 50, "mg", Route.ORAL, 24, 14),)),
        ("100 ug/kg over 30 min every 12 h x 3", (InfusionStep(0, 0.5, 200, "ug/kg/h", 12, 3),)),
        ("Wait 12 h THEN 200 mg Intravenously", (DoseStep(12, 200, "mg", Route.INTRAVENOUS),)),
        ("5 mg iv; 60ug/kg/h for 2h", (DoseStep(0, 5, "mg", Route.INTRAVENOUS), InfusionStep(0, 2, 60, "ug/kg/h"))),
        (
            "60 ug/kg/h until 60 h then at 24 h 30 mg po",
            (InfusionStep(0, 60, 60, "ug/kg/h"), DoseStep(24, 30, "mg", Route.ORAL)),
        ),
        (
            "50 mg orally every 24 h x 14 then 30 mg orally",
            (DoseStep(0, 50, "mg", Route.ORAL, 24, 14), DoseStep(336, 30, "mg", Route.ORAL)),
        ),
        ("no drug", ()),
    ],
)
def test_phrases(sentence: str, steps: tuple[Step, ...]) -> None:
    assert Protocol.parse(sentence).steps == steps


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("30 ug/kg/h for 4 h than 60 ug/kg/h for 2 h", ["character 20", "'than'", "'then'"]),
        ("60 ug/kg/h for -4 h", ["character 16", "-4 h", "negative"]),
        ("50 mg", ["character 6", "orally"]),
        ("50 mg/h orally", ["amount per time", "'50 mg'"]),
        ("50 mg for 4 h", ["'mg' is an amount", "ug/kg/h"]),
        ("60 ug/kg/h for 4", ["character 16", "with its unit"]),
        ("60 ug/kg/h for 4 L", ["character 16 ('4 L')", "'4 h'"]),
        ("60 for 4 h", ["character 1", "with its unit"]),
        ("50 mg orally every 24 h x 2.5", ["character 27", "whole number"]),
        ("60 ug/kg/h for 4 h every 2 h x 2", ["overlaps itself"]),
        ("60 ug/kg/h for 5 h then at 2 h 30 ug/kg/h for 1 h", ["steps[1]", "overlaps steps[0]"]),
        ("30 ug/h for 4 h then 60 ug/kg/h for 2 h", ["steps[0].rate", "'30 ug/h' is mass per time", "'30 ug/kg/h'"]),
        ("50 mg over 0 h", ["above 0 h"]),
        ("", ["character 1", "sentence ends"]),
        ("60 ug/kg/h for 4 h orally", ["infusion cannot be given orally"]),
    ],
)
def test_refusals_name_the_place_and_the_way_out(sentence: str, said: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        Protocol.parse(sentence, where="study.toml protocols[0].sentence")
    for words_said in ["study.toml protocols[0].sentence", *said]:
        assert words_said in str(caught.value)
