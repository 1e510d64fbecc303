"""What `make agents` builds: a wheel that is installed where nothing else is, and profiles a program there."""

import os
import subprocess
import sys
import tarfile
import zipfile

import pytest
from conftest import FINE_COUNTS, ROOT, agent_environment, self_counts

from wick_agent import __version__

pytestmark = pytest.mark.slow

PROGRAM = """
import sys, time
def work():
    end = time.monotonic() + 0.6
    while time.monotonic() < end: sum(range(300))
work()
print(sys.modules['wick_agent'].__file__)
"""


@pytest.fixture(scope='module')
def dist():
    """As `make agents` leaves it."""
    subprocess.run(
        ['sh', str(ROOT / 'scripts/build-agent-python.sh')], check=True, capture_output=True, timeout=300
    )
    return ROOT / 'agents/python/dist'


def test_the_wheel_is_installed_alone_and_profiles_a_program(dist, scripted_server, write_program, tmp_path):
    environment = {
        name: value for name, value in agent_environment(scripted_server.url, **FINE_COUNTS).items() if name != 'PYTHONPATH'
    }
    subprocess.run([sys.executable, '-m', 'venv', str(tmp_path / 'venv')], check=True, timeout=120)
    python = str(tmp_path / 'venv/bin/python')
    # From nowhere else: it has no dependencies.
    install = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-index']
    wheel = dist / f'wick_agent-{__version__}-py3-none-any.whl'
    subprocess.run([*install, str(wheel)], env=environment, check=True, capture_output=True, timeout=120)

    ended = subprocess.run(
        [python, '-m', 'wick_agent', write_program(PROGRAM)],
        env=environment,
        cwd='/',
        capture_output=True,
        timeout=60,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith(str(tmp_path / 'venv') + os.sep)
    (request,) = scripted_server.profiles
    assert request.json['agentMetadata']['agentInfo'] == {'type': 'wick-agent-python', 'version': __version__}
    assert self_counts(request.json)['program:work']['RUNNABLE'] > 0


def test_wheel_and_source_hold_every_module_the_licence_and_nothing_of_the_tests(dist):
    source = ROOT / 'agents/python/src'
    modules = {str(path.relative_to(source)) for path in source.glob('wick_agent/**/*.py')}
    with zipfile.ZipFile(dist / f'wick_agent-{__version__}-py3-none-any.whl') as wheel:
        names = set(wheel.namelist())
    assert {name for name in names if name.endswith('.py')} == modules
    assert any(name.endswith('.dist-info/licenses/LICENSE') for name in names)
    with tarfile.open(dist / f'wick_agent-{__version__}.tar.gz') as archive:
        names = {name.partition('/')[2] for name in archive.getnames()}
    assert {f'src/{name}' for name in modules} <= names
    assert 'LICENSE' in names
