"""Equations as SBML: the Python text that other peers compile, as rate rules and assignment rules."""

from __future__ import annotations

import ast

_CALLS = {"cos": "cos", "exp": "exp", "log": "ln", "sin": "sin", "sqrt": "root", "abs": "abs"}
_OPERATORS: dict[type, str] = {
    ast.Add: "plus",
    ast.Sub: "minus",
    ast.Mult: "times",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.USub: "minus",
    ast.Lt: "lt",
    ast.LtE: "leq",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not",
}
_TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>'
_MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML">'


def sbml(equations: str, constants: int, states: int) -> str:
    """Return a model, SBML level 3, whose states y0, y1, ... follow the function ``rates`` of the equations.

    Args:
        equations: from `equations_text`.
        constants: parameters k0, k1, ... of the model, infusion rates included.
        states: how many.

    Raises:
        ValueError: the equations hold something that is not translated.
    """
    rates = next(node for node in ast.parse(equations).body if getattr(node, "name", "") == "rates")
    rules, names = [], [f"k{number}" for number in range(constants)] + [f"y{number}" for number in range(states)]
    for line in ast.walk(rates):
        if not isinstance(line, ast.Assign):
            continue
        target, math = line.targets[0], f"{_MATH}{_formula(line.value)}</math>"
        if isinstance(target, ast.Name):
            names.append(target.id)
            rules.append(f'<assignmentRule variable="{target.id}">{math}</assignmentRule>')
        else:
            rules.append(f'<rateRule variable="{_place(target, "y")}">{math}</rateRule>')
    parameters = "".join(f'<parameter id="{name}" value="0" constant="false"/>' for name in names)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="equations">'
        f"<listOfParameters>{parameters}</listOfParameters><listOfRules>{''.join(rules)}</listOfRules></model></sbml>"
    )


def _formula(node: ast.expr) -> str:
    match node:
        case ast.Name(id="t"):
            return _TIME
        case ast.Name(id=name):
            return f"<ci>{name}</ci>"
        case ast.Subscript(value=ast.Name(id=name)):
            return f"<ci>{_place(node, name)}</ci>"
        case ast.Constant(value=value):
            return f"<cn>{value!r}</cn>"
        case ast.UnaryOp(op=operator, operand=inner):
            return _apply(_OPERATORS.get(type(operator)), node, inner)
        case ast.BinOp(left=left, op=operator, right=right):
            return _apply(_OPERATORS.get(type(operator)), node, left, right)
        case ast.BoolOp(op=operator, values=inner):
            return _apply(_OPERATORS.get(type(operator)), node, *inner)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _apply(_OPERATORS.get(type(operator)), node, left, right)
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=inner):
            return _apply(_CALLS.get(name), node, *inner)
        case ast.IfExp(test=test, body=body, orelse=other):
            piece = f"<piece>{_formula(body)}{_formula(test)}</piece>"
            return f"<piecewise>{piece}<otherwise>{_formula(other)}</otherwise></piecewise>"
    raise ValueError(f"no SBML for '{ast.unparse(node)}'")


def _apply(operator: str | None, node: ast.expr, *inner: ast.expr) -> str:
    if operator is None:
        raise ValueError(f"no SBML for '{ast.unparse(node)}'")
    return f"<apply><{operator}/>{''.join(_formula(item) for item in inner)}</apply>"


def _place(node: ast.expr, letter: str) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return f"{letter}{node.slice.value}"
    raise ValueError(f"no SBML for '{ast.unparse(node)}'")
