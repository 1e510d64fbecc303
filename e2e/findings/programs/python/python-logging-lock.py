"""Threads write log records by one handler whose stream is slow, and wait for its lock."""

import logging
import logging.handlers
import queue
import threading
import time

from support.load import compute, has_problem, repeat


class SlowStream:
    def write(self, text):
        time.sleep(0.002)

    def flush(self):
        pass


slow = logging.StreamHandler(SlowStream())
records = queue.SimpleQueue()
log = logging.getLogger('shop')
log.setLevel(logging.INFO)
if has_problem:
    log.addHandler(slow)
else:
    log.addHandler(logging.handlers.QueueHandler(records))
    logging.handlers.QueueListener(records, slow).start()


def serve():
    while True:
        log.info('order 17 is paid')
        compute(5)


for _ in range(2):
    threading.Thread(target=serve, daemon=True).start()


def handle():
    log.info('order 18 is paid')
    compute(5)


repeat(handle)
