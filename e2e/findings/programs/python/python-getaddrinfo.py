"""A name is resolved for each message."""

import socket

from support.load import has_problem, repeat

sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(('127.0.0.1', 0))
port = receiver.getsockname()[1]
address = socket.getaddrinfo('localhost', port, socket.AF_INET, socket.SOCK_DGRAM)[0][4]


def send_to(resolved):
    sender.sendto(b'orders:1|c', resolved)
    return receiver.recv(100)


def resolved_each_time():
    send_to(socket.getaddrinfo('localhost', port, socket.AF_INET, socket.SOCK_DGRAM)[0][4])


repeat(resolved_each_time if has_problem else lambda: send_to(address), besides_ms=0.05)
