"""Run by an interpreter that has NEURON, in a folder with the compiled mechanisms; prints spike times as JSON.

The argument is a JSON object: cell, currents (nA), step (ms), duration (ms), thermal voltage and GABA-A density.
"""

import json
import math
import sys

from neuron import h


def build(task):
    kind = task["cell"]
    soma, parts = h.Section(name="soma"), []
    if kind in ("regular-spiking", "fast-spiking"):
        soma.L = soma.diam = 96 if kind == "regular-spiking" else 67
        soma.cm = 1
        soma.insert("nscortical")
        at = soma(0.5).nscortical
        if kind == "fast-spiking":
            at.gk, at.gl, at.gm = 0.01, 0.00015, 0.0
        parts.append(at)
    elif kind == "wang-buzsaki":
        soma.L = soma.diam = 56.42
        soma.cm = 1
        soma.insert("nswangbuzsaki")
        parts.append(soma(0.5).nswangbuzsaki)
    else:
        soma.L = soma.diam = 16.8
        soma.cm = 1
        soma.Ra = 1e-6
        soma.insert("nsgranule")
        h.thermal_nsgranule = task["thermal"]
        soma(0.5).nsgranule.ga = 0.012
        parts.append(soma(0.5).nsgranule)
        dendrite = h.Section(name="dendrite")
        dendrite.diam = 3
        dendrite.L = task["dendrite_area"] / (math.pi * 3)
        dendrite.cm = 1.54
        # axial resistance of half the dendrite is that of the coupling
        megohms = 1e3 / task["coupling"]
        dendrite.Ra = megohms / (0.01 * dendrite.L / 2 / (math.pi * 1.5**2))
        dendrite.insert("nsgranule")
        at = dendrite(0.5).nsgranule
        at.gna, at.gkf, at.gks, at.gl = 0.0081, 0.0022, 0.0066, 6.07e-5
        dendrite.connect(soma(1))
        parts.append(dendrite)
    area = math.pi * soma.L * soma.diam
    first = parts[0]
    first.gg, first.eg = task["gaba"] * 1e-9 / (area * 1e-8), task["gaba_reversal"]
    return soma, parts


def run(task, current):
    soma, parts = build(task)
    clamp = h.IClamp(soma(0.5))
    clamp.delay, clamp.dur, clamp.amp = 0, 1e9, current
    watcher = h.NetCon(soma(0.5)._ref_v, None, sec=soma)
    watcher.threshold = 0
    spikes = h.Vector()
    watcher.record(spikes)
    h.secondorder = 2
    h.dt = task["step"]
    h.finitialize(task["start"])
    while h.t < task["duration"]:
        h.fadvance()
    del parts
    return list(spikes)


if __name__ == "__main__":
    wanted = json.loads(sys.argv[1])
    print(json.dumps([run(wanted, current) for current in wanted["currents"]]))
