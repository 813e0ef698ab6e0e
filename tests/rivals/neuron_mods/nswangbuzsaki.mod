TITLE Currents of Wang and Buzsaki (1996) and a constant GABA-A conductance

NEURON {
    SUFFIX nswangbuzsaki
    NONSPECIFIC_CURRENT i
    RANGE gg, eg
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER { gg = 0 (S/cm2) eg = -70 (mV) phi = 5 }

ASSIGNED { v (mV) i (mA/cm2) }

STATE { h n }

INITIAL { h = 0 n = 0 }

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = 0.035*minf(v)^3*h*(v - 55) + 0.009*n^4*(v + 90) + 0.0001*(v + 65) + gg*(v - eg)
}

DERIVATIVE states {
    h' = phi*(0.07*exp(-(v + 58)/20)*(1 - h) - h/(exp(-0.1*(v + 28)) + 1))
    n' = phi*(0.01*trap(-(v + 34), 10)*(1 - n) - 0.125*exp(-(v + 44)/80)*n)
}

FUNCTION trap(x, y) {
    if (fabs(x/y) < 1e-6) { trap = y*(1 - x/y/2) } else { trap = x/(exp(x/y) - 1) }
}
FUNCTION minf(v) { LOCAL a
    a = 0.1*trap(-(v + 35), 10)
    minf = a/(a + 4*exp(-(v + 60)/18))
}
