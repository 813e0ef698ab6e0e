TITLE Currents of a pyramidal cell reduced after Traub and Miles, and a constant GABA-A conductance

NEURON {
    SUFFIX nsreduced
    NONSPECIFIC_CURRENT i
    RANGE gm, gg, eg
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER { gm = 0 (S/cm2) gg = 0 (S/cm2) eg = -70 (mV) }

ASSIGNED { v (mV) i (mA/cm2) }

STATE { h n w }

INITIAL { h = 0 n = 0 w = 0 }

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = 0.1*minf(v)^3*h*(v - 50) + (0.08*n^4 + gm*w)*(v + 100) + 0.0001*(v + 67) + gg*(v - eg)
}

DERIVATIVE states {
    h' = 0.128*exp(-(v + 50)/18)*(1 - h) - 4/(1 + exp(-(v + 27)/5))*h
    n' = 0.032*trap(-(v + 52), 5)*(1 - n) - 0.5*exp(-(v + 57)/40)*n
    w' = (1/(1 + exp(-(v + 35)/10)) - w)/(400/(3.3*exp((v + 35)/20) + exp(-(v + 35)/20)))
}

FUNCTION trap(x, y) {
    if (fabs(x/y) < 1e-6) { trap = y*(1 - x/y/2) } else { trap = x/(exp(x/y) - 1) }
}
FUNCTION minf(v) { LOCAL a, b
    a = 0.32*trap(-(v + 54), 4)
    b = 0.28*trap(v + 27, 5)
    minf = a/(a + b)
}
