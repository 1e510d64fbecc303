"""Times in ISO 8601 read by a format string."""

import datetime

from support.load import has_problem, repeat

texts = [f'2026-11-{day:02}T{hour:02}:30:00' for day in range(1, 29) for hour in range(24)]


def by_format():
    return max(datetime.datetime.strptime(text, '%Y-%m-%dT%H:%M:%S') for text in texts)


def as_iso():
    return max(datetime.datetime.fromisoformat(text) for text in texts)


repeat(by_format if has_problem else as_iso)
