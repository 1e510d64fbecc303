"""Times whose format is known are read by a parser that guesses it."""

import datetime

import dateutil.parser

from support.load import has_problem, repeat

texts = [f'2026-11-{day:02}T{hour:02}:30:00' for day in range(1, 29) for hour in range(24)]


def guessed():
    return max(dateutil.parser.parse(text) for text in texts)


def known():
    return max(datetime.datetime.fromisoformat(text) for text in texts)


repeat(guessed if has_problem else known)
