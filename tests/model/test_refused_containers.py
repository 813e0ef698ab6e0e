"""Containers and names of the wrong kind are refused by the library's own errors, before anything is computed."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.cli.output_files import check_places
from neurosteroid.errors import InputError


@pytest.mark.parametrize("name", [["pyramidal"], None, 3])
def test_a_surface_is_asked_for_by_text(name):
    with pytest.raises(InputError, match="is no text"):
        ns.response_surface(name)


@pytest.mark.parametrize("variants", [["local-synthesis"], "yielding"])
def test_variants_are_a_mapping(variants):
    with pytest.raises(InputError, match="whose variants"):
        ns.separating_experiments("2 nmol/L", variants)


@pytest.mark.parametrize("levels", [5, None, []])
def test_levels_are_a_list(levels):
    with pytest.raises(InputError, match="one level or more"):
        ns.mood_hypothesis("none").predict(levels)


def test_levels_may_be_an_array():
    from neurosteroid.model.mood.hypotheses import read_levels

    assert read_levels(np.array(["5 nmol/L", "2 nmol/L"])) == [0.0, 2.0, 5.0]


@pytest.mark.parametrize("points", ["5", 2.5, 1])
def test_points_of_a_scan_are_whole(points):
    with pytest.raises(InputError, match="points"):
        ns.mood_hypothesis("outward-block").scan(points)


def test_a_folder_that_takes_no_file_is_found_before_the_work():
    with pytest.raises(InputError, match="nothing can be written"):
        check_places(csv="/proc/table.csv")
