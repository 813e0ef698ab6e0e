"""Many women: quantiles within their stated error, tables in files, and the same rows as in memory."""

import gc
import importlib

import numpy as np
import pandas as pd
import pytest

from neurosteroid.studies import conduct, config_from_data, rows, run

MANY = {
    "name": "many",
    "title": "Many",
    "question": "Does it stay small?",
    "seed": 5,
    "population": {"card": "postpartum", "size": 2600},
    "protocols": [{"card": "brexanolone-label"}, {"card": "no-drug"}],
    "time": {"until": "72 h", "step": "6 h"},
    "window": {"label": "50 to 117 ng/mL", "low": "50 ng/mL", "high": "117 ng/mL"},
}
CONDUCT = importlib.import_module("neurosteroid.studies.conduct")
"""The module: the package offers the function 'conduct' under its name."""


@pytest.fixture(scope="module")
def many():
    return conduct(config_from_data(MANY))


def test_summaries_are_those_of_the_rows_within_the_stated_error(many):
    frame = many.individuals.to_pandas()
    for row in many.summary.rows():
        column = frame.loc[frame["protocol"] == row["protocol"], row["metric"]].dropna()
        assert row["n"] == len(column)
        if row["n"] == 0:
            assert row["mean"] is row["p50"] is None
            continue
        assert row["mean"] == pytest.approx(column.mean(), rel=1e-12, abs=1e-12)
        if row["proportion"]:
            assert row["quantile_error"] is None
            continue
        assert row["sd"] == pytest.approx(column.std(), rel=1e-9)
        assert row["quantile_error"] == 2.0**-12
        for name, probability in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
            # 2e-6: the stated width of the bin about 0
            assert row[name] == pytest.approx(column.quantile(probability), rel=row["quantile_error"], abs=2e-6)


def test_contrasts_are_those_of_the_rows(many):
    frame = many.individuals.to_pandas().set_index("person")
    drug, nothing = (frame[frame["protocol"] == name] for name in ("brexanolone-label", "no-drug"))
    for row in many.contrasts.rows():
        expected = (drug[row["metric"]] - nothing[row["metric"]]).mean()
        assert row["mean_difference"] == pytest.approx(expected, rel=1e-10)


def test_bands_of_many_agree_with_exact_ones_within_the_stated_error(many, monkeypatch):
    monkeypatch.setattr("neurosteroid.studies.task.EXACT", 10_000)
    exact = conduct(config_from_data(MANY))
    assert {band.error for band in exact.bands.values()} == {0.0}
    for place, band in many.bands.items():
        true = exact.bands[place]
        assert np.array_equal(band.mean, true.mean), place
        for name in ("p05", "p50", "p95"):
            found, expected = getattr(band, name), getattr(true, name)
            if expected is None:
                assert found is None
                continue
            assert band.error == 2.0**-8
            assert np.allclose(found, expected, rtol=band.error, atol=2e-6), (place, name)


def test_tables_in_files_are_those_in_memory(many, monkeypatch, tmp_path):
    monkeypatch.setattr(CONDUCT, "IN_MEMORY", 100)
    found = conduct(config_from_data(MANY))
    for name in ("people", "individuals"):
        table, expected = getattr(found, name), getattr(many, name)
        assert len(table) == len(expected)
        assert table.units == expected.units
        assert table.title == expected.title
        assert list(table.columns) == list(expected.columns)
        pd.testing.assert_frame_equal(table.to_pandas(), expected.to_pandas())
        assert table.to_arrow().num_rows == len(expected)
    with pytest.raises(KeyError):
        found.individuals["no such column"]
    folder = found.people.columns.path.parent
    assert folder.exists()
    del found, table
    gc.collect()
    assert not folder.exists()


def test_a_run_of_many_writes_the_same_rows(many, monkeypatch, tmp_path):
    monkeypatch.setattr(CONDUCT, "IN_MEMORY", 100)
    monkeypatch.setattr("neurosteroid.studies.tables.ROW_GROUP", 1000)
    done = run(config_from_data(MANY), tmp_path / "out")
    assert not isinstance(done.study.individuals["c_max"], list)
    pd.testing.assert_frame_equal(pd.read_parquet(done.folder / "individuals.parquet"), many.individuals.to_pandas())
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(done.folder / rows.INDIVIDUALS)
    assert [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)] == [1000] * 5 + [200]
    assert file.schema_arrow.field("c_max").metadata[b"unit"] == b"ng/mL"


def test_the_highest_concentration_does_not_depend_on_the_output_step(many):
    """The label infusion steps down at 52 h, where the concentration has its corner."""
    few = {"card": "postpartum", "size": 5}
    coarse = conduct(config_from_data({**MANY, "population": few, "time": {"until": "72 h", "step": "17 h"}}))
    fine = conduct(config_from_data({**MANY, "population": few, "time": {"until": "72 h", "step": "15 min"}}))
    for name in ("c_max", "t_max"):
        found, expected = (np.asarray(item.individuals[name])[:5] for item in (coarse, fine))
        assert found == pytest.approx(expected, rel=1e-12), name
