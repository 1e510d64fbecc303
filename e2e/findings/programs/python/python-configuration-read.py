"""The configuration is parsed for each request."""

import configparser

from support.load import has_problem, repeat

text = '\n'.join(f'[service-{i}]\nhost = host-{i}\nport = {8000 + i}' for i in range(20))


def parsed():
    configuration = configparser.ConfigParser()
    configuration.read_string(text)
    return configuration


known = {name: dict(section) for name, section in parsed().items()}

repeat((lambda: parsed()['service-7']['host']) if has_problem else (lambda: known['service-7']['host']))
