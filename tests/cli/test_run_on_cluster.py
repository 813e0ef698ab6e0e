"""`neurosteroid run --cluster`: it runs, and what it writes is what a run without a cluster writes."""

import json

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app

pytest.importorskip("distributed")

TABLES = ("people.parquet", "individuals.parquet", "summary.csv", "contrasts.csv", "courses.nc")


def test_run_on_two_processes_of_this_machine_writes_the_tables_of_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = {}
    for folder, options in (("serial", ()), ("cluster", ("--cluster", "local:2"))):
        words = ["run", "brexanolone-postpartum", "--size", "300", "--folder", folder, "--json", *options]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.stderr
        told[folder] = json.loads(done.stdout)
    assert told["cluster"]["summary"] == told["serial"]["summary"]
    for name in TABLES:
        assert (tmp_path / "cluster" / name).read_bytes() == (tmp_path / "serial" / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cluster", "serial"]
