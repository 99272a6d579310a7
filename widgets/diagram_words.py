"""What the cell diagram says in words: of a part its equation, with symbols and with numbers, of a step its values."""

from __future__ import annotations

from explorer.formulas import LAYER, Part
from explorer.terms import equations
from widgets.decimals import UNKNOWN
from widgets.diagram_paint import Sight
from widgets.diagram_reading import LISTED, Reading, Source
from widgets.sums import joined, sum_texts


def told(source: Source, reading: Reading, part: Part, sight: Sight) -> str:
    """Return what a part is, its equation, the same with numbers, and its value."""
    lines = [f"{part.symbol}: {part.title}" if part.symbol != part.formula else part.title]
    if not part.operation:
        return "\n".join([*lines, *_entering(source, reading, part)])
    lines.append(f"{part.symbol} = {part.formula}" if part.symbol != part.formula else part.formula)
    if not sight.knows(part):
        return "\n".join([*lines, "not computed yet within this step"])
    if part.name not in reading.values:
        return "\n".join([*lines, "not computed yet"])
    if part.expression is not None:
        lines.append(f"= {part.expression.text(reading.text)}")
    elif part.operation == LAYER:
        lines.append(f"= {_terms(source, reading.step, part.name)}")
    lines.append(f"= {reading.text(part.name)}")
    return "\n".join(lines)


def _terms(source: Source, step: int, name: str) -> str:
    """Return the products with the weights and the biases, as numbers that add up to the value."""
    found = equations(source.trace, source.sequence, source.place, step, source.unit)
    equation = next(each for each in found if each.name == name)
    texts, _ = sum_texts([float(term.value) for term in equation.operands], float(equation.value))
    return joined(texts)


def _entering(source: Source, reading: Reading, part: Part) -> list[str]:
    if part.name == "x":
        listed = [f"{name} = {number}" for name, number in source.inputs(reading.step)]
        if source.place.layer:
            listed.insert(0, f"h of layer {source.place.layer - 1}")
        more = source.input_size - LISTED
        return [*listed, f"and {more} more"] if listed and more > 0 else listed or ["not computed yet"]
    before = source.before(reading.step)
    where = "the initial state" if before is None else f"of step {before}"
    many = source.trace.experiment.network.weights(source.place).hidden_size
    lines = [f"{part.symbol} = {reading.text(part.name)}, {where}"]
    if any(part.name in other.operands for other in source.parts if other.operation == LAYER):
        lines.append(f"the products with the weights take {part.symbol} of all {many} units")
    return lines


def spoken(source: Source, reading: Reading, sight: Sight) -> str:
    """Return the whole diagram as one sentence: for those who hear it."""
    values = ", ".join(
        f"{part.symbol} {reading.text(part.name) if sight.knows(part) else UNKNOWN}" for part in source.parts
    )
    title = f"Cell diagram: {source.cell.title}, {source.place.title}, unit {source.unit}, step {reading.step}"
    if not reading.values:
        return f"{title}, not computed yet"
    return f"{title}: {values}"
