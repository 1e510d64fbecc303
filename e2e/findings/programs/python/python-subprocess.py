"""A command is run for what a function of the standard library tells."""

import os
import subprocess

from support.load import has_problem, repeat


def by_command():
    return int(subprocess.run(['wc', '-c', __file__], capture_output=True, check=True).stdout.split()[0])


repeat(by_command if has_problem else lambda: os.stat(__file__).st_size, besides_ms=2)
