TITLE Sodium, fast and slow potassium, A-type potassium and leak currents of a granule cell, and a constant GABA-A conductance

NEURON {
    SUFFIX nsgranule
    NONSPECIFIC_CURRENT i
    RANGE gna, gkf, gks, ga, gl, gg, eg
    GLOBAL thermal
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gna = 0.12 (S/cm2)
    gkf = 0.016 (S/cm2)
    gks = 0.006 (S/cm2)
    ga = 0 (S/cm2)
    gl = 4e-5 (S/cm2)
    gg = 0 (S/cm2)
    eg = -70 (mV)
    thermal = 26.7 (mV)
    ra = 0.0014804 (/ms)
    rl = 0.0059216 (/ms)
}

ASSIGNED { v (mV) i (mA/cm2) }

STATE { m h nf ns a l }

INITIAL { m = 0 h = 0 nf = 0 ns = 0 a = 0 l = 0 }

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gna*m*m*m*h*(v - 45) + (gkf*nf*nf*nf*nf + gks*ns*ns*ns*ns + ga*a*l)*(v + 90) + gl*(v + 70) + gg*(v - eg)
}

DERIVATIVE states {
    m' = 0.3*trap(-(v + 43), 5)*(1 - m) - 0.3*trap(v + 15, 5)*m
    h' = 0.23*exp(-(v + 65)/20)*(1 - h) - 3.33/(1 + exp(-(v + 12.5)/10))*h
    nf' = 0.07*trap(-(v + 18), 6)*(1 - nf) - 0.264*exp(-(v + 43)/40)*nf
    ns' = 0.028*trap(-(v + 30), 6)*(1 - ns) - 0.1056*exp(-(v + 55)/40)*ns
    a' = (ainf(v) - a)/atau(v)
    l' = (linf(v) - l)/ltau(v)
}

FUNCTION trap(x, y) {
    if (fabs(x/y) < 1e-6) { trap = y*(1 - x/y/2) } else { trap = x/(exp(x/y) - 1) }
}
FUNCTION ea(v) { ea = exp(-3*(v + 33.6)/thermal) }
FUNCTION el(v) { el = exp(4*(v + 83)/thermal) }
FUNCTION ainf(v) { ainf = 1/(1 + ea(v)) }
FUNCTION linf(v) { linf = 1/(1 + el(v)) }
FUNCTION atau(v) { atau = exp(-1.8*(v + 33.6)/thermal)/(ra*(1 + ea(v))) }
FUNCTION ltau(v) { ltau = el(v)/(rl*(1 + el(v))) }
