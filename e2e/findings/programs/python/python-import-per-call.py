"""An optional module that is not there is looked for on each call."""

from support.load import has_problem, repeat

rows = [f'{i},{i * 2}' for i in range(100)]


def fast_reader():
    try:
        import a_fast_reader_that_is_not_installed
    except ImportError:
        return None
    return a_fast_reader_that_is_not_installed.read


known = fast_reader()


def read_by(reader):
    return reader(rows) if reader else [row.split(',') for row in rows]


repeat((lambda: read_by(fast_reader())) if has_problem else (lambda: read_by(known)))
