"""The probe against autograd, step by step in float64, and its gates by hand."""

import numpy as np
import pytest
import torch

from explorer.training.batches import probe_sequences
from explorer.training.learner import Learner
from explorer.training.outputs import NO_CLASS, loss
from explorer.training.probe import Probe
from explorer.training.settings import Settings
from explorer.training.tasks import make_task
from tests.explorer.gradient_reference import *  # noqa: F403
from tests.explorer.training.drawing import drawn
