"""Against a real Wick server: what a program did can be asked for afterwards."""

import json
import time

import pytest
from conftest import run, self_counts, until

pytestmark = pytest.mark.slow

PROGRAM = """
import threading, time
def spin():
    while time.monotonic() < end:
        sum(range(500))
def nap():
    while time.monotonic() < end:
        time.sleep(0.05)
class Worker:
    def blocked(self):
        with lock: pass
lock = threading.Lock()
lock.acquire()
end = time.monotonic() + 3
threads = [threading.Thread(target=work) for work in (spin, nap, Worker().blocked)]
for thread in threads: thread.start()
threads[0].join()
lock.release()
for thread in threads: thread.join()
"""


def test_a_program_is_profiled_with_thread_states_and_labels(wick, write_program):
    wick.create_group('states')
    began = time.time()
    ended = run(
        ['-m', 'wick_agent', write_program(PROGRAM)],
        wick.program_environment('states', WICK_LABELS='version=7,stage=test'),
    )
    took = time.time() - began
    assert ended.returncode == 0, ended.stderr
    assert 'a profile every 1 s' in ended.stderr.decode()
    profile = until('the profile', lambda: wick.profile('states'))
    counts = self_counts(profile)
    assert counts['program:spin']['RUNNABLE'] > 0
    assert counts['<Sleep>'].keys() == {'WAITING'}
    assert max(counts['program:Worker:blocked'], key=counts['program:Worker:blocked'].get) == 'BLOCKED'
    # Four threads for three seconds, in units of 50 ms, and not more than the program lived.
    total = sum(sum(states.values()) for states in counts.values())
    assert 4 * 3 * 20 * 0.7 <= total <= 4 * took * 20

    fleet = wick.ask('/v1/profilingGroups/states/fleet')
    text = json.dumps(fleet)
    assert 'wick-agent-python' in text
    assert '"version"' in text and '"7"' in text


def test_a_group_shows_whose_samples_are_biased(wick, write_program):
    wick.create_group('biased')
    program = PROGRAM.replace('work in (spin, nap, Worker().blocked)', 'work in (spin, spin, spin)')
    ended = run(['-m', 'wick_agent', write_program(program)], wick.program_environment('biased', WICK_LABELS='zone=b'))
    assert ended.returncode == 0, ended.stderr
    (instance,) = wick.ask('/v1/profilingGroups/biased/fleet')['instances']
    assert instance['labels'] == {'wick:bias': ['gil-biased'], 'zone': ['b']}


def test_credentials_of_a_role_are_asked_for_at_the_same_endpoint(wick, write_program, tmp_path):
    wick.create_group('by-role')
    iam = wick.client('iam')
    user = wick.client('sts').get_caller_identity()['Arn']
    trust = {
        'Version': '2012-10-17',
        'Statement': [{'Effect': 'Allow', 'Principal': {'AWS': user}, 'Action': 'sts:AssumeRole'}],
    }
    role = iam.create_role(RoleName='agents', AssumeRolePolicyDocument=json.dumps(trust))['Role']['Arn']
    may = {
        'Version': '2012-10-17',
        'Statement': [
            {
                'Effect': 'Allow',
                'Action': ['codeguru-profiler:ConfigureAgent', 'codeguru-profiler:PostAgentProfile'],
                'Resource': '*',
            }
        ],
    }
    iam.put_role_policy(RoleName='agents', PolicyName='report', PolicyDocument=json.dumps(may))
    config = tmp_path / 'config'
    config.write_text(f'[profile by-role]\nrole_arn = {role}\nsource_profile = wick-admin\nregion = us-east-1\n')
    environment = wick.program_environment('by-role', AWS_PROFILE='by-role', AWS_CONFIG_FILE=str(config))
    ended = run(['-m', 'wick_agent', write_program('import time; time.sleep(2)')], environment)
    assert ended.returncode == 0
    assert wick.profile('by-role') is not None, ended.stderr


def test_a_group_that_is_made_later_is_found(wick, write_program):
    program = 'import time\nfor _ in range(100):\n  time.sleep(0.1)\n'
    environment = wick.program_environment('later', AWS_CODEGURU_PROFILER_REPORTING_INTERVAL_MS='1000')
    import subprocess
    import sys

    with subprocess.Popen(
        [sys.executable, '-m', 'wick_agent', write_program(program)], env=environment, stderr=subprocess.PIPE
    ) as child:
        try:
            assert b'create the profiling group later' in child.stderr.readline()
            wick.create_group('later')
            assert b'profiling group later at' in child.stderr.readline()
            until('a profile', lambda: wick.profile('later'))
        finally:
            child.kill()
