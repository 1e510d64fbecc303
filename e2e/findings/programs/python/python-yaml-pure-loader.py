"""YAML read by the parser written in Python, where libyaml is installed."""

import yaml

from support.load import has_problem, repeat

text = yaml.safe_dump({'services': [{'name': f'service-{i}', 'ports': [i, i + 1]} for i in range(30)]})


def pure():
    yaml.safe_load(text)


def native():
    yaml.load(text, Loader=yaml.CSafeLoader)


repeat(pure if has_problem else native)
