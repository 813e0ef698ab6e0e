import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neurosteroid as ns
from neurosteroid.errors import CardError, InputError, NeurosteroidError, UnknownNameError
from neurosteroid.evidence import library
from neurosteroid.receptors.kinetics import scheme_from_card, scheme_names
from neurosteroid.receptors.kinetics.balance import broken, loops
from neurosteroid.receptors.kinetics.matrices import equilibrium, rate_matrices, rate_table
from neurosteroid.receptors.kinetics.propagation import propagate
from neurosteroid.receptors.kinetics.stimulus import Stimulus
from neurosteroid.receptors.kinetics.structure import read_structure

ALL = [(name, variant) for name in scheme_names() for variant in library().card(name, "schemes").variants]
RING = {
    "states": "C0 C1 O0 O1",
    "resting": "C0",
    "conducting": "O0 O1",
    "transitions": "C0 <-> C1: kon GABA, koff; C1 <-> O1: beta, alpha; "
    "C0 <-> O0: beta0, alpha0; O0 <-> O1: kon GABA, loff",
}
RATES = {"kon": 0.01, "koff": 1.0, "beta": 2.0, "alpha": 0.5, "beta0": 0.02, "alpha0": 0.5, "loff": 0.01}


@pytest.mark.parametrize(("name", "variant"), ALL)
def test_rows_of_every_rate_matrix_sum_to_zero(name: str, variant: str) -> None:
    matrix = ns.scheme(name, variant).rate_matrix("1 mmol/L")
    # the diagonal is made of the other entries: what is left is the rounding of one sum
    assert np.abs(matrix.sum(axis=1)).max() <= 1e-14 * np.abs(matrix).max()
    assert (matrix - np.diag(np.diag(matrix)) >= 0).all()


@pytest.mark.parametrize(("name", "variant"), ALL)
def test_detailed_balance_holds_in_every_loop_and_no_current_flows_at_equilibrium(name: str, variant: str) -> None:
    scheme = ns.scheme(name, variant)
    assert not scheme.unbalanced
    assert all(loop.balanced for loop in scheme.loops)
    occupied, matrix = scheme.settled(30.0), scheme.matrices(np.array([30.0]))[0]
    flow = occupied[:, None] * matrix
    assert np.abs(flow - flow.T).max() < 1e-12 * flow.max()


def test_a_ring_has_one_loop_and_its_criterion_is_the_product_of_rates() -> None:
    structure = read_structure(RING, "ring")
    (loop,) = loops(structure, RATES)
    assert set(loop.states) == {"C0", "C1", "O0", "O1"}
    forth = RATES["kon"] * RATES["beta"] * RATES["loff"] * RATES["alpha0"]
    back = RATES["koff"] * RATES["alpha"] * RATES["kon"] * RATES["beta0"]
    assert loop.ratio in (pytest.approx(forth / back, rel=1e-12), pytest.approx(back / forth, rel=1e-12))
    assert loop.balanced
    (driven,) = loops(structure, RATES | {"loff": 0.02})
    assert not driven.balanced
    assert driven.ratio in (pytest.approx(2.0), pytest.approx(0.5))


def test_a_loop_that_gains_ligand_is_never_balanced() -> None:
    ways = "C0 <-> C1: kon GABA, koff; C1 <-> O1: beta, alpha; C0 <-> O1: beta0, alpha0"
    settings = RING | {"states": "C0 C1 O1", "conducting": "O1", "transitions": ways}
    (reason,) = broken(read_structure(settings, "ring"), RATES)
    assert "more ligand" in reason


@given(factors=st.lists(st.floats(0.1, 10.0), min_size=3, max_size=3), level=st.floats(0.0, 1e4))
def test_the_equilibrium_solves_the_matrix_equation(factors: list[float], level: float) -> None:
    structure = read_structure(RING, "ring")
    rates = RATES | dict(zip(("kon", "beta", "alpha0"), (RATES["kon"] * factors[0], *factors[1:]), strict=True))
    matrix = rate_matrices(structure, rate_table(structure, rates), level)
    found = equilibrium(matrix, 0)[0]
    assert found.sum() == pytest.approx(1.0, rel=1e-12)
    assert np.abs(found @ matrix[0]).max() < 1e-12 * max(1.0, level)


@st.composite
def matrices_with_one_way_steps(draw) -> np.ndarray:
    size = draw(st.integers(2, 6))
    # a spanning path keeps every state within reach; any other way may be there or not, so classes of all sizes come up
    rates = st.one_of(st.just(0.0), st.just(0.0), st.floats(0.1, 10.0))
    matrix = np.array([[draw(rates) for _ in range(size)] for _ in range(size)])
    matrix[np.arange(size - 1), np.arange(1, size)] = 1.0
    order = draw(st.permutations(range(1, size)))
    order = [0, *order]
    matrix = matrix[np.ix_(order, order)]
    np.fill_diagonal(matrix, 0.0)
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    return matrix


@given(matrix=matrices_with_one_way_steps())
def test_the_equilibrium_is_where_long_propagation_leads_also_with_one_way_steps(matrix: np.ndarray) -> None:
    # every class that is never left is one more way in which p Q = 0
    if len(matrix) - np.linalg.matrix_rank(matrix, tol=1e-9) > 1:
        with pytest.raises(InputError, match="there is no one steady state"):
            equilibrium(matrix[None], 0)
        return
    # the slowest of these matrices relaxes within some 1e3 ms; 1e6 ms leave nothing of it
    start, end = np.eye(len(matrix))[:1], 1e6
    late = propagate(matrix[None, None], start, np.array([0.0, end]), np.array([end]))[0, 0]
    # an exponential of a matrix times time of some 1e7 is rounded at 1e-16 of that
    assert equilibrium(matrix[None], 0)[0] == pytest.approx(late, abs=1e-8)


def test_a_closed_class_of_several_states_is_shared_out() -> None:
    scheme = ns.scheme("haas-macdonald").with_rates(r3=0.0)
    found = scheme.steady_state("1 mmol/L")
    late = scheme.follow(Stimulus(np.array([0.0, 1e7]), np.array([1000.0]), 0.0), np.array([1e7]))[0]
    assert found["D3"] == pytest.approx(late[scheme.states.index("D3")], rel=1e-6)
    assert found["D4"] == pytest.approx(late[scheme.states.index("D4")], rel=1e-6)
    assert found["D3"] + found["D4"] == pytest.approx(1.0, rel=1e-12)


def test_two_traps_have_no_one_steady_state() -> None:
    with pytest.raises(InputError, match="no one steady state: receptors that get to D1 stay there, others stay in D2"):
        ns.scheme().with_rates(r1=0.0, r2=0.0).steady_state("1 mmol/L")


def test_a_reversible_pair_behind_a_one_way_step_is_looked_at() -> None:
    settings = RING | {
        "states": "C1 C2 D1 D2 D3",
        "resting": "C1",
        "conducting": "C2",
        "transitions": "C1 <-> C2: kon GABA, koff; C2 -> D1: d; D1 <-> D2: e, f; D2 <-> D3: e, f; D3 <-> D1: e, g",
    }
    structure = read_structure(settings, "trap")
    rates = {"kon": 0.01, "koff": 1.0, "d": 0.1, "e": 2.0, "f": 0.5, "g": 0.5}
    (loop,) = loops(structure, rates)
    assert set(loop.states) == {"D1", "D2", "D3"}
    assert [reason.split(" has ")[1][:11] for reason in broken(structure, rates)] == ["no way back", "64 times th"]


def own_card(tmp_path, rates: dict[str, float], extra: str = "", transitions: str = RING["transitions"]):
    lines = [
        'kind = "schemes"',
        'name = "ring"',
        'title = "A ring"',
        'description = "A ring."',
        'part = "markov-scheme"',
    ]
    lines += [
        "[settings]",
        *(f'{key} = "{value}"' for key, value in (RING | {"transitions": transitions}).items()),
        extra,
    ]
    for name, value in rates.items():
        unit = "L/(umol*ms)" if name == "kon" else "1/ms"
        lines += [f"[numbers.{name}]", f"value = {value}", f'unit = "{unit}"', 'assumed = "A test."']
    (tmp_path / "schemes").mkdir(exist_ok=True)
    (tmp_path / "schemes" / "ring.toml").write_text("\n".join(lines), encoding="utf-8")
    return ns.evidence.load_library(tmp_path).card("ring", "schemes")


def test_an_own_card_out_of_detailed_balance_is_refused_unless_it_says_so(tmp_path) -> None:
    whole = scheme_from_card(own_card(tmp_path, RATES), None)
    assert whole.loops[0].balanced
    assert whole.label == "ring"
    driven = RATES | {"loff": 0.02}
    with pytest.raises(CardError, match=r"not in detailed balance: .*C0.*declare it: detailed_balance = 'broken'"):
        scheme_from_card(own_card(tmp_path, driven), None)
    declared = scheme_from_card(own_card(tmp_path, driven, 'detailed_balance = "broken"'), None)
    assert "times the rates of the way back" in declared.unbalanced[0]
    with pytest.raises(CardError, match="is in detailed balance; leave"):
        scheme_from_card(own_card(tmp_path, RATES, 'detailed_balance = "broken"'), None)


def test_a_way_without_a_way_back_is_out_of_balance(tmp_path) -> None:
    ways = "C0 <-> C1: kon GABA, koff; C1 <-> O1: beta, alpha; O1 -> O0: loff; O0 <-> C0: alpha0, beta0"
    with pytest.raises(CardError, match="O1 -> O0 has no way back"):
        scheme_from_card(own_card(tmp_path, RATES, transitions=ways), None)


@pytest.mark.parametrize(
    ("transitions", "message"),
    [
        ("C0 - C1: kon GABA, koff", "is not a transition"),
        ("C0 <-> C1: kon GABA", "needs a rate forth and one back"),
        ("C0 <-> X1: kon GABA, koff", "No state 'X1'"),
        ("C0 <-> C1: kon GABA, 12.5 koff", "is not a rate"),
        ("C0 <-> C1: kon GABA, koff; C1 <-> C0: koff, kon GABA", "stands twice"),
        ("C0 <-> C1: kon GABA, koff", "no way leads from 'C0' to 'O0'"),
        ("C0 <-> C1: kon, koff", "has one ligand; found: none"),
        ("C0 <-> C1: kon GABA, koff; C1 <-> O1: kon, alpha; C0 <-> O0: beta0, alpha0", "rate of binding here"),
    ],
)
def test_what_cannot_be_read_is_said(transitions: str, message: str) -> None:
    with pytest.raises(NeurosteroidError, match=message):
        read_structure(RING | {"transitions": transitions}, "ring")


def test_unknown_names_are_answered_with_close_ones() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'jones-westbrook'"):
        ns.scheme("jones-westbrok")
    with pytest.raises(UnknownNameError, match="No scheme 'patch'"):
        ns.scheme("patch")
    with pytest.raises(UnknownNameError, match="No variant"):
        ns.scheme("jones-westbrook", "publish")
    with pytest.raises(UnknownNameError, match="No rate 'alpha9'"):
        ns.scheme().with_rates(alpha9=0.5)
