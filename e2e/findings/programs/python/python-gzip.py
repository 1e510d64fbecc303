"""The same answer is compressed for each request, at the default level, which is the slowest."""

import gzip

from support.load import has_problem, repeat

page = b'<li>order 17 of customer 1999, paid</li>' * 2000
compressed = gzip.compress(page)


def each_time():
    return len(gzip.compress(page))


repeat(each_time if has_problem else lambda: len(compressed))
