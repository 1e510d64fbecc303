"""Profiles that are not acknowledged yet, each with the token that makes it count once however often it is sent."""

import time
import uuid

from .chance import chance

MAX_PROFILES = 12
MAX_BYTES = 5 * 1024 * 1024
LONGEST_WAIT_SECONDS = 300.0


class Backoff:
    """Full jitter: a random part of 1 s, 2 s, 4 s … 300 s; never less than the server asks for."""

    def __init__(self):
        self._failures = 0
        self.not_before = 0.0
        # Of that, what the server asks for.
        self.told_not_before = 0.0

    @property
    def is_waiting(self):
        return time.monotonic() < self.not_before

    def failed(self, retry_after=None):
        longest = min(LONGEST_WAIT_SECONDS, 2.0**self._failures)
        self._failures = min(self._failures + 1, 16)
        self.told_not_before = time.monotonic() + (retry_after or 0.0)
        self.wait(max(chance.uniform(0, longest), retry_after or 0.0))

    def wait(self, seconds):
        self.not_before = time.monotonic() + seconds

    def succeeded(self):
        self._failures = 0
        self.not_before = self.told_not_before = 0.0


class Outbox:
    """At most 12 profiles or 5 MB; the oldest is dropped. The newest is sent first: it says what is going on now."""

    def __init__(self, max_profiles=MAX_PROFILES, max_bytes=MAX_BYTES):
        self._max_profiles = max_profiles
        self._max_bytes = max_bytes
        self._profiles = []
        self.dropped = 0

    def __len__(self):
        return len(self._profiles)

    def add(self, body):
        self._profiles.append((str(uuid.uuid4()), body))
        while len(self._profiles) > self._max_profiles or (
            len(self._profiles) > 1 and sum(len(body) for _, body in self._profiles) > self._max_bytes
        ):
            del self._profiles[0]
            self.dropped += 1

    def newest(self):
        """(token, body), or None."""
        return self._profiles[-1] if self._profiles else None

    def remove(self, token):
        self._profiles = [entry for entry in self._profiles if entry[0] != token]

    def clear(self):
        self._profiles = []
