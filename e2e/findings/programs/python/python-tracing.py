"""A tracer that counts lines is left on."""

import trace

from support.load import has_problem, repeat


def work():
    return sum(price * 3 for price in range(100))


tracer = trace.Trace(count=1, trace=0)

repeat((lambda: tracer.runfunc(work)) if has_problem else work)
