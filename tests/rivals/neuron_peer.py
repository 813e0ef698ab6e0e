"""Run by an interpreter that has NEURON, in a folder with the compiled mechanisms; prints spike times as JSON.

The argument is a JSON object: cell, currents (nA), step (ms), duration (ms), start (mV), chloride, GABA-A conductance
(nS) and the thermal voltage (mV) of what depends on temperature.
"""

import json
import math
import sys

from neuron import h

# diameter (um), capacitance (uF/cm2), mechanism, what it has of its own
CELLS = {
    "regular-spiking": (96, 1, "nscortical", {}),
    "fast-spiking": (67, 1, "nscortical", {"gk": 0.01, "gl": 0.00015, "gm": 0.0}),
    "wang-buzsaki": (56.42, 1, "nswangbuzsaki", {}),
    "reduced-traub-miles": (96, 1, "nsreduced", {}),
    "reduced-with-slow": (96, 1, "nsreduced", {"gm": 0.0005}),
    "oriens": (56.42, 1.3, "nsoriens", {}),
}
GRANULE = (16.8, 1, "nsgranule", {"ga": 0.012})
# chloride and bicarbonate (mM), permeability ratio, and how chloride is removed
MOVING = {
    "relaxing": (8, 133.5, 16, 26, 0.18, {"tau": 3000}),
    "carried": (5, 135, 12, 23, 0.25, {"carrier": 1.9297e-5}),
}


def give(mechanism, values):
    for name, value in values.items():
        setattr(mechanism, name, value)


def build(task):
    diameter, capacitance, name, values = CELLS.get(task["cell"], GRANULE)
    soma, parts = h.Section(name="soma"), []
    soma.L = soma.diam = diameter
    soma.cm = capacitance
    soma.insert(name)
    first = getattr(soma(0.5), name)
    give(first, values)
    if name == "nsgranule":
        h.thermal_nsgranule = task["thermal"]
        soma.Ra = 1e-6
        parts.append(dendrite(soma, task))
    density = task["gaba"] * 1e-9 / (math.pi * soma.L * soma.diam * 1e-8)
    if task["chloride"] in MOVING:
        chloride(soma, density, task)
    else:
        first.gg, first.eg = density, task["gaba_reversal"]
    return soma, parts


def dendrite(soma, task):
    part = h.Section(name="dendrite")
    part.diam = 3
    part.L = task["dendrite_area"] / (math.pi * 3)
    part.cm = 1.54
    # axial resistance of half the dendrite is that of the coupling
    megohms = 1e3 / task["coupling"]
    part.Ra = megohms / (0.01 * part.L / 2 / (math.pi * 1.5**2))
    part.insert("nsgranule")
    give(part(0.5).nsgranule, {"gna": 0.0081, "gkf": 0.0022, "gks": 0.0066, "gl": 6.07e-5})
    part.connect(soma(1))
    return part


def chloride(soma, density, task):
    inside, outside, bicarbonate_inside, bicarbonate_outside, ratio, removal = MOVING[task["chloride"]]
    h.celsius = task["celsius"]
    thermal = 8314.462618 * (273.15 + h.celsius) / 96485.33212
    soma.insert("nsgaba")
    soma.insert("nschloride")
    h.clo0_cl_ion = outside
    give(
        soma(0.5).nsgaba,
        {"gg": density, "hco3i": bicarbonate_inside, "hco3o": bicarbonate_outside, "ratio": ratio, "thermal": thermal},
    )
    give(soma(0.5).nschloride, {"rest": inside, "thermal": thermal, **removal})


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
    alone = h.ParallelContext()
    alone.set_maxstep(10)
    h.finitialize(task["start"])
    alone.psolve(task["duration"])
    del parts
    return {"spikes": list(spikes), "chloride": soma(0.5).cli if task["chloride"] in MOVING else 0.0}


if __name__ == "__main__":
    wanted = json.loads(sys.argv[1])
    print(json.dumps([run(wanted, current) for current in wanted["currents"]]))
