from pathlib import Path

import numpy as np
import pytest

from neurosteroid.errors import InputError
from neurosteroid.reports.axon_text import read_axon_text, write_axon_text

TIMES = np.arange(0.0, 5.0, 0.5)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    sweeps = np.array([np.sin(TIMES), -1e3 * TIMES])
    path = write_axon_text(tmp_path / "a.atf", TIMES, sweeps, signal="Im", unit="pA", comment='a "jump"\nof GABA')
    found = read_axon_text(path)
    assert found.times == pytest.approx(TIMES, rel=1e-8)  # nine digits are written
    assert found.sweeps == pytest.approx(sweeps, rel=1e-8)
    assert (found.signal, found.units) == ("Im", ("pA", "pA"))
    assert found.header["SweepStartTimesMS"] == "0.000,4500.000"
    assert found.header["Comment"] == "a 'jump' of GABA"


def test_the_lines_are_those_of_the_format(tmp_path: Path) -> None:
    path = write_axon_text(tmp_path / "a.atf", TIMES[:2], np.zeros((2, 2)), signal="Im", unit="pA")
    lines = path.read_bytes().decode().split("\r\n")
    assert lines[0] == "ATF\t1.0"
    records, columns = (int(each) for each in lines[1].split("\t"))
    assert columns == 3
    assert lines[1 + records] == '"Signals="\t"Im"\t"Im"'  # one channel, two sweeps
    assert all(line.startswith('"') for line in lines[2 : 2 + records])
    assert lines[2 + records] == '"Time (s)"\t"Trace #1 (pA)"\t"Trace #2 (pA)"'
    assert lines[3 + records :] == ["0\t0\t0", "0.5\t0\t0", ""]


def test_what_does_not_fit_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="do not fit"):
        write_axon_text(tmp_path / "a.atf", TIMES, np.zeros((2, 3)), signal="a", unit="pA")
    with pytest.raises(InputError, match="not finite"):
        write_axon_text(tmp_path / "a.atf", TIMES[:1], np.array([[np.nan]]), signal="a", unit="pA")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "not an Axon Text File"), ("ABF 1\n", "begins with 'ATF'"), ('ATF 1.0\n0 3\n"a"\t"b"\n1\t2\n', "3 columns")],
)
def test_other_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.atf").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_axon_text(tmp_path / "a.atf")
