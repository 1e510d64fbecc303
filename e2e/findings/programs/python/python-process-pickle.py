"""Whole objects go through a pipe between processes."""

import array
import multiprocessing

from support.load import has_problem, repeat

sender, receiver = multiprocessing.Pipe()
orders = [{'id': i, 'price': i * 3} for i in range(500)]
prices = array.array('q', (order['price'] for order in orders))


def objects():
    sender.send(orders)
    return sum(order['price'] for order in receiver.recv())


def buffers():
    sender.send_bytes(prices)
    return sum(memoryview(receiver.recv_bytes()).cast('q'))


repeat(objects if has_problem else buffers, besides_ms=0.5)
