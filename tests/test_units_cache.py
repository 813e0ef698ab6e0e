"""The unit registry is kept between runs, and nothing depends on whether it is."""

import multiprocessing
from pathlib import Path

import pytest

from neurosteroid import units

UNITS = ("ng/mL", "nmol/L", "ug/kg/h", "L/h", "IU", "percent", "year", "1", "mg", "L/kg", "umol", "min", "degC", "mol")


def answers(registry):
    """Return what a registry makes of each unit, as text."""
    found = (registry.Unit("dimensionless" if unit == "1" else unit) for unit in UNITS)
    return [(str(unit), str(unit.dimensionality), repr(registry.get_base_units(unit))) for unit in found]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def fresh():
    return answers(units.registry.__wrapped__())


def kept_files(place):
    (folder,) = place.iterdir()
    return {path: path.read_bytes() for path in folder.iterdir() if path.suffix == ".pickle"}


def test_a_kept_registry_says_the_same_and_is_not_written_again(place):
    cold = fresh()
    before = kept_files(place)
    assert before
    assert fresh() == cold == answers(units.registry())
    assert kept_files(place) == before


@pytest.mark.parametrize("damage", [lambda text: b"", lambda text: text[: len(text) // 2], lambda text: b"no pickle"])
def test_a_damaged_registry_is_made_anew(place, damage):
    whole = fresh()
    before = kept_files(place)
    for path, text in before.items():
        path.write_bytes(damage(text))
    assert fresh() == whole
    assert kept_files(place).keys() == before.keys()
    assert all(path.stat().st_size > 100 for path in before)


def test_a_folder_that_cannot_be_made_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NEUROSTEROID_CACHE", str(tmp_path / "file" / "inside"))
    assert fresh() == answers(units.registry())


def test_a_folder_that_is_a_file_is_passed_over(place):
    fresh()
    (folder,) = place.iterdir()
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    Path(folder).write_text("in the way")
    assert fresh() == answers(units.registry())


def test_several_processes_at_once_leave_one_whole_registry(place):
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        found = pool.starmap(fresh, [()] * 2)
    assert all(item == found[0] for item in found)
    assert [path.name for path in place.iterdir() if path.name.startswith("tmp")] == []
    assert kept_files(place)


def test_no_unit_is_said_to_be_redefined(place, caplog):
    with caplog.at_level("WARNING"):
        for _ in range(2):  # made, then read
            assert f"{units.registry.__wrapped__().Unit('liter'):~}" == "L"
    assert caplog.messages == []
