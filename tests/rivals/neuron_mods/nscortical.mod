TITLE Traub-Miles sodium and potassium currents, slow potassium current, leak and a constant GABA-A conductance

NEURON {
    SUFFIX nscortical
    NONSPECIFIC_CURRENT i
    RANGE gna, gk, gm, gl, ena, ek, el, vt, taumax, gg, eg
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gna = 0.05 (S/cm2)
    gk = 0.005 (S/cm2)
    gm = 7e-5 (S/cm2)
    gl = 1e-4 (S/cm2)
    gg = 0 (S/cm2)
    ena = 50 (mV)
    ek = -100 (mV)
    el = -70 (mV)
    eg = -70 (mV)
    vt = -55 (mV)
    taumax = 1000 (ms)
}

ASSIGNED { v (mV) i (mA/cm2) }

STATE { m h n p }

INITIAL { m = 0 h = 0 n = 0 p = 0 }

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gna*m*m*m*h*(v - ena) + (gk*n*n*n*n + gm*p)*(v - ek) + gl*(v - el) + gg*(v - eg)
}

DERIVATIVE states {
    m' = am(v)*(1 - m) - bm(v)*m
    h' = ah(v)*(1 - h) - bh(v)*h
    n' = an(v)*(1 - n) - bn(v)*n
    p' = (1/(1 + exp(-(v + 35)/10)) - p)/(taumax/(3.3*exp((v + 35)/20) + exp(-(v + 35)/20)))
}

FUNCTION trap(x, y) {
    if (fabs(x/y) < 1e-6) { trap = y*(1 - x/y/2) } else { trap = x/(exp(x/y) - 1) }
}
FUNCTION am(v) { am = 0.32*trap(13 - (v - vt), 4) }
FUNCTION bm(v) { bm = 0.28*trap((v - vt) - 40, 5) }
FUNCTION ah(v) { ah = 0.128*exp((17 - (v - vt))/18) }
FUNCTION bh(v) { bh = 4/(1 + exp((40 - (v - vt))/5)) }
FUNCTION an(v) { an = 0.032*trap(15 - (v - vt), 5) }
FUNCTION bn(v) { bn = 0.5*exp((10 - (v - vt))/40) }
