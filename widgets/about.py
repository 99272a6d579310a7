"""What this program is, in a box."""

from PySide6.QtWidgets import QMessageBox, QWidget

import explorer


def show_about(window: QWidget) -> None:
    """Say what it is, in which version, and under which licence."""
    text = (
        f"<b>Gate Explorer {explorer.__version__}</b><p>A debugger for recurrent networks: every gate of an RNN, "
        "LSTM or GRU, at every step, equal to PyTorch's.</p><p>MIT licence.</p>"
    )
    QMessageBox.about(window, "About Gate Explorer", text)
