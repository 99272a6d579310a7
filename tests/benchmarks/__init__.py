"""What is measured and what it has to reach: ``make bench`` or ``python -m tests.benchmarks [name…]``."""
