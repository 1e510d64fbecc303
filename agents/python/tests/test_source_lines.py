"""What the agent reads of source files, on the machine itself."""

import os
import threading

import pytest

from wick_agent.source_lines import SourceLines


def virtual_frame(path, line=1):
    lines = SourceLines()
    lines.look_up([(str(path), line)])
    return lines.virtual_frame(str(path), line)


def test_a_line_that_sleeps_has_a_frame_of_its_own(tmp_path):
    (tmp_path / 'program.py').write_text('import time\ntime.sleep(1)\n')
    assert virtual_frame(tmp_path / 'program.py', 2) == '<Sleep>'
    assert virtual_frame(tmp_path / 'program.py', 1) is None


@pytest.mark.parametrize('name', ['', '/', 'nowhere.py', 'a\0b.py', 'a' * 5000, '\udcff.py', '<string>'])
def test_code_of_no_file_has_none(name):
    assert virtual_frame(name) is None


def test_nothing_is_taken_out_of_a_pipe(tmp_path):
    """As of `python /dev/stdin`, which has its program and its input from there."""
    path = tmp_path / 'program.py'
    os.mkfifo(path)
    # Whoever does read it shall not wait.
    threading.Thread(target=lambda: path.write_text('sleep(1)\n'), daemon=True).start()
    assert virtual_frame(path) is None
