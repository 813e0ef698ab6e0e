"""The cortical circuit in Brian2, C++ standalone; answers as `benchmarks.circuits` asks.

All cells of a population act alike on all of another, so the mean of what they open is summed once, in a group of one
cell that the others are linked to: not a synapse for each pair.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import tempfile
import time

import brian2
from brian2 import NeuronGroup, SpikeMonitor, Synapses, device, linked_var, ms, prefs, set_device

SHARED = """
dh/dt = pace*(ah*(1 - h) - bh*h)/ms : 1
dn/dt = pace*(an*(1 - n) - bn*n)/ms : 1
dq/dt = ((1 - q)*release/synapse_release_time - q/synapse_removal)/ms : 1
release = 1/(1 + exp(-(v - synapse_release_midpoint)/synapse_release_slope)) : 1
ds/dt = (q*(1 - s)/synapse_rise - s/(synapse_decay*synapse_decay_multiplier))/ms : 1
sodium = cell_sodium_conductance*(am/(am + bm))**3*h*(v - cell_sodium_reversal) : 1
leak = cell_leak_conductance*(v - cell_leak_reversal) : 1
received = excitation*excited*(v - input_excitation_reversal) + calmed : 1
calmed = inhibition*inhibited*(v - input_inhibition_reversal) : 1
am = cell_m_opening/exprel(-(v - cell_m_opening_midpoint)/cell_m_opening_slope) : 1
ah = cell_h_opening*exp((v - cell_h_opening_midpoint)/cell_h_opening_slope) : 1
bh = cell_h_closing/(1 + exp(-(v - cell_h_closing_midpoint)/cell_h_closing_slope)) : 1
an = cell_n_opening/exprel(-(v - cell_n_opening_midpoint)/cell_n_opening_slope) : 1
bn = cell_n_closing*exp((v - cell_n_closing_midpoint)/cell_n_closing_slope) : 1
drive : 1
excitation : 1 (linked)
inhibition : 1 (linked)
"""
KINDS = {
    "excitatory": """
dv/dt = (drive - received - sodium - potassium*(v - cell_potassium_reversal) - leak)/cell_capacitance/ms : 1
potassium = cell_potassium_conductance*n**4 + cell_slow_conductance*w : 1
dw/dt = (1/(1 + exp(-(v - cell_slow_midpoint)/cell_slow_slope)) - w)*steep/cell_slow_time/ms : 1
steep = cell_slow_time_factor*exp(apart) + exp(-apart) : 1
apart = (v - cell_slow_midpoint)/cell_slow_time_slope : 1
bm = cell_m_closing/exprel(-(v - cell_m_closing_midpoint)/cell_m_closing_slope) : 1
""",
    "fast": """
dv/dt = (drive - received - sodium - potassium*(v - cell_potassium_reversal) - leak)/cell_capacitance/ms : 1
potassium = cell_potassium_conductance*n**4 : 1
bm = cell_m_closing*exp((v - cell_m_closing_midpoint)/cell_m_closing_slope) : 1
""",
}
HUB = "total : 1"


def main() -> None:
    task = json.loads(sys.argv[1])
    logging.disable(logging.WARNING)
    began = time.perf_counter()
    set_device("cpp_standalone", build_on_run=False)
    # one thread needs no OpenMP, whose waiting threads turn on the spot
    prefs.devices.cpp_standalone.openmp_threads = 0
    brian2.defaultclock.dt = task["step"] * ms
    groups, hubs, monitors, parts = {}, {}, {}, []
    for name, each in task["populations"].items():
        groups[name] = NeuronGroup(
            len(each["drive"]),
            SHARED + KINDS[name],
            method=task["method"],
            threshold="v > level",
            refractory="v > level",
            namespace={**each["parameters"], "pace": each["pace"], "level": task["threshold"], **each["weights"]},
        )
        hubs[name] = NeuronGroup(1, HUB)
        monitors[name] = SpikeMonitor(groups[name], record=False)
    for name, each in task["populations"].items():
        groups[name].drive = each["drive"]
        for state, values in each["states"].items():
            setattr(groups[name], state, values)
        groups[name].excitation = linked_var(hubs["excitatory"], "total")
        groups[name].inhibition = linked_var(hubs["fast"], "total")
        share = 1.0 / len(each["drive"])
        synapses = Synapses(
            groups[name], hubs[name], "total_post = share*s_pre : 1 (summed)", namespace={"share": share}
        )
        synapses.connect()
        parts += [groups[name], hubs[name], monitors[name], synapses]
    network = brian2.Network(*parts)
    network.run(task["duration"] * ms)
    device.build(directory=tempfile.mkdtemp(prefix="brian2-"), run=False, compile=True, with_output=False)
    device.run(with_output=False)
    say({"name": f"Brian2 {brian2.__version__}, {task['method']}", "preparing": time.perf_counter() - began})
    for line in sys.stdin:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        device.run(with_output=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = {"processor": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}
        if line.strip() == "spikes":
            # a cell that starts above the level has not crossed it
            above = {
                name: sum(v > task["threshold"] for v in each["states"]["v"])
                for name, each in task["populations"].items()
            }
            answer["counts"] = {name: int(monitor.num_spikes) - above[name] for name, monitor in monitors.items()}
        say(answer)


def say(message: dict[str, object]) -> None:
    sys.__stdout__.write(json.dumps(message) + "\n")
    sys.__stdout__.flush()


if __name__ == "__main__":
    main()
