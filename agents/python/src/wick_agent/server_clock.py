"""The time as servers know it: they refuse signatures of another one, and say theirs with each answer."""

import email.utils
import time

# How far a clock may be off before a signature is refused is 5 minutes; less is not worth a correction.
LEAST_ERROR_SECONDS = 60


class ServerClock:
    """This machine's clock until a server's turned out to be another; `error` is what to add to it then, in seconds."""

    def __init__(self, local=time.time):
        self._local = local
        self.error = 0.0

    def now(self):
        """Epoch seconds."""
        return self._local() + self.error

    def learn(self, answer):
        """@returns whether the server's clock tells another time than was known, so that another try makes sense"""
        try:
            theirs = email.utils.parsedate_to_datetime(answer.headers['date']).timestamp()
        except (KeyError, TypeError, ValueError, OverflowError):
            return False
        error = theirs - self._local()
        if abs(error - self.error) < LEAST_ERROR_SECONDS:
            return False
        self.error = error if abs(error) >= LEAST_ERROR_SECONDS else 0.0
        return True
