"""Exact fractions where whole cents would do."""

from fractions import Fraction

from support.load import has_problem, repeat


def with_fractions():
    return sum((Fraction(price, 100) * 3 for price in range(200)), Fraction(0))


def with_cents():
    return sum(price * 3 for price in range(200)) / 100


repeat(with_fractions if has_problem else with_cents)
