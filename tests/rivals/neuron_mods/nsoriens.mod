TITLE Currents of an oriens cell with its h-current and A-current, and a constant GABA-A conductance

NEURON {
    SUFFIX nsoriens
    NONSPECIFIC_CURRENT i
    RANGE gg, eg
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER { gg = 0 (S/cm2) eg = -70 (mV) }

ASSIGNED { v (mV) i (mA/cm2) }

STATE { h n r a b }

INITIAL { h = 0 n = 0 r = 0 a = 0 b = 0 }

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = 0.03*minf(v)^3*h*(v - 90) + 0.023*n^4*(v + 100) + 0.012*r*(v + 32.9) + 0.022*a*b*(v + 90)
    i = i + 0.00005*(v + 70) + gg*(v - eg)
}

DERIVATIVE states {
    h' = 0.07*exp(-(v + 63)/20)*(1 - h) - h/(1 + exp(-(v + 33)/10))
    n' = 0.018*trap(-(v - 25), 25)*(1 - n) - 0.0036*trap(v - 35, 12)*n
    r' = (1/(1 + exp((v + 84)/10.2)) - r)*(exp(-14.59 - 0.086*v) + exp(-1.87 + 0.0701*v))
    a' = (1/(1 + exp(-(v + 14)/16.6)) - a)/5
    b' = (1/(1 + exp((v + 71)/7.3)) - b)*(0.000009/exp((v - 26)/28.5) + 0.014/(0.2 + exp(-(v + 70)/11)))
}

FUNCTION trap(x, y) {
    if (fabs(x/y) < 1e-6) { trap = y*(1 - x/y/2) } else { trap = x/(exp(x/y) - 1) }
}
FUNCTION minf(v) { LOCAL p, q
    p = 0.1*trap(-(v + 38), 10)
    q = 4*exp(-(v + 65)/18)
    minf = p/(p + q)
}
