"""The compute core of Gate Explorer: recurrent cells, run step by step, every quantity kept. Never imports Qt."""

__version__ = "0.1.0"
