"""YAML written by the emitter written in Python, where libyaml is installed."""

import yaml

from support.load import has_problem, repeat

document = {'services': [{'name': f'service-{i}', 'ports': [i, i + 1]} for i in range(30)]}


def pure():
    yaml.safe_dump(document)


def native():
    yaml.dump(document, Dumper=yaml.CSafeDumper)


repeat(pure if has_problem else native)
