TITLE Chloride accumulation: what GABA-A receptors bring in, removal with one time constant or by KCC2 against a resting leak

NEURON {
    SUFFIX nschloride
    USEION cl READ icl, ecl, clo WRITE cli VALENCE -1
    RANGE rest, tau, carrier, ki, ko, vrest, thermal
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    (um) = (micron)
    FARADAY = (faraday) (coulomb)
}

PARAMETER {
    rest = 8 (mM)
    tau = 1e30 (ms)
    carrier = 0 (mA/cm2/mM2)
    ki = 140 (mM)
    ko = 5 (mM)
    vrest = -70 (mV)
    thermal = 26.7 (mV)
}

ASSIGNED {
    v (mV)
    ecl (mV)
    clo (mM)
    icl (mA/cm2)
    diam (um)
    leak (mA/cm2/mV)
}

STATE { cli (mM) }

INITIAL {
    cli = rest
    leak = carrier*(ki*rest - ko*clo)/(vrest - thermal*log(rest/clo))
}

BREAKPOINT { SOLVE states METHOD cnexp }

DERIVATIVE states {
    cli' = (icl + leak*(v - ecl) - carrier*(ki*cli - ko*clo))*4*(1e4)/(diam*FARADAY) + (rest - cli)/tau
}
