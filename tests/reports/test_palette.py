from itertools import combinations

from neurosteroid.dosing import Protocol, protocol
from neurosteroid.reports.palette import looks


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_colours_read_on_white_and_no_two_protocols_look_alike():
    protocols = [Protocol.parse(f"{rate} ug/kg/h for 1 h", name=str(rate)) for rate in range(1, 12)]
    found = looks([*protocols, protocol("no-drug")])
    for look in found.values():
        # WCAG 2.2, success criterion 1.4.3: text needs a contrast of 4.5 to its background
        assert 1.05 / (luminance(look.colour) + 0.05) >= 4.5
    for first, second in combinations(found.values(), 2):
        assert first != second


def test_a_protocol_keeps_its_colour_when_one_without_drug_is_put_before_it():
    label, none = protocol("brexanolone-label"), protocol("no-drug")
    assert looks([none, label])[label.name] == looks([label, none])[label.name]
