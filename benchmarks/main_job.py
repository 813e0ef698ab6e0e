"""The main job, files and all, in this process: prints what it cost as JSON. Arguments: women, workers.

The same study with a few women is run twice before. The first time pays for imports, the traced model and fonts
(``start``); the second shows what a study costs whatever its size, most of it the report (``fixed``).
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.one_study import own_peak, usage
from neurosteroid.studies import config_from_data, read_config, run

STUDY = "brexanolone-postpartum"
FEW = 10


def main() -> None:
    """Run the study of few women twice, then of as many as asked for, and print what each cost."""
    women, workers = (int(text) for text in sys.argv[1:])
    data = read_config(STUDY).model_dump(mode="json", exclude_none=True) | {"workers": workers}
    with tempfile.TemporaryDirectory() as scratch:
        costs = []
        for place, size in enumerate((FEW, FEW, women)):
            data["population"]["size"] = size
            began, cpu = time.perf_counter(), spent()
            done = run(config_from_data(data), Path(scratch) / str(place))
            costs.append((time.perf_counter() - began, spent() - cpu))
        stored = sum(path.stat().st_size for path in done.folder.iterdir())
    found = {
        "start": costs[0][1],
        "fixed": costs[1][1],
        "wall": costs[2][0],
        "cpu": costs[2][1],
        "parent": own_peak(),
        "largest_worker": usage(resource.RUSAGE_CHILDREN),
        "stored": stored / 2**20,
        "failures": len(done.study.failures),
    }
    sys.stdout.write(json.dumps(found) + "\n")


def spent() -> float:
    """Return the processor time of this process and of its ended children, s."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(use.ru_utime + use.ru_stime for use in map(resource.getrusage, kinds))


if __name__ == "__main__":
    main()
