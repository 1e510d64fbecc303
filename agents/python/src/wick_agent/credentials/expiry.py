"""Instants as credential sources write them."""

import datetime


def epoch_seconds(text):
    """`2026-01-02T03:04:05Z` → epoch seconds; None where there is none."""
    if not text:
        return None
    try:
        instant = datetime.datetime.fromisoformat(str(text).replace('Z', '+00:00'))
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=datetime.timezone.utc)
    return instant.timestamp()
