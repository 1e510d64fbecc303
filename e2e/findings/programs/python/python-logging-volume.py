"""A record for each item, at a level that is on."""

import logging
import os

from support.load import has_problem, repeat

logging.basicConfig(stream=open(os.devnull, 'w'), level=logging.INFO, format='%(asctime)s %(levelname)s %(message)s')
log = logging.getLogger('shop')


def each_item():
    total = 0
    for item in range(100):
        log.info('item %d is added to %d', item, total)
        total += item * item


def once():
    total = 0
    for item in range(100):
        total += item * item
        log.debug('item %d makes it %d', item, total)


repeat(each_item if has_problem else once, besides_ms=6)
