"""Networks and addresses are made from text for each comparison."""

import ipaddress

from support.load import has_problem, repeat

networks = [f'10.{i}.0.0/16' for i in range(50)]
ranges = [(int(network[0]), int(network[-1])) for network in map(ipaddress.ip_network, networks)]


def made_each_time():
    return any(ipaddress.ip_address('10.49.1.7') in ipaddress.ip_network(network) for network in networks)


def made_once():
    address = int(ipaddress.ip_address('10.49.1.7'))
    return [any(first <= address <= last for first, last in ranges) for _ in range(1000)]


repeat(made_each_time if has_problem else made_once)
