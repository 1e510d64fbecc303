"""Messages are compressed by an algorithm made for archives."""

import lzma
import zlib

from support.load import has_problem, repeat

message = b''.join(b'{"order":%d,"customer":%d}' % (i, i * 7919 % 1000) for i in range(2000))

repeat((lambda: lzma.compress(message)) if has_problem else (lambda: zlib.compress(message, 1)))
