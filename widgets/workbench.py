"""The one mutable object of the window: the experiment, its trace, where one stands in it. Emits facts.

It builds the new value first, which may fail and then nothing has changed; swaps second; tells third.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from explorer.clamps import INPUT, Clamp
from explorer.network import Network, Recipe
from explorer.sequences import Dataset, Options, Scale
from explorer.sequences.followable import why_not_followed
from widgets.changing import Changing
from widgets.choices import SCALE_NAMES
from widgets.clamp_words import change_text
from widgets.history import change_name
from widgets.sources import PRESET, REMEDY, Told, make_experiment, read_source, source_name, source_recipe
from widgets.tasks import Build, Wish, is_held

if TYPE_CHECKING:
    from explorer.sequences.preview import Read
    from explorer.training.inputs import Inputs

CANCELLED = "Cancelled. F5 computes the steps that are left."

NOT_COMPARED = "While a file is followed nothing is compared: its steps come too fast to be computed more than once."

PROMOTE_SECONDS = 1.0
"""How long to wait for the moment that is to be promoted, which is nearly there."""

FOLLOWED = "While a file is followed nothing is held: its steps come too fast to be computed with and without it."


@dataclass(frozen=True, slots=True)
class MomentKey:
    """The key of the change to a moment of a training: all are one change. ``title`` is its name beside others."""

    title: str = field(default="", compare=False)


class Workbench(Changing):
    """Owns the experiment, the trace, the stepper and the player. Panels see it through ``main_window`` only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tells_of_sides = False
        self._live_to_follow = False  # it is live only because a file is followed, or was
        self.trace_changed.connect(self._show_stops)
        self.following.grown.connect(self._on_data_grown)
        self.following.changed.connect(self._on_followed)
        self.following.message.connect(self.message)
        for fact in (self.trace_changed, self.sequence_changed):
            fact.connect(lambda _: self._show_compared())
        self.trace_grown.connect(lambda _: self.comparing.show_growth())
        self.comparing.sequences_requested.connect(self.run_sequences)
        self.comparing.message.connect(self.message)
        self.comparing.listed.connect(self._on_sides_listed)

    # Wishes: the experiment -----------------------------------------------------------------------------------------

    def open(self, build: Build, name: str) -> None:
        """Put another experiment in the place of this one, from its first step."""
        self._open(Wish(build), name)

    def open_source(self, source: str, told: Told = lambda _: Options(), read: Read | None = None) -> None:
        """Open a preset with its own network, or a file, perhaps ``read``, with the one that was chosen last."""
        recipe = source_recipe(source)
        if not source.startswith(PRESET):
            recipe = self._next().wish.network or recipe
        wish = Wish(
            lambda report: make_experiment(read_source(source, report, told=told, read=read, remedy=REMEDY), recipe),
            known=recipe,
        )
        self._open(wish, f"open {source_name(source)}")

    def propose(self, build: Build, name: str) -> None:
        """Change the experiment to what ``build`` returns. Wishes that follow fast are taken together."""
        self._propose(Wish(build), name)

    def edit_recipe(self, recipe: Recipe) -> None:
        """Draw another network for the same data."""
        if self.trace is not None:
            name = change_name(self.experiment.network.recipe, recipe)
            self._propose(replace(self._next().wish, recipe=recipe, weights=None), name)

    def edit_scale(self, scale: Scale) -> None:
        """Show the network the values as they are, standardised, or between 0 and 1."""
        self._propose(replace(self._next().wish, scale=scale), SCALE_NAMES[scale])

    def edit_data_seed(self, seed: int) -> None:
        """Generate other data of the same kind."""
        if self.trace is not None:
            self._propose(replace(self._next().wish, seed=seed), f"data seed {seed}")

    def cancel(self) -> None:
        """Give up what is being computed; what was before stays, or comes back."""
        if not self.computing.under_way and self._proposed is None:
            self.comparing.cancel()
        self._drop_proposal()
        if self.endless and self.computing.computes(self.trace):
            # To go back to review would compute the very steps that were given up.
            entered, self._live_to_follow = self._live_to_follow, False
            self.following.stop()
            self._live_to_follow = entered
        self.computing.cancel()
        if self.stepper is None and self.unfinished:
            self.message.emit(CANCELLED, "note")

    # Wishes: what if ------------------------------------------------------------------------------------------------

    @property
    def clamps(self) -> tuple[Clamp, ...]:
        """What is held and edited, or will be once the change that is on its way has come."""
        change = self._next()
        if change.wish.clamps is not None:
            return change.wish.clamps
        return change.history.present.clamps if change.history.changes else ()

    @property
    def why_not_held(self) -> str:
        """The reason why nothing can be held or edited now, or nothing."""
        return FOLLOWED if self.endless else ""

    def edit_clamps(self, clamps: tuple[Clamp, ...], key: object = None) -> None:
        """Hold and edit this and nothing else. What is asked for with one ``key`` is one change, as of one drag."""
        if self.trace is None or clamps == self.clamps:
            return
        if self.why_not_held:
            self.message.emit(self.why_not_held, "note")
            self.history_changed.emit(self.history)  # whoever shows what was wished for shows again what is
            return
        data, places = self.experiment.dataset, self.experiment.network.places
        name = change_text(self.clamps, clamps, data.features, several=len(places) > 1)
        self._propose(replace(self._next().wish, clamps=clamps), name, key, soon=True)

    def add_clamps(self, clamps: tuple[Clamp, ...], key: object = None) -> None:
        """Hold or edit this, too; in the place of what held the very same units over the very same steps.

        An edit of the input is also gone where another one goes over all of its steps: else what is drawn again and
        again would leave a line in the list each time.
        """
        slots = set(map(_slot, clamps))
        kept = tuple(
            clamp
            for clamp in self.clamps
            if _slot(clamp) not in slots and not any(_covers(new, clamp) for new in clamps)
        )
        self.edit_clamps((*kept, *clamps), key)

    # Wishes: the moments of a training ------------------------------------------------------------------------------

    def show_moment(
        self, weights: Callable[[], Network], name: str, title: str = "", inputs: Inputs | None = None
    ) -> None:
        """Run the network of a moment, which ``weights`` reads, over the present data; ``title`` is its name as a side.

        The data are scaled as ``inputs`` says that they were in its training, without it as they are now.

        A training is not undone but recorded: moment after moment is one change, which undo takes back as a whole.
        """
        if self.trace is not None:
            wish = replace(self._next().wish, weights=weights, inputs=inputs, recipe=None)
            self._propose(wish, name, MomentKey(title), soon=True)

    def promote_moment(self, name: str) -> None:
        """Let the moment that is looked at be the current network, which the next one does not take the place of."""
        if self._proposed is not None:
            self._on_coalesced()
        self.computing.settle(PROMOTE_SECONDS, lambda: not self.changing)
        if self.looks_at_moment and not self.changing:
            self.history = self.history.renamed(name)
            self.history_changed.emit(self.history)

    def leave_moments(self) -> None:
        """Go back to what was before moments were looked at."""
        coming = self._next()
        if coming.entry is not None and isinstance(coming.key, MomentKey):
            self.undo()
        if self.looks_at_moment and not self.changing:
            self.undo()

    @property
    def looks_at_moment(self) -> bool:
        """Whether a moment is shown, and was not promoted."""
        return isinstance(self.history.key, MomentKey)

    # Wishes: side by side -----------------------------------------------------------------------------------------

    def _show_compared(self) -> None:
        key = self.history.key
        self.comparing.show_trace(self.trace, self.sequence, key.title if isinstance(key, MomentKey) else "")

    def _on_sides_listed(self) -> None:
        """Say how far the sides are, while nothing else is computed."""
        name, fraction = self.comparing.progress
        if (name or self._tells_of_sides) and not self.computing.under_way:
            self._tells_of_sides = bool(name)
            self.progress_changed.emit(fraction, name and f"comparing with {name}")

    def look_at_side(self, key: int) -> None:
        """Let a side be the present experiment, and the present one a side that is kept; undo takes it back."""
        side = self.comparing.side(key)
        if side is None or self.trace is None:
            return
        experiment, same = side.trace.experiment, side.trace.experiment.dataset is self.experiment.dataset
        if experiment is self.experiment and side.sequence == self.sequence:
            return
        self.comparing.swap(key)
        if same:
            self.go_to_sequence(side.sequence)
        if experiment is not self.experiment:
            wish = Wish(lambda _: experiment, known=experiment.network.recipe)
            name = f"look at {side.name}"
            self._start(replace(self._next(), wish=wish, entry=name, every=False, key=None), name, side.sequence)

    # Wishes: live mode ----------------------------------------------------------------------------------------------

    def set_live(self, live: bool) -> None:
        """Compute steps as they are taken, from the first on; or everything at once."""
        if self.trace is None or (live and self.why_not_live):
            self.live_changed.emit(self.live)
        elif live != self._next().live:
            self._live_to_follow = False
            self._start(replace(self._next(), live=live), "live mode" if live else "review mode")

    # Wishes: following a file -------------------------------------------------------------------------------------

    @property
    def why_not_followed(self) -> str:
        """The reason why what is open cannot be followed, or nothing."""
        if self.trace is None:
            return "There is nothing to follow yet."
        if self.endless:
            return ""
        if is_held(self.experiment):
            return "What is held stays held over steps that are computed once. Switch off the holds to follow the file."
        return why_not_followed(self.experiment.dataset) or self.why_not_live

    def follow(self, on: bool) -> None:
        """Read the file anew and go on as it grows, in live mode, with every step there is; or follow it no more."""
        if not on or self.endless or self.why_not_followed:
            self.following.stop()
            if self.stepper is not None and self.unfinished and not self._live_to_follow:
                self.finish()  # of a burst not every step was taken yet
            return
        self._live_to_follow = self._live_to_follow or not self.live
        change, name = self._next(), f"follow {source_name(self.experiment.dataset.source)}"
        if self.step == self.length - 1:
            self._wanted_step = sys.maxsize  # also of those that have come meanwhile, the last
        base = change.wish
        wish = Wish(lambda report: self.following.open(base.build(report), report), known=base.network)
        self._start(replace(change, wish=wish, entry=name, live=True, every=True, key=None), name)

    def _on_data_grown(self, old: Dataset, new: Dataset, more: bool) -> None:
        self.history = self.history.with_data(old, new)
        self.go_on(self.history.present, more=more)

    def _on_followed(self, followed: object) -> None:
        self.endless = followed is not None
        self.comparing.hinder(NOT_COMPARED if self.endless else "")
        if not self.endless and self._live_to_follow:
            QTimer.singleShot(0, self, self._leave_live)  # whatever ended it is over then

    def _leave_live(self) -> None:
        """Go back to what was before a file was followed: every step computed, also of what is opened next."""
        if self._live_to_follow and not self.endless and self.trace is not None:
            self._live_to_follow = False
            if self._next().live:
                self._start(replace(self._next(), live=False), "review mode")

    def _open(self, wish: Wish, name: str) -> None:
        change = self._next()
        live = change.live and not self._live_to_follow
        self._start(replace(change, wish=wish, entry=name, live=live, from_start=True, every=False, key=None), name)

    # The end --------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End everything that still works, for the window to close."""
        self.player.stop()
        self._coalesce.stop()
        self._live_to_follow = False
        self._checking.end()
        self.following.stop()
        self.breaks.end()
        self.comparing.end()
        self.computing.end()
        self.torch.end()


def _slot(clamp: Clamp) -> tuple[object, ...]:
    """Return what a clamp holds, but not at what."""
    return clamp.quantity, clamp.units, clamp.steps, clamp.place, clamp.sequence


def _covers(new: Clamp, old: Clamp) -> bool:
    """Whether an edit of the input leaves nothing of an earlier one to be seen."""
    same = (INPUT, new.units, new.sequence) == (old.quantity, old.units, old.sequence) and new.quantity == INPUT
    if not (same and old.on and old.steps[0] >= new.steps[0]):
        return False
    return new.steps[1] is None or (old.steps[1] is not None and old.steps[1] <= new.steps[1])
