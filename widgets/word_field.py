"""A field to put another word of the vocabulary in the place of the one at the step."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QWidget

from explorer.sequences import UNKNOWN
from explorer.sequences.text import word_of
from widgets.forms import beside, push_button
from widgets.tokens import Words, visible

MOST_OFFERED = 12


class WordField(QWidget):
    """Type a word and press Enter: the network is shown that one, and what follows is computed anew.

    ``edited(step, code)``; the code of the word that stands in the data takes the edit back. A word that has no code is
    read as ``<unk>``, where there is one, and refused elsewhere.
    """

    edited = Signal(int, int)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._step = Words(), 0
        self._listed: tuple[str, ...] = ()
        self.line, self.back = QLineEdit(), push_button("Take back", "Let the word of the data stand there again")
        self.line.setAccessibleName("Another word at the step")
        self.line.setToolTip("Another word for the step: what would the network make of it? Enter shows it that one")
        self.back.setAccessibleName("Take back the other word")
        self._offered = QStringListModel(self)
        completer = QCompleter(self._offered, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(MOST_OFFERED)
        self.line.setCompleter(completer)
        label = QLabel("Read instead")
        label.setBuddy(self.line)
        row = beside(label)
        row.takeAt(row.count() - 1)
        row.addWidget(self.line, 1)
        row.addWidget(self.back)
        row.setContentsMargins(0, 0, 0, 0)
        self.setLayout(row)
        self.line.returnPressed.connect(self._on_typed)
        self.back.clicked.connect(lambda: self.edited.emit(self._step, int(self._words.original[self._step])))

    def show_word(self, words: Words, step: int) -> None:
        """Offer to change the word of this step."""
        if words.vocabulary != self._listed:
            self._listed = words.vocabulary
            self._offered.setStringList(sorted(word for word in words.vocabulary if not word.startswith("<")))
        self._words, self._step = words, step
        there = step < len(words)
        self.line.setEnabled(there)
        self.line.setPlaceholderText(visible(words.tokens[step]) if there else "")
        self.back.setEnabled(there and words.changed(step))

    def _on_typed(self) -> None:
        text = self.line.text().strip() or self.line.text()
        if not text:
            return
        words = self._words.vocabulary
        word = text if text in words else word_of(text, "words")
        if word not in words:
            if UNKNOWN not in words:
                self.refused.emit(f"“{text}” is none of the {len(words)} words that have a code here")
                return
            self.refused.emit(f"“{text}” is not in the vocabulary: the network reads it as {UNKNOWN}")
            word = UNKNOWN
        self.line.clear()
        self.edited.emit(self._step, words.index(word))
