"""Exact means of floating-point numbers."""

import statistics

from support.load import has_problem, repeat

latencies = [0.001 * i for i in range(2000)]

repeat((lambda: statistics.mean(latencies)) if has_problem else (lambda: statistics.fmean(latencies)))
