"""``trace``: run a network over a sequence and write every quantity at every step."""

from __future__ import annotations

import argparse
import os
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from explorer.clamp_texts import HoldText, tell_hold
from explorer.clamps import INPUT, Clamp
from explorer.commands.arguments import PRESET, names, path, suffixed
from explorer.commands.console import Parser, Progress, follow, invocation, say
from explorer.commands.importing import add_importing, read_file, read_input_options, spread
from explorer.commands.memory import require_memory
from explorer.commands.options import DEFAULT, add_holds, add_input, add_network, add_scale, fit_holds, read_recipe
from explorer.errors import DataError, GateExplorerError, UsageError, shown
from explorer.experiment import Experiment, make_network_for
from explorer.files import array_names, export_trace, read_states
from explorer.functions import FloatArray, IndexArray
from explorer.network import Place, Recipe
from explorer.presets import find_preset, load_presets, preset_dataset
from explorer.run import start
from explorer.sequences import GENERATED, Dataset, Options, Scale, Scaling, files_in, generate_from
from explorer.trace import Check, Trace
from explorer.weights import SUFFIXES, encode
from explorer.writing import replacing, require_writable

DESCRIPTION = """\
Run a network with random weights over a sequence and write every quantity at every step to an .npz:
x (T, D), what the network saw, and l0.h, l0.c, l0.i … l1_reverse.h (T, H), by input step, under PyTorch's suffixes;
of a network that has a head, y (T, K), too: what it puts out.
Every number is compared with torch's own layers before anything is written.

--hold [LAYER.]QUANTITY[UNIT]=VALUE@FIRST:LAST holds a unit, or * all of them, at a value over half-open steps: what
follows sees it. x[2] or x.temperature edits the input, in the units of the file. Of two that meet, the later one wins.
The value mean is that of each unit over the whole sequence, as it would be if nothing were held: it is computed first.
What was held stands in the .npz under the name held. Such a step is compared with torch's as it is without the hold.
"""

EXAMPLES = """\
examples:
  {program} trace --out trace.npz
  {program} trace data.csv --columns load,temperature --standardize --cell gru --hidden 64 --out trace.npz
  {program} trace engines.txt --role "column 1=id" --sequence 7 --standardize --out engine-7.npz
  {program} trace batch.npy --sequence 0 --cell rnn --out first.npz
  {program} trace preset:adding --layers 2 --bidirectional --dtype float64 --preactivations \\
      --out trace.npz --save-weights weights.safetensors
  {program} trace preset:adding --hold 'f[3]=1@10:20' --hold 'l0.h[5]=0' --hold 'x[0]=0.5@40:41' --out held.npz

in Python:
  trace = numpy.load("trace.npz"); trace["l0.f"]    # (T, 32): the forget gates of the first layer
  torch.nn.LSTM(1, 32).load_state_dict(safetensors.torch.load_file("weights.safetensors"))
"""


@dataclass(frozen=True, slots=True)
class Request:
    """What the arguments ask for, checked as far as they alone can be."""

    source: str
    options: Options
    sequence: str | None
    columns: tuple[str, ...] | None
    scale: Scale
    recipe: Recipe
    initial: Path | None
    holds: tuple[HoldText, ...]
    preactivations: bool
    out: Path
    weights: Path | None


def trace(words: list[str]) -> int:
    """Do what the arguments ask for; return the exit code."""
    request = _read_request(words)
    outputs = [request.out] if request.weights is None else [request.out, request.weights]
    for output in outputs:
        require_writable(output)
    whole, chosen = _make_experiment(request)
    held = tuple(text for clamp in whole.clamps for text in tell_hold(clamp, whole.dataset.features))
    for text in held:
        say(f"held: {text}")
    answer, work = start(only(whole, chosen))
    follow("computing", work)
    require_verified(answer.check)
    _write(request, answer, held)
    return 0


def _read_request(words: list[str]) -> Request:
    parser = Parser("trace", description=DESCRIPTION, epilog=EXAMPLES.format(program=invocation()))
    add_input(parser)
    parser.add_argument("--out", type=path, required=True, metavar="F.npz", help="where the trace goes")
    parser.add_argument("--preactivations", action="store_true", help="write l0.a_i and the like, too")
    parser.add_argument("--save-weights", type=path, metavar="W", help=f"a state_dict, as {' or '.join(SUFFIXES)}")
    parser.add_argument("--columns", type=names, metavar="A,B", help="these features only, in this order (all)")
    add_scale(parser)
    parser.add_argument("--initial", type=path, metavar="F.npz", help="states before the first step: l0.h, l0.c … (0)")
    parser.add_argument(
        "--sequence", metavar="K|ID", help="which of several: the one called ID, or number K from 0 (the first)"
    )
    add_holds(parser)
    add_network(parser)
    add_importing(parser)
    arguments = parser.parse_args(spread(words))
    recipe, options = read_recipe(arguments) or DEFAULT, read_input_options(arguments)
    if arguments.input is not None and arguments.input.startswith(PRESET):
        find_preset(arguments.input.removeprefix(PRESET))
    _require_own_places(arguments)
    return Request(
        source=arguments.input or PRESET + load_presets()[0].name,
        options=options,
        sequence=arguments.sequence,
        columns=arguments.columns,
        scale=arguments.scale or "none",
        recipe=recipe,
        initial=arguments.initial,
        holds=tuple(arguments.hold or ()),
        preactivations=arguments.preactivations,
        out=arguments.out,
        weights=arguments.save_weights,
    )


def _require_own_places(arguments: argparse.Namespace) -> None:
    """Let no output replace another, or what it was made from."""
    out, weights = arguments.out, arguments.save_weights
    if weights is not None:
        suffixed(weights, "--save-weights", *SUFFIXES)
        if _same(out, weights):
            raise UsageError("--out and --save-weights name the same file")
    for output in (out, weights):
        if (
            output is not None
            and arguments.input is not None
            and any(_same(output, file) for file in files_in(arguments.input))
        ):
            raise UsageError(f"the output {output} would replace the input")


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other) and not one.is_char_device()


def _make_experiment(request: Request) -> tuple[Experiment, int]:
    """Return the experiment on all of the data, and which of its sequences is asked for."""
    dataset = _read_dataset(request)
    if request.columns is not None:
        dataset = dataset.select(request.columns)
    for note in dataset.notes:
        say(f"{dataset.source}: {note}")
    chosen = find_sequence(dataset, request.sequence)
    longest = max(len(sequence) for sequence in dataset.sequences)
    recipe = replace(request.recipe, longest=longest)
    words = [*map(len, dataset.vocabularies.values())]
    require_memory(recipe, len(dataset.numeric), len(dataset.sequences[chosen]), words=words)
    network = make_network_for(dataset, recipe)
    initial: dict[str, FloatArray] = {} if request.initial is None else read_states(request.initial)
    try:
        experiment = Experiment(dataset, network, scale=request.scale, initial=initial)
    except DataError as error:
        # Columns and sizes fit by now, so it is the initial states that do not.
        raise DataError(error.message, file=request.initial) from error
    clamps = fit_holds(request.holds, network, dataset, chosen, lambda: _Unheld(experiment, chosen))
    return replace(experiment, clamps=clamps), chosen


class _Unheld:
    """What would be of one sequence if nothing were held, for means to be taken of. Computes it when it is made."""

    def __init__(self, experiment: Experiment, chosen: int) -> None:
        self._values = experiment.values(chosen)
        self._trace, work = start(only(experiment, chosen))
        follow("computing what is to be the mean", work)

    def ready(self, sequence: int = 0, place: Place | None = None) -> range:
        """Return the steps that are known: all."""
        return range(len(self._values))

    def read(self, sequence: int, quantity: str, place: Place, units: slice | IndexArray, steps: slice) -> FloatArray:
        """Return values (steps, units); of the input in the units of the file."""
        if quantity == INPUT:
            return self._values[steps, units]
        return self._trace.read(0, quantity, place, units, steps)


def _read_dataset(request: Request) -> Dataset:
    if request.source.startswith(PRESET):
        return preset_dataset(find_preset(request.source.removeprefix(PRESET)))
    if request.source.startswith(GENERATED):
        with Progress("generating") as progress:
            return generate_from(request.source, progress.show)
    return read_file(request.source, request.options)


def find_sequence(dataset: Dataset, wanted: str | None) -> int:
    """Return the position of the sequence called ``wanted`` or, if none is, of that number, from 0; else of the first.

    The data's own names come first: unit 5 of a table of engines is engine 5, also where that is the fifth and not the
    sixth. Says which it is on stderr where there are several. ``UsageError`` if there is none such.
    """
    called = [sequence.name for sequence in dataset.sequences]
    if wanted in called:
        chosen = called.index(wanted)
    elif wanted is None or (wanted.isdecimal() and len(wanted) < 10 and int(wanted) < len(called)):
        chosen = int(wanted or 0)
    else:
        listed = ", ".join(called[:8]) + (f" … {called[-1]}" if len(called) > 8 else "")
        raise UsageError(f"argument --sequence: there is no sequence {shown(wanted)}; there are {listed}")
    if len(called) > 1:
        say(f"{dataset.source}: sequence {called[chosen]} of {len(called)}, {len(dataset.sequences[chosen])} steps")
    return chosen


def only(experiment: Experiment, chosen: int) -> Experiment:
    """Return the experiment on one of its sequences, which the network sees exactly as in the whole of them."""
    dataset, scaling = experiment.dataset, experiment.scaling
    sequence = dataset.sequences[chosen]
    acting = [piece for clamp in experiment.clamps if clamp.acts_on(chosen) for piece in clamp.pieces]
    clamps = [replace(clamp, sequence=0) for clamp in acting]
    if scaling is not None:
        # Fitted on all of them, so it cannot be left to an experiment that has only one.
        sequence = replace(sequence, values=scaling.apply(sequence.values))
        clamps = [_scaled(clamp, scaling) if clamp.quantity == INPUT else clamp for clamp in clamps]
    alone = replace(dataset, sequences=(sequence,))
    return replace(experiment, dataset=alone, scale="none", clamps=tuple(clamps))


def _scaled(edit: Clamp, scaling: Scaling) -> Clamp:
    units = tuple(range(len(scaling.mean))) if edit.units is None else edit.units
    values = np.zeros(len(scaling.mean))
    values[list(units)] = edit.value
    return replace(edit, units=units, value=tuple(scaling.apply(values)[list(units)].tolist()))


def require_verified(check: Check | None) -> None:
    """Say how far the trace is from torch's own layers. GateExplorerError if rounding does not explain it.

    Where rounding may be so much that nothing can be told, that is said, and nothing is held back.
    """
    if check is None:
        raise GateExplorerError("not verified against torch: nothing was compared, and nothing was written")
    if not check.telling:
        say(check.doubt)
        return
    found = f"max error {check.error:.2g}, where rounding explains {check.tolerance:.2g}"
    if not check.passed:
        raise GateExplorerError(f"not verified against torch: {found}; nothing was written")
    say(f"verified against torch: {found}")


def _write(request: Request, answer: Trace, held: tuple[str, ...]) -> None:
    with ExitStack() as stack:
        file = stack.enter_context(replacing(request.out))
        if request.weights is not None:
            weights = stack.enter_context(replacing(request.weights))
            weights.write(encode(answer.experiment.network.state_dict(), request.weights.suffix.lower()))
        with closing(export_trace(answer, file, preactivations=request.preactivations, held=held)) as work:
            follow("writing", work)
    network = answer.experiment.network
    place = network.places[0]
    quantities = [name for _, at, name in array_names(answer, preactivations=request.preactivations) if at == place]
    shape = (answer.length(), network.weights(place).hidden_size)
    say(
        f"wrote {request.out}: x {answer.inputs().shape}; {', '.join(quantities)}, each {shape}, "
        f"of {', '.join(place.key for place in network.places)}"
    )
    if request.weights is not None:
        say(f"wrote {request.weights}: {len(network.state_dict())} arrays of weights")
