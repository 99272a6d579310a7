"""How much of a state's gradient reaches what the step made it of: elementwise, for many steps at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from explorer.cells import FREE, Cell, Holds, Kind, evaluate, held
from explorer.functions import Array, FloatArray, torch_functions

Factors: TypeAlias = dict[tuple[str, str], Array]
"""By (state, what it is made of): ∂state/∂that, each (n, H), or a number where it is the same everywhere. What it is
made of is a pre-activation, a state that the step computed before it, or a state of the step before."""


def local_factors(cell: Cell, values: Mapping[str, FloatArray], holds: Holds = FREE) -> Factors:
    """Return the factors of steps, from their quantities and ``…_prev`` states in ``values``, each (n, H).

    As the cell declares them. Where it declares none, or something is held in these steps, by autograd.
    """
    return _declared(cell, values) if cell.reverse and not holds else _by_autograd(cell, values, holds)


def _declared(cell: Cell, values: Mapping[str, FloatArray]) -> Factors:
    factors: Factors = {}
    for flow in cell.reverse:
        factor = flow.factor(*[values[operand] for operand in flow.operands])
        if flow.source in cell.states:
            _add(factors, (flow.source, flow.into), factor)
            continue
        for (state, into), before in [*factors.items()]:
            if into == flow.source:
                _add(factors, (state, flow.into), before * factor)
    return factors


def _add(factors: Factors, key: tuple[str, str], factor: Array) -> None:
    factors[key] = factors[key] + factor if key in factors else factor


def _by_autograd(cell: Cell, values: Mapping[str, FloatArray], holds: Holds) -> Factors:
    """Differentiate the cell's equations: each state for itself, what it is made of being given.

    They are elementwise, so that the gradient of the sum over all steps and units has the factor of each.
    """
    import torch

    fn, factors = torch_functions(), {}
    names = [q.name for q in cell.quantities if q.equation is None] + [f"{state}_prev" for state in cell.states]
    leaves = {name: torch.tensor(values[name].copy(), requires_grad=True) for name in names}
    known = dict(held(leaves, holds))
    for state in (q.name for q in cell.quantities if q.name in cell.states):
        made = dict(known)
        out = evaluate(cell, state, made, fn, holds)
        inner = {q.name: made[q.name] for q in cell.quantities if q.kind is Kind.PRE_ACTIVATION and q.name in made}
        of = {name: tensor for name, tensor in {**inner, **leaves}.items() if tensor.requires_grad}
        grads = torch.autograd.grad(out.sum(), [*of.values()], allow_unused=True) if out.requires_grad else ()
        for name, grad in zip(of, grads, strict=False):
            if grad is not None:
                factors[state, name] = grad.numpy()
        known[state] = leaves[state] = torch.tensor(values[state].copy(), requires_grad=True)
    return factors
