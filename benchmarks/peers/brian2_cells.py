"""Regular-spiking cells in Brian2, C++ standalone with OpenMP; answers as `benchmarks.neurons` asks."""

from __future__ import annotations

import json
import logging
import resource
import sys
import tempfile
import time

import brian2
from brian2 import NeuronGroup, SpikeMonitor, device, ms, prefs, set_device

EQUATIONS = """
dv/dt = (current - 50*m**3*h*(v - 50) - (5*n**4 + 0.07*p)*(v + 100) - 0.1*(v + 70) - gaba*(v - reversal))/ms : 1
dm/dt = (am*(1 - m) - bm*m)/ms : 1
dh/dt = (ah*(1 - h) - bh*h)/ms : 1
dn/dt = (an*(1 - n) - bn*n)/ms : 1
dp/dt = (1/(1 + exp(-(v + 35)/10)) - p)*(3.3*exp((v + 35)/20) + exp(-(v + 35)/20))/1000/ms : 1
am = 1.28/exprel(-(v + 42)/4) : 1
bm = 1.4/exprel((v + 15)/5) : 1
ah = 0.128*exp(-(v + 38)/18) : 1
bh = 4/(1 + exp(-(v + 15)/5)) : 1
an = 0.16/exprel(-(v + 40)/5) : 1
bn = 0.5*exp(-(v + 45)/40) : 1
current : 1
gaba : 1
reversal : 1
"""


def main() -> None:
    task = json.loads(sys.argv[1])
    logging.disable(logging.WARNING)
    began = time.perf_counter()
    set_device("cpp_standalone", build_on_run=False)
    # one thread needs no OpenMP, whose waiting threads turn on the spot
    prefs.devices.cpp_standalone.openmp_threads = task["threads"] if task["threads"] > 1 else 0
    brian2.defaultclock.dt = task["step"] * ms
    cells = NeuronGroup(
        len(task["current"]), EQUATIONS, method="exponential_euler", threshold="v > 0", refractory="v > 0"
    )
    cells.v = task["start"]
    cells.current = task["current"]
    cells.gaba, cells.reversal = task["gaba"], task["reversal"]
    spikes = SpikeMonitor(cells)
    brian2.run(task["duration"] * ms)
    device.build(directory=tempfile.mkdtemp(prefix="brian2-"), run=False, compile=True, with_output=False)
    device.run(with_output=False)
    say({"name": f"Brian2 {brian2.__version__}, C++ standalone", "preparing": time.perf_counter() - began})
    for line in sys.stdin:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        device.run(with_output=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # wall time is what the compiled program says of its own loop: starting and writing results are left out
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        answer = {"seconds": device._last_run_time, "processor": spent}
        if line.strip() == "spikes":
            trains = spikes.spike_trains()
            answer["spikes"] = [[float(t / ms) for t in trains[cell]] for cell in range(len(task["current"]))]
        say(answer)


def say(message: dict[str, object]) -> None:
    sys.__stdout__.write(json.dumps(message) + "\n")
    sys.__stdout__.flush()


if __name__ == "__main__":
    main()
