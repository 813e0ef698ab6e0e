"""Run folders: complete, readable elsewhere, and whole or not at all."""

import importlib
import json

import numpy as np
import pytest

from neurosteroid.errors import InputError
from neurosteroid.files import write_text, writing
from neurosteroid.studies import config_from_data, run
from neurosteroid.studies import run as run_study

SMALL = {
    "name": "small",
    "title": "Small",
    "question": "Does it run?",
    "population": {"card": "postpartum", "size": 4},
    "protocols": [{"card": "brexanolone-label"}, {"card": "no-drug"}],
    "time": {"until": "72 h", "step": "1 h"},
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return run(config_from_data(SMALL), tmp_path_factory.mktemp("runs") / "small")


def test_the_crate_names_exactly_the_files_of_the_folder(finished):
    crate = json.loads((finished.folder / "ro-crate-metadata.json").read_text())
    root = next(item for item in crate["@graph"] if item["@id"] == "./")
    named = {part["@id"] for part in root["hasPart"]}
    there = {path.name for path in finished.folder.iterdir()} - {"ro-crate-metadata.json"}
    assert named == there
    assert "report.html" in there


def test_tables_and_courses_are_read_by_other_tools(finished):
    import pyarrow.parquet as parquet
    from scipy.io import netcdf_file

    table = parquet.read_table(finished.folder / "individuals.parquet")
    assert table.num_rows == 8
    assert table.schema.field("c_max").metadata[b"unit"] == b"ng/mL"
    with netcdf_file(str(finished.folder / "courses.nc"), mmap=False) as file:
        band = file.variables["plasma_allopregnanolone_p50"]
        assert band.units == b"nmol/L"
        expected = finished.study.bands["brexanolone-label", "plasma.allopregnanolone"].p50
        assert np.allclose(band[0], expected, rtol=1e-12)


def test_the_resolved_config_runs_to_the_same_numbers(finished, tmp_path):
    again = run(config_from_data(json.loads((finished.folder / "study.json").read_text())), tmp_path / "again")
    assert np.array_equal(again.study.individuals["hamd17_change"], finished.study.individuals["hamd17_change"])


def test_every_number_and_reference_is_written(finished):
    numbers = json.loads((finished.folder / "numbers.json").read_text())
    assert len(numbers) == len(finished.study.ledger.numbers)
    # one form with `neurosteroid explain --json`: a spread can be computed with
    assert numbers == json.loads(json.dumps([number.described() for number in finished.study.ledger.numbers]))
    (clearance,) = [item for item in numbers if item["key"] == "clearance" and item["card"] == "brexanolone"]
    assert clearance["spread"].keys() <= {"kind", "value", "low", "high"}
    assert all(item["source"] or item["assumed"] or item["status"] == "derived" for item in numbers)
    assert "@" in (finished.folder / "references.bib").read_text()


def test_an_existing_folder_is_not_overwritten(finished):
    before = (finished.folder / "run.json").read_bytes()
    with pytest.raises(InputError, match="exists already"):
        run(config_from_data(SMALL), finished.folder)
    assert (finished.folder / "run.json").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_refused_by_name(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(InputError, match=r"file/inside.*cannot be written.*--folder"):
        run(config_from_data(SMALL), blocked / "inside")


def test_a_run_that_fails_before_its_first_part_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    # the package offers the function 'run' under the name of its module
    monkeypatch.setattr(importlib.import_module("neurosteroid.studies.run"), "conduct", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_study(config_from_data(SMALL), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_default_folders_are_numbered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second = (run(config_from_data(SMALL)).folder for _ in range(2))
    assert (str(first), str(second)) == ("runs/small", "runs/small-2")


def test_a_file_whose_writing_fails_is_not_there(tmp_path):
    path = tmp_path / "x.txt"
    write_text(path, "old")
    with pytest.raises(RuntimeError), writing(path) as temporary:  # noqa: PT012
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["x.txt"]


def test_protocol_names_may_be_in_any_script(tmp_path):
    protocols = [{"name": "Frühstart Ü", "sentence": "30 ug/kg/h for 4 h"}]
    found = run(config_from_data({**SMALL, "protocols": protocols}), tmp_path / "out")
    assert "Frühstart Ü" in found.report.read_text()
