"""`python -m wick_agent [options] [-m module | script.py | -] args…`: runs a program as Python itself would, profiled."""

import sys

USAGE = """usage: python -m wick_agent [options] [-m MODULE | SCRIPT | -] [arguments of the program]

Runs a Python program with Wick's profiling agent in it.

options:
  -p, --profiling-group-name NAME   profiling group (AWS_CODEGURU_PROFILER_GROUP_NAME)
  -r, --region REGION               region to report to (AWS_CODEGURU_PROFILER_TARGET_REGION)
  -c, --credential-profile NAME     profile of the shared credentials file (AWS_PROFILE)
  --endpoint URL                    the server (AWS_ENDPOINT_URL_CODEGURUPROFILER, AWS_ENDPOINT_URL)
  --log LEVEL                       off, error, warning, info (default) or debug; to stderr (WICK_LOG_LEVEL)
  -m MODULE                         run a module, as python -m does
  -                                 read the program from standard input
  -h, --help                        this text
  --version                         the agent's version

Options win over the environment. What else the environment can say: docs/agents/python.md.
"""

_WITH_VALUE = {
    '-p': 'profiling_group_name',
    '--profiling-group-name': 'profiling_group_name',
    '-r': 'region_name',
    '--region': 'region_name',
    '-c': 'credential_profile',
    '--credential-profile': 'credential_profile',
    '--endpoint': 'endpoint_url',
    '--log': 'log_level',
    '-m': 'module',
}


class UsageError(Exception):
    """A command line that cannot be meant."""


def parse_arguments(arguments):
    """@returns (options, arguments of the program with its script first, or its module's arguments)"""
    options = {}
    rest = list(arguments)
    while rest and rest[0].startswith('-') and rest[0] != '-':
        option, equals, value = rest.pop(0).partition('=')
        if option in ('-h', '--help', '--version'):
            options['show'] = '--version' if option == '--version' else '--help'
            return options, []
        if option == '--':
            break
        if option not in _WITH_VALUE:
            raise UsageError(f'unknown option {option}')
        if not equals:
            if not rest:
                raise UsageError(f'{option} needs a value')
            value = rest.pop(0)
        options[_WITH_VALUE[option]] = value
        if option == '-m':
            return options, rest
    if not rest:
        raise UsageError('no program to run')
    return options, rest


def main():
    try:
        options, rest = parse_arguments(sys.argv[1:])
    except UsageError as error:
        sys.stderr.write(f'wick_agent: {error}\n\n{USAGE}')
        return 2
    if 'show' in options:
        from . import __version__

        sys.stdout.write(USAGE if options['show'] == '--help' else f'wick_agent {__version__}\n')
        return 0
    module = options.pop('module', None)
    from .run_program import OUTERMOST, run_module, run_script

    try:
        from .profiler import Profiler

        profiler = Profiler(**options)
        profiler.hide_below(OUTERMOST)
        profiler.start()
    except Exception as error:
        sys.stderr.write(f'wick-agent: could not start: {error}\n')
    if module is not None:
        return run_module(module, rest)
    return run_script(rest[0], rest)


if __name__ == '__main__':
    sys.exit(main())
