"""What becomes of a gradient: clipped, at which rate, and by which optimiser the weights follow it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from explorer.training.norms import norm
from explorer.training.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

STEP_PARTS, STEP_FACTOR = 3, 0.1
WARM_UP, START_DIVISOR, END_DIVISOR = 0.3, 25.0, 1e4


def make_optimizer(settings: Settings, flat: Any) -> Any:
    """Return torch's optimiser of one flat parameter. All four work number by number, so it is the same as of many."""
    from torch import optim

    common: dict[str, Any] = {"lr": settings.rate, "weight_decay": settings.weight_decay}
    if settings.optimizer == "sgd":
        return optim.SGD([flat], momentum=settings.momentum, **common)
    if settings.optimizer == "rmsprop":
        return optim.RMSprop([flat], foreach=False, **common)
    kinds: dict[str, Any] = {"adam": optim.Adam, "adamw": optim.AdamW}
    return kinds[settings.optimizer]([flat], fused=True, **common)


def rate_at(settings: Settings, iteration: int) -> float:
    """Return the learning rate of an iteration, counted from 1, of all ``settings.iterations``.

    ``cosine`` falls to 0, ``step`` to a tenth after each third; ``one-cycle`` rises over the first 0.3 from 1/25 to the
    rate and falls to 1/25 · 10⁻⁴ of it. Sources: torch.optim.lr_scheduler CosineAnnealingLR, StepLR, OneCycleLR.
    """
    done, total = iteration - 1, settings.iterations
    if settings.schedule == "cosine":
        return settings.rate * (1 + math.cos(math.pi * done / total)) / 2
    if settings.schedule == "step":
        return settings.rate * STEP_FACTOR ** (STEP_PARTS * done // total)
    if settings.schedule == "one-cycle":
        low, peak = settings.rate / START_DIVISOR, WARM_UP * total - 1
        if done <= peak:
            return _between(low, settings.rate, done / peak if peak > 0 else 1)
        return _between(settings.rate, low / END_DIVISOR, (done - peak) / max(total - 1 - peak, 1))
    return settings.rate


def _between(start: float, end: float, share: float) -> float:
    """Return the value on a half wave of a cosine from ``start`` to ``end``."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))


def clip(settings: Settings, grad: Tensor, total: float) -> float:
    """Clip the flat gradient, whose norm is ``total``, by value and then by norm; return the norm after it.

    Source: torch.nn.utils.clip_grad_norm_, clip_grad_value_.
    """
    if settings.clip_value:
        grad.clamp_(-settings.clip_value, settings.clip_value)
        total = norm(grad.cpu().numpy())
    if settings.clip and (factor := settings.clip / (total + 1e-6)) < 1:
        grad.mul_(factor)
        total *= factor
    return total
