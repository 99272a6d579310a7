"""Units and steps as a person types them: what cannot be read is told in a sentence, however long it is."""

import pytest

from widgets.clamp_words import TypingError, parse_steps, parse_units

LONG = "9" * 5000
"""More digits than Python reads."""


@pytest.mark.parametrize("text", [LONG, f"{LONG}:", f":{LONG}", f"{LONG}-{LONG}", f"from {LONG}"])
def test_steps_of_thousands_of_digits_are_refused_in_words(text) -> None:
    with pytest.raises(TypingError, match="Write steps as"):
        parse_steps(text, 100)


@pytest.mark.parametrize("text", [LONG, f"1-{LONG}"])
def test_units_of_thousands_of_digits_are_refused_in_words(text) -> None:
    with pytest.raises(TypingError, match="Write units as"):
        parse_units(text, 4)
