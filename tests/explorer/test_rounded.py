"""What is shown adds up, in decimals, to the total that is shown, and nothing is off by a unit of the last place."""

import math
from decimal import Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from explorer.rounded import digits_that_add_up

ordinary = st.floats(-1e6, 1e6)
any_finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(ordinary, max_size=12), st.integers(0, 8))
def test_the_terms_shown_add_up_to_the_total_shown(terms, digits):
    texts, total = digits_that_add_up(terms, digits)
    true = sum(map(Fraction, terms), Fraction(0))
    unit = Fraction(1, 10**digits)
    assert sum(map(Fraction, texts), Fraction(0)) == Fraction(total)
    assert abs(Fraction(total) - true) <= unit / 2
    assert all(abs(Fraction(text) - Fraction(term)) < unit for text, term in zip(texts, terms, strict=True))
    for text in (*texts, total):
        assert len(text.partition(".")[2]) == digits
        assert not (text.startswith("-") and Fraction(text) == 0)


@given(st.lists(any_finite, min_size=1, max_size=12), st.integers(0, 8))
def test_numbers_of_any_size_add_up(terms, digits):
    texts, total = digits_that_add_up(terms, digits)
    assert sum(map(Fraction, texts)) == Fraction(total)
    largest = max(map(abs, terms))
    unit = Fraction(10) ** -digits if largest < 1e15 else Fraction(10) ** (len(str(int(largest))) - 1 - digits)
    assert abs(Fraction(total) - sum(map(Fraction, terms))) <= unit / 2
    assert all(abs(Fraction(text) - Fraction(term)) < unit for text, term in zip(texts, terms, strict=True))
    assert all(len(text) <= 30 for text in (*texts, total))


@given(st.lists(ordinary, min_size=1, max_size=6), st.integers(0, 4), st.floats(-0.4, 0.4))
def test_a_total_that_was_recorded_is_shown_as_it_is_everywhere_else(terms, digits, off):
    recorded = math.fsum(terms) + off * 10**-digits
    texts, total = digits_that_add_up(terms, digits, recorded)
    assert Decimal(total) == Decimal(f"{recorded:.{digits}f}")
    assert sum(map(Fraction, texts)) == Fraction(total)
    unit = Fraction(1, 10**digits)
    assert all(abs(Fraction(text) - Fraction(term)) < unit for text, term in zip(texts, terms, strict=True))


def test_a_total_that_the_terms_cannot_reach_is_not_shown_as_theirs():
    assert digits_that_add_up([0.25, 0.5], 2, total=1.0) == (("0.25", "0.50"), "0.75")
    assert digits_that_add_up([0.25, 0.5], 2, total=0.76) == (("0.25", "0.50"), "0.75")
    assert digits_that_add_up([0.25, 0.5], 2, total=math.nan) == (("0.25", "0.50"), "0.75")


@given(ordinary, st.integers(0, 6))
def test_one_term_is_rounded_as_python_formats_it(term, digits):
    texts, total = digits_that_add_up([term], digits)
    assert texts == (total,)
    assert Decimal(total) == Decimal(f"{term:.{digits}f}")


@pytest.mark.parametrize(
    ("terms", "digits", "texts", "total"),
    [
        ([0.31, 0.05, 0.92, -0.10], 2, ("0.31", "0.05", "0.92", "-0.10"), "1.18"),
        ([1 / 3] * 3, 3, ("0.334", "0.333", "0.333"), "1.000"),
        ([0.004, 0.004, 0.004], 2, ("0.01", "0.00", "0.00"), "0.01"),
        ([-0.0001], 3, ("0.000",), "0.000"),
        ([1e-300, -1e-5], 3, ("0.000", "0.000"), "0.000"),
        ([1e300, -3e-300, 2.5e299], 3, ("1.000e+300", "0e+297", "2.50e+299"), "1.250e+300"),
        ([1.7e308, 1.7e308], 2, ("1.70e+308", "1.70e+308"), "3.40e+308"),
        ([math.inf, 0.125, math.nan], 2, ("inf", "0.12", "nan"), "nan"),
        ([math.inf, 1e20], 2, ("inf", "1.00e+20"), "inf"),
        ([math.inf, -math.inf], 2, ("inf", "-inf"), "nan"),
        ([], 2, (), "0.00"),
        ([0.5, 1.5], 0, ("1", "1"), "2"),
        ([0.5], 0, ("0",), "0"),
        ([2.5], 0, ("2",), "2"),
        ([-1.5], 0, ("-2",), "-2"),
        ([0.125], 2, ("0.12",), "0.12"),
        ([math.nan, -0.001], 2, ("nan", "0.00"), "nan"),
    ],
)
def test_examples(terms, digits, texts, total):
    assert digits_that_add_up(terms, digits) == (texts, total)


@given(st.lists(st.floats(1e14, 9e14), min_size=2, max_size=3))
def test_no_digit_of_a_long_number_is_lost(terms):
    assume(any(term % 1 for term in terms))
    texts, total = digits_that_add_up(terms, 20)
    with_all_digits = Context(prec=100)
    summed = Decimal(0)
    for text in texts:
        summed = with_all_digits.add(summed, Decimal(text))
    assert summed == Decimal(total)
