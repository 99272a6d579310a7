"""What menus offer of the rows: which are shown, how one is drawn, and in which order its units stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from explorer.cells import Cell
from explorer.network import Network, Place
from widgets.feature_dialog import FeatureDialog
from widgets.row_layout import MODE_TITLES, MODES, Key, RowLayout, RowSpec
from widgets.sorting import SortBy

Change = Callable[[RowLayout], object]
Sort = Callable[[SortBy], object]

MOST_FEATURES = 40
"""Features that a menu lists; the others are searched for."""


PRESENT = RowSpec("")
"""What all rows of the present trace have in common."""


def fill_rows(
    menu: QMenu, layout: RowLayout, network: Network, looked_at: Place, change: Change, common: RowSpec = PRESENT
) -> None:
    """Offer a row for every quantity at the place that is looked at, and in a menu each at every other place.

    ``common`` is what the rows have in common: their side, and how they are drawn at first.
    """
    _fill_quantities(menu, layout, network.cell(common.within(network, looked_at)), common, change)
    if len(network.places) > 1:
        menu.addSeparator()
        for place in network.places:
            there = replace(common, place=place)
            _fill_quantities(menu.addMenu(f"Rows of {place.title}"), layout, network.cell(place), there, change)


def _fill_quantities(menu: QMenu, layout: RowLayout, cell: Cell, common: RowSpec, change: Change) -> None:
    for quantity in cell.quantities:
        spec = replace(common, quantity=quantity.name)
        action = _choice(menu, f"{quantity.symbol}  {quantity.title}", layout.find(spec.key) is not None)
        action.triggered.connect(
            lambda shown, spec=spec: change(layout.show(spec, cell) if shown else layout.hide(spec.key))
        )


def fill_presets(menu: QMenu, layout: RowLayout, presets: Mapping[str, RowLayout], change: Change) -> None:
    """Offer rows that are often wanted together."""
    for name, preset in presets.items():
        action = _choice(menu, name, layout == preset)
        action.triggered.connect(lambda _, preset=preset: change(preset))


def fill_order(
    menu: QMenu, by: SortBy, quantity: str, features: tuple[str, ...], within: range | None, sort: Sort
) -> None:
    """Offer what the units can be sorted by; activity and likeness are those of a quantity, over some steps or all."""

    def correlate(feature: int) -> object:
        return sort(SortBy("correlation", quantity, feature, within))

    choices = [
        ("By number", SortBy()),
        (f"By activity of {quantity}", SortBy("activity", quantity, within=within)),
        ("By memory time scale", SortBy("memory", within=within)),
        (f"By likeness of {quantity}", SortBy("likeness", quantity, within=within)),
    ]
    for text, choice in choices:
        _choice(menu, text, by == choice).triggered.connect(lambda _, choice=choice: sort(choice))
    if within is None:
        for text, choice in ((f"By trend, of {quantity}", "trend"), (f"By season, of {quantity}", "season")):
            wanted = SortBy(choice, quantity)
            _choice(menu, text, by == wanted).triggered.connect(lambda _, wanted=wanted: sort(wanted))
    along = menu.addMenu(f"By correlation of {quantity} with")
    if within is not None:
        menu.addSeparator()
        menu.addAction(f"Over the brushed steps {within.start} to {within.stop - 1}").setEnabled(False)
    for k, feature in enumerate(features[:MOST_FEATURES]):
        chosen = by == SortBy("correlation", quantity, k, within)
        _choice(along, feature, chosen).triggered.connect(lambda _, k=k: correlate(k))
    if len(features) > MOST_FEATURES:
        along.addSeparator()
        title, window = f"Sort by correlation of {quantity} with", _window_of(menu)
        along.addAction("More features…").triggered.connect(lambda: _ask(title, features, window, correlate))


def _window_of(menu: QMenu) -> QWidget:
    """Return the window that a menu belongs to; the menu itself may be gone by the time it is needed."""
    part: QWidget = menu
    while isinstance(part, QMenu):
        part = part.parentWidget()
    return part.window()


def _ask(title: str, features: tuple[str, ...], window: QWidget, choose: Callable[[int], object]) -> None:
    dialog = FeatureDialog(title, features, window)
    dialog.chosen.connect(choose)
    dialog.open()


def fill_row(menu: QMenu, layout: RowLayout, key: Key, other: str, change: Change) -> None:
    """Offer what can be done with one row, among it to show how it differs from the ``other``."""
    spec = layout.find(key)
    if spec is None:
        return
    alone = _choice(menu, "Alone", layout.solo == key)
    alone.triggered.connect(lambda: change(layout.alone(key)))
    menu.addAction("Hide").triggered.connect(lambda: change(layout.hide(key)))
    if spec.height:
        menu.addAction("Height as the others").triggered.connect(lambda: change(layout.resize(key, 0)))
    menu.addSeparator()
    for mode in MODES:
        action = _choice(menu, MODE_TITLES[mode].capitalize(), spec.mode == mode)
        action.triggered.connect(lambda _, mode=mode: change(layout.change(key, mode=mode)))
    differs = _choice(menu, f"Difference from {other}".replace("&", "&&"), spec.difference)
    differs.triggered.connect(lambda shown: change(layout.change(key, difference=shown)))


def _choice(menu: QMenu, text: str, checked: bool) -> QAction:
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setChecked(checked)
    return action
