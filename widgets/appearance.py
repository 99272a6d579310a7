"""How the window looks: light or dark, as chosen or as the system has it, and the size of its texts. Remembered."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from widgets.theme import DARK, LIGHT, THEMES, Theme, apply_theme, system_theme

SYSTEM = "system"
SMALLEST, LARGEST = 8.0, 16.0
"""Points that the texts may have."""

SET_FONT = Qt.WidgetAttribute.WA_SetFont
NORMAL = "normal_point_size"
"""The property of the application that keeps the size its desktop gave it."""


class Appearance(QObject):
    """Wears a theme and a size of texts, and says ``changed(theme)`` for the panels to wear them too."""

    changed = Signal(object)
    resized = Signal()
    """Texts have another size, which is already worn."""

    def __init__(self, settings: QSettings, theme: Theme) -> None:
        super().__init__()
        self._settings, self.theme = settings, theme
        app = application()
        if app.property(NORMAL) is None:
            app.setProperty(NORMAL, app.font().pointSizeF())
        self._wear_size()
        apply_theme(app, theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    # Light and dark -------------------------------------------------------------------------------------------------

    @property
    def choice(self) -> str:
        """``light`` or ``dark`` where a person chose so, else ``system``."""
        stored = str(self._settings.value("theme"))
        return stored if stored in THEMES else SYSTEM

    def choose_theme(self, name: str) -> None:
        """Wear the theme of that name from now on, or with ``system`` what the desktop wears, also when it changes."""
        self._settings.setValue("theme", name)
        self._wear(system_theme(application()) if name == SYSTEM else THEMES[name])

    def _on_system_changed(self, scheme: Qt.ColorScheme) -> None:
        if self.choice == SYSTEM:
            self._wear(DARK if scheme == Qt.ColorScheme.Dark else LIGHT)

    def _wear(self, theme: Theme) -> None:
        self.theme = theme
        apply_theme(application(), theme)
        self.changed.emit(theme)

    # The size of texts ----------------------------------------------------------------------------------------------

    @property
    def normal_size(self) -> float:
        """The points that the desktop gives its texts."""
        return float(application().property(NORMAL))

    @property
    def size(self) -> float:
        """The points that texts have; as the desktop has it where what is stored is no such number."""
        stored = self._settings.value("font_size")
        try:
            size = float(str(stored))
        except ValueError:
            return self.normal_size
        return size if SMALLEST <= size <= LARGEST else self.normal_size

    def enlarge(self, points: float) -> None:
        """Make texts larger, or below 0 smaller."""
        self._choose_size(min(max(self.size + points, SMALLEST), LARGEST))

    def use_normal_size(self) -> None:
        """Give texts the size that the desktop gives them."""
        self._choose_size(None)

    def _choose_size(self, size: float | None) -> None:
        if size == self.size:
            return
        if size is None:
            self._settings.remove("font_size")
        else:
            self._settings.setValue("font_size", size)
        self._wear_size()
        self._wear(self.theme)  # a style sheet keeps the fonts that it was polished with
        self.resized.emit()

    def _wear_size(self) -> None:
        app, size = application(), self.size
        font, before = app.font(), app.font().pointSizeF()
        if before == size:
            return
        # What is larger or smaller than the other texts stays so.
        own = {part: part.font().pointSizeF() / before for part in app.allWidgets() if part.testAttribute(SET_FONT)}
        font.setPointSizeF(size)
        app.setFont(font)
        app.setFont(font, "QDockWidgetTitle")
        for part, share in own.items():
            if abs(part.font().pointSizeF() - share * size) > 0.01:
                font = part.font()
                font.setPointSizeF(share * size)
                part.setFont(font)


def application() -> QApplication:
    """Return the application, which there is wherever there are widgets."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
