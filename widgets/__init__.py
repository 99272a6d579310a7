"""What a person sees: PySide6 and pyqtgraph, no torch. Panels know nothing of one another."""
