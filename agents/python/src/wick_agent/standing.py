"""How it stands with the server, for the log: each trouble has one line when it begins, and their end one.

To ask how to sample and to send profiles are two permissions, two handlers, two limits: one may be refused for days
while the other is answered. So both are kept apart, and only when neither has trouble is all well again.
"""


class Standing:
    """`subject` is what is done: `asking` or `sending`."""

    def __init__(self, log, is_well=None):
        """@param is_well: as with `succeeds`, what is known to be so and need not be said"""
        self._log = log
        self._troubles = {}
        # Of those, what the log had room for.
        self._told = set()
        self._said = is_well

    def fails(self, subject, trouble, message):
        """@param trouble: its name; what is known under it already is not said again"""
        if self._troubles.get(subject) != trouble:
            self.forget(subject)
            self._troubles[subject] = trouble
        if trouble not in self._told and self._log.say(message, 'warning'):
            self._told.add(trouble)
            self._said = trouble

    def succeeds(self, subject, how, message):
        """@param how: a change of it, such as from `on` to `off`, is said too"""
        self.forget(subject)
        # What there was no room for in the log is said the next time: the last line must not be a trouble that is over.
        if not self._troubles and self._said != how and self._log.say(message):
            self._said = how

    def forget(self, subject):
        """Its trouble is over in a way that says nothing about the next time."""
        trouble = self._troubles.pop(subject, None)
        if not self.has(trouble):
            self._told.discard(trouble)

    def has(self, trouble):
        return trouble in self._troubles.values()
