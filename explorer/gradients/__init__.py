"""The exact gradient through time: ∂L/∂h, ∂L/∂c and ∂L/∂a of every step, by the cells' own reverse steps.

``play`` runs a network over a sequence and ``Played.back`` takes a gradient back through it; ``through_time`` does so
for a trace that is there already; ``moved_by`` says how much each input has to do with what is read at one step.
``norms`` makes the curves of it.
"""

from explorer.gradients.backward import Backward, reverse
from explorer.gradients.bounds import Bounds, growth_bounds
from explorer.gradients.norms import mean_norms, norms, shares
from explorer.gradients.playing import Played, play
from explorer.gradients.traced import moved_by, through_time

__all__ = [
    "Backward",
    "Bounds",
    "Played",
    "growth_bounds",
    "mean_norms",
    "moved_by",
    "norms",
    "play",
    "reverse",
    "shares",
    "through_time",
]
