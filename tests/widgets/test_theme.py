"""The theme can be read, told apart also by the colour-blind, and reaches real widgets."""

from importlib import resources
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QIcon, QImage, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from tests.widgets.colors import alike
from widgets.oklab import LAB_TO_LMS, LMS_TO_RGB
from widgets.theme import (
    DARK,
    LIGHT,
    THEMES,
    Theme,
    apply_theme,
    blend,
    color_map,
    icon,
    number_font,
    side_color,
    system_theme,
    unit_style,
)

ICONS = sorted(file.name.removesuffix(".svg") for file in resources.files("widgets").joinpath("icons").iterdir())
TEXTS = ("text", "muted_text", "accent", "warning", "error", "success", "cursor")
GROUNDS = ("window", "base", "raised", "field", "hover")
MISSING_GREEN = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
)
MISSING_RED = np.array(
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
)
"""What deuteranopes and protanopes see, in linear RGB. Source: Machado, Oliveira and Fernandes (2009)."""

themes = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def rgb(*colors: str) -> np.ndarray:
    return np.array([QColor(color).getRgbF()[:3] for color in colors])


def linear(colors: np.ndarray) -> np.ndarray:
    return np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of the Web Content Accessibility Guidelines."""
    low, high = sorted(linear(rgb(one, other)) @ [0.2126, 0.7152, 0.0722])
    return (high + 0.05) / (low + 0.05)


def looks(colors: np.ndarray, eye: np.ndarray | None = None) -> np.ndarray:
    """Return sRGB colours in Oklab, as seen by this eye."""
    seen = linear(colors) if eye is None else np.clip(linear(colors) @ eye.T, 0, 1)
    return np.cbrt(seen @ np.linalg.inv(LMS_TO_RGB).T) @ np.linalg.inv(LAB_TO_LMS).T


def table(kind: str, theme: Theme) -> np.ndarray:
    return color_map(kind, theme)[:, :3] / 255


@pytest.fixture
def app(qapp):
    """Return the application, dressed as before when the test has ended."""
    palette, sheet = qapp.palette(), qapp.styleSheet()
    plots = {name: pg.getConfigOption(name) for name in ("background", "foreground")}
    yield qapp
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    pg.setConfigOptions(**plots)


@themes
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_texts_can_be_read(theme, text, ground):
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@themes
def test_the_text_on_the_accent_can_be_read(theme):
    assert contrast(theme.accent_text, theme.accent) >= 4.5
    assert contrast(theme.accent_text, blend(theme.accent_text, theme.accent, 0.12)) >= 4.5


@themes
def test_the_name_of_a_side_can_be_read_in_its_tag_and_neighbours_differ(theme):
    tags = [side_color(side, theme) for side in range(len(theme.side_colors))]
    assert min(contrast(theme.accent_text, tag) for tag in tags) >= 4.5
    assert min(contrast(theme.window, tag) for tag in tags) >= 3
    assert len(set(tags)) == len(tags) >= 6
    assert side_color(len(tags), theme) == tags[1], "the present trace's is its alone"


@themes
def test_lines_and_marks_can_be_seen(theme):
    assert min(contrast(color, theme.base) for color in (*theme.unit_colors, theme.mark)) >= 3
    assert contrast(theme.border, theme.window) >= 3


@themes
def test_a_unit_has_one_style_and_neighbours_differ_in_colour_and_dashes(theme):
    styles = [unit_style(position, theme) for position in range(28)]
    assert len({(style.color, style.dash) for style in styles}) == 28
    assert unit_style(28 + 5, theme) == styles[5]
    for one, next_one in pairwise(styles):
        assert one.color != next_one.color
        assert one.dash != next_one.dash


@themes
@pytest.mark.parametrize("eye", [None, MISSING_GREEN, MISSING_RED], ids=["full", "deuteranope", "protanope"])
def test_units_with_the_same_dashes_differ_in_colour_for_every_eye(theme, eye):
    for first in range(4):
        colors = rgb(*(unit_style(position, theme).color for position in range(first, 12, 4)))
        seen = looks(colors, eye)
        apart = np.linalg.norm(seen[:, None] - seen, axis=-1) + np.eye(len(seen))
        assert apart.min() > 0.06


@themes
@pytest.mark.parametrize("kind", ["gate", "state"])
def test_a_map_is_a_read_only_table(theme, kind):
    colors = color_map(kind, theme)
    assert colors.shape == (256, 4)
    assert colors.dtype == np.uint8
    assert (colors[:, 3] == 255).all()
    assert colors is color_map(kind, theme)
    with pytest.raises(ValueError, match="read-only"):
        colors[0] = 0


@themes
@pytest.mark.parametrize("eye", [None, MISSING_GREEN, MISSING_RED], ids=["full", "deuteranope", "protanope"])
def test_gates_grow_lighter_with_their_value(theme, eye):
    assert (np.diff(looks(table("gate", theme), eye)[::8, 0]) > 0).all()


@themes
def test_states_of_equal_size_are_equally_light_and_zero_is_the_ground(theme):
    lightness = looks(table("state", theme))[:, 0]
    assert np.abs(lightness - lightness[::-1]).max() < 0.03
    arm = lightness[128:] if theme.name == "dark" else -lightness[128:]
    assert (np.diff(arm[::4]) > 0).all()
    zero = looks(np.vstack([table("state", theme)[127:129].mean(axis=0), rgb(theme.base)]))
    assert np.linalg.norm(zero[0] - zero[1]) < 0.06


@themes
@pytest.mark.parametrize("eye", [None, MISSING_GREEN, MISSING_RED], ids=["full", "deuteranope", "protanope"])
def test_states_below_and_above_zero_are_told_apart(theme, eye):
    seen = looks(table("state", theme), eye)
    assert (np.linalg.norm(seen[:64] - seen[:191:-1], axis=-1) > 0.11).all()


@themes
def test_what_is_not_finite_is_in_no_map(theme):
    special = looks(rgb(theme.nan_color, theme.pos_inf_color, theme.neg_inf_color))
    maps = looks(np.vstack([table("gate", theme), table("state", theme)]))
    assert np.linalg.norm(special[:, None] - maps, axis=-1).min() > 0.12
    assert (np.linalg.norm(special[:, None] - special, axis=-1) + np.eye(3)).min() > 0.2


@themes
@pytest.mark.parametrize("name", ICONS)
def test_icons_are_drawn_in_the_text_colour_and_muted_where_disabled(qapp, theme, name):
    alphas = []
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
        picture = icon(name, theme).pixmap(QSize(20, 20), 2.0, mode).toImage()
        assert picture.size() == QSize(40, 40)
        colors = [picture.pixelColor(x, y) for x in range(40) for y in range(40)]
        alphas.append(max(color.alphaF() for color in colors))
        full = [color for color in colors if color.alphaF() == alphas[-1]]
        assert all(alike(QColor(color.rgb()), theme.text) for color in full)
    assert alphas == pytest.approx([1, 0.42], abs=0.01)


def test_an_icon_takes_another_colour(qapp):
    picture = icon("pause", LIGHT, "#ffffff").pixmap(QSize(20, 20), 1.0).toImage()
    assert picture.pixelColor(6, 10).name() == "#ffffff"


@pytest.mark.smoke
@pytest.mark.qt_log_ignore("propagateSizeHints")
@themes
def test_the_theme_reaches_real_widgets(app, qtbot, theme):
    apply_theme(app, theme)
    window = QWidget()
    qtbot.addWidget(window)
    label, field, button = QLabel("text"), QLineEdit("typed"), QPushButton("press")
    button.setEnabled(False)
    layout = QHBoxLayout(window)
    for widget in (label, field, button):
        layout.addWidget(widget)
    window.resize(400, 80)
    with qtbot.waitExposed(window):
        window.show()
    picture: QImage = window.grab().toImage()
    assert alike(picture.pixelColor(2, 2), theme.window)
    inside = (field.geometry().topRight() + QPoint(-6, 6)) * picture.devicePixelRatio()
    assert alike(picture.pixelColor(inside), theme.field)
    assert label.palette().color(QPalette.ColorRole.WindowText).name() == theme.text
    assert button.palette().color(QPalette.ColorRole.ButtonText).name() != theme.text
    app.setStyleSheet("")
    assert app.style().name() == "fusion"
    assert pg.getConfigOption("background") == theme.base
    assert pg.getConfigOption("foreground") == theme.muted_text


def test_no_role_is_left_to_the_desktop(app):
    colors = []
    for theme in (LIGHT, DARK):
        apply_theme(app, theme)
        palette = app.palette()
        roles = [
            role
            for role in QPalette.ColorRole
            if role not in (QPalette.ColorRole.NoRole, QPalette.ColorRole.NColorRoles)
        ]
        colors.append({role: palette.color(QPalette.ColorGroup.Active, role).name() for role in roles})
    same = {role for role in colors[0] if colors[0][role] == colors[1][role]}
    assert same == set()


def test_figures_are_all_of_one_width(qapp):
    metrics = QFontMetricsF(number_font())
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789-."}) == 1
    assert number_font().pointSizeF() == qapp.font().pointSizeF()


@pytest.mark.parametrize(
    ("asked", "worn"), [("Dark", DARK), ("Light", LIGHT), ("Unknown", LIGHT)], ids=lambda x: getattr(x, "name", x)
)
def test_the_theme_is_the_one_the_desktop_asks_for(asked, worn):
    hints = SimpleNamespace(colorScheme=lambda: Qt.ColorScheme[asked])  # no desktop here asks for another
    assert system_theme(SimpleNamespace(styleHints=lambda: hints)) is worn
