"""Exceptions that are expected are logged with their traceback."""

import logging
import os

from support.load import has_problem, repeat

logging.basicConfig(stream=open(os.devnull, 'w'))
log = logging.getLogger('shop')
prices = {f'sku-{i}': i for i in range(50)}
wanted = [f'sku-{i}' for i in range(100)]


def with_tracebacks():
    for sku in wanted:
        try:
            prices[sku]
        except KeyError:
            log.exception('no price')


def without_them():
    return [sku for sku in wanted if sku not in prices]


repeat(with_tracebacks if has_problem else without_them)
