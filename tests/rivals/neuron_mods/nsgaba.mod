TITLE A constant GABA-A conductance that chloride and bicarbonate share, so that their currents cancel at the Goldman potential

NEURON {
    SUFFIX nsgaba
    USEION cl READ ecl, cli, clo WRITE icl VALENCE -1
    NONSPECIFIC_CURRENT ihco3
    RANGE gg, hco3i, hco3o, ratio, thermal
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    (S) = (siemens)
}

PARAMETER {
    gg = 0 (S/cm2)
    hco3i = 16 (mM)
    hco3o = 26 (mM)
    ratio = 0.18
    thermal = 26.7 (mV)
}

ASSIGNED {
    v (mV)
    ecl (mV)
    cli (mM)
    clo (mM)
    icl (mA/cm2)
    ihco3 (mA/cm2)
}

BREAKPOINT { LOCAL egaba, ehco3, share
    egaba = thermal*log((cli + ratio*hco3i)/(clo + ratio*hco3o))
    ehco3 = thermal*log(hco3i/hco3o)
    share = (ehco3 - egaba)/(ehco3 - ecl)
    icl = gg*share*(v - ecl)
    ihco3 = gg*(1 - share)*(v - ehco3)
}
