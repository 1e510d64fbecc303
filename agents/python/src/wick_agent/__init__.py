"""Wick's agent for Python: a sampling profiler that lives in a program as a guest.

>>> from wick_agent import Profiler
>>> Profiler(profiling_group_name='checkout').start()

Importing this package loads next to nothing: what talks to the network is loaded later, off the program's own threads.
"""

__version__ = '0.1.0'
__all__ = ['Profiler', 'with_lambda_profiler']


def __getattr__(name):
    if name == 'Profiler':
        from .profiler import Profiler

        return Profiler
    if name == 'with_lambda_profiler':
        from .aws_lambda import with_lambda_profiler

        return with_lambda_profiler
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
