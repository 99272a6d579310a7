"""What lies beside the work: the palette, the lists and the dialogs of the window, each made when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from widgets.theme import LIGHT, Theme

if TYPE_CHECKING:
    from widgets.main_window import MainWindow
    from widgets.palette import Palette


class Desk(QObject):
    """Opens them, and lets those that are made wear the theme."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._theme = LIGHT
        self._palette: Palette | None = None

    def apply_theme(self, theme: Theme) -> None:
        """Let what is made already wear the theme."""
        self._theme = theme
        if self._palette is not None:
            self._palette.apply_theme(theme)

    # Ways in --------------------------------------------------------------------------------------------------------

    @property
    def palette(self) -> Palette:
        """The command palette."""
        if self._palette is None:
            from widgets.palette import Palette

            self._palette = Palette(self._window, self._window.settings)
            self._palette.apply_theme(self._theme)
        return self._palette

    def open_palette(self) -> None:
        """Let the person search all actions."""
        self.palette.open()
