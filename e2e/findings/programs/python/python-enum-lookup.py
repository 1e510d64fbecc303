"""Members of an enumeration are looked up by their values, for each row."""

import enum

from support.load import has_problem, repeat


class State(enum.Enum):
    OPEN = 'open'
    PAID = 'paid'


rows = ['open', 'paid'] * 200
by_value = {state.value: state for state in State}

repeat(
    (lambda: sum(State(row) is State.PAID for row in rows))
    if has_problem
    else (lambda: sum(by_value[row] is State.PAID for row in rows))
)
