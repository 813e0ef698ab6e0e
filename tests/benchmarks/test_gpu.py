"""The section on a GPU, with a few people and a driver without a GPU; and what is said where there is none."""

import sys

import pytest

from benchmarks import gpu, run
from neurosteroid.engine.solvers.rosenbrock.cuda.device import Device
from neurosteroid.engine.solvers.rosenbrock.cuda.libraries import GpuError
from tests.engine.cuda_device import without_gpu


def test_section(monkeypatch):
    with without_gpu(monkeypatch) as library:
        monkeypatch.setattr(gpu, "find_device", lambda: Device(library))
        text = gpu.measure(people=20, fewer=10)
    assert text.startswith("## 8. A GPU\n\n`no GPU` by")
    cells = [line.strip("| ").split("|") for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in row] for row in cells if "cuda" in row[1]]
    assert [row[2] for row in cells] == ["20", "20"]
    for row in cells:
        assert float(row[5]) > 0.0
        # 50 times the tolerance.
        assert float(row[6]) < 50.0 * gpu.TOLERANCES.relative


def test_without_a_gpu_the_section_is_refused(monkeypatch, capsys):
    def refuse():
        raise GpuError("there is no NVIDIA driver here.")

    monkeypatch.setattr(gpu, "find_device", refuse)
    monkeypatch.setattr(sys, "argv", ["run", "gpu"])
    with pytest.raises(SystemExit) as ended:
        run.main()
    assert ended.value.code == 2
    assert "the section 'gpu' needs one: there is no NVIDIA driver here." in capsys.readouterr().err
