"""The left side of the import dialog: how the bytes become a table, and how its rows become steps."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from explorer.sequences import Form, Options
from explorer.sequences.numerals import USUAL, told_words, written_words
from widgets.fields import ChoiceBox
from widgets.forms import form_layout, scrolling
from widgets.theme import LIGHT, Theme

Choices = tuple[tuple[str, object, str], ...]

ENCODINGS: Choices = tuple((name, codec, "") for name, codec in (
    ("UTF-8", "utf-8"), ("UTF-16", "utf-16"), ("Western (Windows-1252)", "cp1252"), ("Western (Latin-1)", "latin-1"),
    ("Central European (1250)", "cp1250"), ("Baltic (1257)", "cp1257"), ("Turkish (1254)", "cp1254"),
    ("Cyrillic (1251)", "cp1251"), ("Cyrillic (KOI8-R)", "koi8-r"), ("Cyrillic (DOS 866)", "cp866"),
    ("Greek (1253)", "cp1253"), ("Hebrew (1255)", "cp1255"), ("Arabic (1256)", "cp1256"), ("Thai (874)", "cp874"),
    ("Chinese (GB18030)", "gb18030"), ("Chinese (Big5)", "big5"), ("Japanese (Shift JIS)", "shift_jis"),
    ("Japanese (EUC-JP)", "euc_jp"), ("Korean (949)", "cp949"), ("Western (DOS 437)", "cp437"),
    ("Western (Mac)", "mac_roman"),
))  # fmt: skip
DELIMITERS: Choices = (
    ("comma  ,", ",", ""), ("semicolon  ;", ";", ""), ("tab", "\t", ""), ("pipe  |", "|", ""), ("colon  :", ":", ""),
    ("blanks", " ", "Any number of blanks and tabs"), ("none: one column", "", ""),
)  # fmt: skip
QUOTES: Choices = (('double  "', '"', ""), ("single  '", "'", ""), ("none", "", "Quotes are letters like any other"))
ESCAPES: Choices = (("a doubled quote", "", ""), ("backslash  \\", "\\", "A backslash before a quote"))
DECIMALS: Choices = (("point  1.5", ".", ""), ("comma  1,5", ",", ""))
THOUSANDS: Choices = (
    ("none", "", ""), ("comma  1,000", ",", ""), ("point  1.000", ".", ""), ("blank  1 000", " ", ""),
    ("apostrophe  1'000", "'", ""),
)  # fmt: skip
COMMENTS: Choices = (("none", "", ""), ("#", "#", ""), ("%", "%", ""), ("//", "//", ""), (";", ";", ""))
ORDERS: Choices = (
    ("day, month, year", "day-first", "05/06/2013 is in June"),
    ("month, day, year", "month-first", "05/06/2013 is in May"),
)  # fmt: skip
COUNTS: Choices = tuple((str(n), n, "") for n in range(11))
SHAPES: Choices = (
    ("one sequence", "one", "Every row is a step"),
    ("several, by an id", "long", "Every row is a step of the sequence that its id column names"),
    ("one sequence a row", "wide", "Every row is a sequence, its columns are the steps"),
)
BAD_CELLS: Choices = (
    ("refuse the file", "refuse", "A cell that is no number where the others are is an error"),
    ("take them as missing", "missing", "A cell that is no number where the others are is a missing value"),
)
READINGS: Choices = (("a table", False, ""), ("running text", True, "Every word or letter is a step"))
TOKENS: Choices = (("words", "words", ""), ("characters", "characters", ""))
PARTS: Choices = tuple(
    (f"the first {round(100 * part)} %" if part < 1 else "all of it", part, "") for part in (1.0, 0.9, 0.8, 0.7, 0.5)
)

_FORM_FIELDS: tuple[tuple[str, str, Choices, str], ...] = (
    ("encoding", "Encoding", ENCODINGS, "Which characters the bytes stand for"),
    ("delimiter", "Delimiter", DELIMITERS, "What stands between two cells"),
    ("quote", "Quotes", QUOTES, "What stands around a cell that holds a delimiter"),
    ("escape", "Quote in quotes", ESCAPES, "How a quote is written inside quotes"),
    ("decimal", "Decimal sign", DECIMALS, ""),
    ("thousands", "Thousands", THOUSANDS, "What stands between groups of three digits"),
    ("comment", "Comments", COMMENTS, "Lines that begin so are passed over"),
    ("preamble_lines", "Lines above", COUNTS, "Lines of the file above the header that are no part of the table"),
    ("header_lines", "Lines of names", COUNTS[:6], "0: the columns have no names"),
    ("footer_lines", "Lines below", COUNTS, "Lines of the file below the last row that are no part of the table"),
    ("dates", "Dates as 05/06", ORDERS, "What a date such as 05/06/2013 begins with"),
)
_REST_FIELDS: tuple[tuple[str, str, Choices, str], ...] = (
    ("shape", "Rows are", SHAPES, "How rows become steps of sequences"),
    ("train", "Scaling fitted on", PARTS, "The part, from the beginning, that scaling and means are taken from"),
    ("bad_cells", "Bad cells", BAD_CELLS, ""),
    ("plain_text", "Read as", READINGS, ""),
    ("tokens", "Text is cut into", TOKENS, ""),
)

_WORDS = (
    'Words that stand for no value, between commas, such as NA or -999; "usual" is all of the usual ones. '
    "One that holds a comma stands in double quotes"
)


class ImportForm(QWidget):
    """A form of everything that can be told; what is not told shows what was found. Speaks when a person chose."""

    options_edited = Signal(object)  # Options

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told, self._found = Options(), Form()
        self.boxes: dict[str, ChoiceBox] = {}
        inner = QWidget()
        self._form = form_layout(inner, 6)
        self._form.setContentsMargins(0, 0, 8, 8)
        self._headings = [QLabel("Text"), QLabel("Steps")]
        self._form.addRow(self._headings[0])
        for field in _FORM_FIELDS:
            self._add(*field)
        self._add("table", "Table", (), "Which of several tables in the file")
        self._form.addRow(self._headings[1])
        self.missing = QLineEdit(placeholderText="empty cells only")
        self.missing.editingFinished.connect(self._on_missing)
        for field in _REST_FIELDS:
            self._add(*field)
            if field[0] == "bad_cells":
                self._row("Missing", self.missing, _WORDS)
        self.rate = QLineEdit(placeholderText="steps per second")
        self.rate.setValidator(QDoubleValidator(0.0, 1e12, 12, notation=QDoubleValidator.Notation.ScientificNotation))
        self.rate.editingFinished.connect(self._on_rate)
        self._row("Rate", self.rate, "Where no column is the time: how many steps there are in a second")
        scroll = scrolling(inner)
        scroll.setMinimumWidth(inner.minimumSizeHint().width() + scroll.verticalScrollBar().sizeHint().width())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        self.apply_theme(LIGHT)

    def show_options(self, told: Options, found: Form | None, shape: str | None, tables: int) -> None:
        """Show what was told and, in its place where nothing was, what was found. Says nothing.

        ``found`` is None where the file is no text, and has no encoding or delimiter to choose; ``shape`` is None where
        it is running text, which has no rows.
        """
        self._told, self._found = told, found or Form()
        for name, _, choices, _ in _FORM_FIELDS:
            value = getattr(told.form, name)
            self._show(name, choices, value, getattr(self._found, name))
            table_only = shape is None and name != "encoding" and self._found != Form()
            self._form.setRowVisible(self.boxes[name], found is not None and not table_only)
        self._headings[0].setVisible(found is not None)
        numbered = tuple((f"{n + 1} of {tables}", n, "") for n in range(min(tables, 100)))
        self._show("table", numbered, told.form.table, self._found.table or 0)
        self._form.setRowVisible(self.boxes["table"], tables > 1)
        for name, _, choices, _ in _REST_FIELDS:
            guess = {"shape": shape, "plain_text": None if found in (None, Form()) else shape is None}.get(
                name, getattr(Options(), name)
            )
            value = getattr(told, name)
            usual = "found" if name in ("shape", "plain_text") else "usual"
            self._show(name, choices, None if value == getattr(Options(), name) else value, guess, usual)
            if name in ("shape", "bad_cells"):
                self._form.setRowVisible(self.boxes[name], shape is not None or self._found == Form())
        self.rate.setText("" if told.rate is None else f"{told.rate:g}")
        self._form.setRowVisible(self.missing, shape is not None or self._found == Form())
        self.missing.setText(written_words(USUAL if told.form.missing is None else told.form.missing))
        self.missing.setCursorPosition(0)
        self.missing.setToolTip(f"Taken for no value: {', '.join(('an empty cell', self.missing.text())).rstrip(', ')}")

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        for heading in self._headings:
            heading.setStyleSheet(f"color: {theme.muted_text}; font-weight: 600; padding-top: 6px")

    def _add(self, name: str, title: str, choices: Choices, tip: str) -> None:
        box = self.boxes[name] = ChoiceBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(19)
        self._show(name, choices, None, None)
        box.activated.connect(lambda _row, name=name: self._on_chosen(name))
        self._row(title, box, tip)

    def _row(self, title: str, field: QWidget, tip: str) -> None:
        label = QLabel(title, toolTip=tip)
        label.setBuddy(field)
        field.setAccessibleName(title)
        field.setAccessibleDescription(tip)
        self._form.addRow(label, field)

    def _show(self, name: str, choices: Choices, told: object, found: object, how: str = "found") -> None:
        """Offer the guess first, with what it was, then everything that can be told."""
        listed = list(choices)
        if told is not None and told not in [value for _, value, _ in listed]:
            listed.append((_title(name, told, ()), told, ""))
        guess = "guess" if found is None else f"{_title(name, found, choices)}  ({how})"
        self.boxes[name].set_choices([(guess, None, "What was found in the file, or is usual"), *listed], told)

    def _on_chosen(self, name: str) -> None:
        value = self.boxes[name].currentData()
        if name == "table" or name in {field[0] for field in _FORM_FIELDS}:
            self._tell(lambda told: replace(told, form=replace(told.form, **{name: value})))
        else:
            chosen = getattr(Options(), name) if value is None else value
            self._tell(lambda told: replace(told, **{name: chosen}))

    def _on_rate(self) -> None:
        text = self.rate.text().replace(",", ".")
        try:
            rate = float(text) if text else None
        except ValueError:
            rate = self._told.rate
        if rate != self._told.rate and (rate is None or rate > 0):
            self._tell(lambda told: replace(told, rate=rate))

    def _on_missing(self) -> None:
        words = told_words(self.missing.text(), self._told.form.decimal or self._found.decimal or ".")
        missing = None if words == USUAL else words
        self._tell(lambda told: replace(told, form=replace(told.form, missing=missing)))

    def _tell(self, change: Callable[[Options], Options]) -> None:
        told = change(self._told)
        if told != self._told:
            self._told = told
            self.options_edited.emit(told)


def _title(name: str, value: object, choices: Choices) -> str:
    """Return what a value is called: by the choices there are, or as it stands."""
    if name == "encoding" and isinstance(value, str):
        same = [title for title, codec, _ in choices if codecs.lookup(str(codec)) == codecs.lookup(value)]
        return same[0] if same else value.upper()
    return next((title for title, choice, _ in choices if choice == value), str(value))
