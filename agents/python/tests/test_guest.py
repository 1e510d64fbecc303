"""The program behaves with the agent as without it, whatever the server does: same output, same exit code."""

import json
import os
import py_compile
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import venv
import zipapp

import pytest
from conftest import FINE_COUNTS, SOURCE, ScriptedServer, agent_environment, nodes_of, run, self_counts, until

pytestmark = pytest.mark.slow

PROGRAM = """
import sys, threading, time, hashlib
def work():
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
        hashlib.sha256(b'x' * 1000).hexdigest()
def fail():
    raise ValueError('in a thread')
threads = [threading.Thread(target=work), threading.Thread(target=fail)]
failures = []
threading.excepthook = lambda args: failures.append(args.exc_value)
for thread in threads: thread.start()
print(set(threading.enumerate()) <= {threading.main_thread(), *threads}, __name__, sys.argv[1:], [name for name in globals() if 'wick' in name])
for thread in threads: thread.join()
print('threads failed:', failures, 'left:', threading.active_count())
sys.exit(3)
"""


def both_ways(program, environment, *arguments):
    """(alone, with the agent)"""
    alone = {name: value for name, value in environment.items() if not name.startswith(('AWS_', 'WICK_'))}
    return run([program, *arguments], alone), run(['-m', 'wick_agent', program, *arguments], environment)


def assert_same(alone, profiled):
    assert profiled.stdout == alone.stdout
    assert profiled.returncode == alone.returncode, profiled.stderr.decode()


def slow(request):
    time.sleep(10)
    return 200, {}, b'{}'


UNHAPPY = {
    'slow': (slow, 'cannot be reached|no answer'),
    'gone': (None, 'cannot be reached'),
    '403': (lambda _: (403, {'x-amzn-ErrorType': 'AccessDeniedException'}, b'{"message":"no"}'), 'PostAgentProfile'),
    '404': (lambda _: (404, {}, b'not here'), 'is it the address of a Wick server'),
    'no group': (
        lambda _: (404, {'x-amzn-ErrorType': 'ResourceNotFoundException'}, b'{}'),
        'create the profiling group',
    ),
    '429': (lambda _: (429, {'Retry-After': '1'}, b'{}'), 'tried again'),
    '500': (lambda _: (500, {}, b'oops'), 'tried again'),
    'nonsense': (lambda _: (200, {}, b'<html>' * 100), 'right address'),
    'nothing': (lambda _: None, 'cannot be reached'),
}


@pytest.mark.parametrize('kind', list(UNHAPPY))
def test_an_unhappy_server_changes_nothing_and_is_named_once(kind, write_program):
    answers, advice = UNHAPPY[kind]
    server = ScriptedServer(answers)
    if answers is None:
        server.close()
    try:
        began = time.monotonic()
        alone, profiled = both_ways(write_program(PROGRAM), agent_environment(server.url))
        took = time.monotonic() - began
        assert_same(alone, profiled)
        # Two programs of 0.4 s, and 2 s for the last profile; the rest is a loaded machine's.
        assert took < 30
        lines = [line for line in profiled.stderr.decode().splitlines() if line.startswith('wick-agent: ')]
        assert len(lines) == 1, lines
        assert any(part in lines[0] for part in advice.split('|')), lines[0]
    finally:
        if answers is not None:
            server.close()


def test_a_willing_server_gets_one_profile_at_exit(scripted_server, write_program):
    environment = agent_environment(scripted_server.url, **FINE_COUNTS)
    alone, profiled = both_ways(write_program(PROGRAM), environment, 'one', '--two')
    assert_same(alone, profiled)
    (request,) = scripted_server.profiles
    profile = request.json
    counts = [count for _, node in nodes_of(profile) for count in node.get('counts', {}).values()]
    assert sum(counts) >= 1
    assert profile['start'] < profile['end']
    assert profile['agentMetadata']['agentInfo']['type'] == 'wick-agent-python'
    assert not any('wick_agent' in name or 'runpy' in name for path, _ in nodes_of(profile) for name in path)


@pytest.mark.parametrize(
    'program',
    [
        'print("at once")',
        'import os; print("hard", flush=True); os._exit(7)',
        'raise RuntimeError("uncaught")',
        'import sys; sys.exit("a message")',
        'def f(:',
        'import atexit, threading, time; atexit.register(print, "at exit"); threading.Thread(target=time.sleep, args=(0.3,)).start()',
        'import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start(); print("daemon left")',
        'import pickle\nclass Thing: pass\nprint(type(pickle.loads(pickle.dumps(Thing()))) is Thing, __file__[-10:])',
        'import sys; print(sys.modules["__main__"].__dict__ is globals(), sys.path[0] == __file__.rpartition("/")[0], __spec__, __package__)',
        'import sys; sys.stderr.close(); sys.stdout.close()',
        'import faulthandler, gc; faulthandler.enable(); gc.freeze(); print(gc.get_freeze_count() > 0)',
        'import sys, time; sys.setswitchinterval(0.01); time.sleep(0.5); print(sys.getswitchinterval())',
        'import sys; sys.setrecursionlimit(200)\ndef f(n): return f(n + 1)\ntry: f(0)\nexcept RecursionError: print("deep")',
        'import signal, os, time; signal.signal(signal.SIGTERM, lambda *_: print("handled")); os.kill(os.getpid(), 15); time.sleep(0.1)',
        'import os; os.kill(os.getpid(), 9)',
        'import resource, threading; resource.setrlimit(resource.RLIMIT_NPROC, (1, 1)); print("no more threads")',
        'import os, sys; os.chdir("/"); os.environ.clear(); sys.path.clear(); print("bare")',
    ],
)  # fmt: skip
def test_programs_of_all_kinds_end_as_they_would(program, scripted_server, write_program):
    assert_same(*both_ways(write_program(program), agent_environment(scripted_server.url)))


def test_an_uncaught_error_shows_the_programs_frames_only(scripted_server, write_program):
    alone, profiled = both_ways(
        write_program('def f():\n  raise KeyError(1)\nf()\n'), agent_environment(scripted_server.url)
    )
    own = [line for line in profiled.stderr.decode().splitlines() if not line.startswith('wick-agent:')]
    assert own == alone.stderr.decode().splitlines()


def test_modules_are_run_as_by_python(scripted_server, tmp_path, write_program):
    write_program('import sys\nprint(__name__, __package__, sys.argv, sys.path[0])\n', 'package/tool.py')
    write_program('', 'package/__init__.py')
    environment = agent_environment(scripted_server.url)
    alone = run(['-m', 'package.tool', '-x', 'y'], environment, cwd=tmp_path)
    profiled = run(['-m', 'wick_agent', '-p', 'group', '-m', 'package.tool', '-x', 'y'], environment, cwd=tmp_path)
    assert_same(alone, profiled)
    missing = run(['-m', 'wick_agent', '-m', 'package.nothing'], environment, cwd=tmp_path)
    assert missing.returncode == 1
    assert b'package.nothing' in missing.stderr


FACTS = """
import os, sys
from operator import attrgetter
class Main: pass
os.chdir('/')
print(sys.argv, sys.path, sys.modules['__main__'].__dict__ is globals(), Main.__module__, Main.__init__ is object.__init__)
print(sorted(name for name in globals() if name.startswith('__')), __name__, __file__, __package__, __doc__, __annotations__ if sys.version_info < (3, 14) else '')
print(__spec__ and (__spec__.name, __spec__.origin, __spec__.cached), getattr(__loader__, 'path', None) or __loader__.archive, type(__loader__))
print((lambda: 0).__code__.co_filename, __builtins__)
import near
near.say()
"""


@pytest.fixture(scope='module')
def forms(tmp_path_factory):
    """A directory with one program in all the forms that Python runs."""
    directory = tmp_path_factory.mktemp('forms')
    for folder in ('.', 'sub', 'folder', 'package'):
        (directory / folder).mkdir(exist_ok=True)
        (directory / folder / 'near.py').write_text(f'def say(): print("near in", {folder!r})')
        for name in ('program.py', '__main__.py', '__init__.py', 'bare'):
            (directory / folder / name).write_text(FACTS if name != '__init__.py' else 'import sys; print(sys.argv)')
    (directory / 'link.py').symlink_to('sub/program.py')
    py_compile.compile(str(directory / 'program.py'), str(directory / 'compiled.pyc'), 'program.py', doraise=True)
    shutil.copy(directory / 'compiled.pyc', directory / 'compiled')
    (directory / 'damaged.pyc').write_bytes(b'none of Python')
    (directory / 'empty').mkdir()
    for name in ('archive.zip', 'archive.pyz', 'archive.pex', 'archive'):
        interpreter = '/usr/bin/env python3' if name != 'archive.zip' else None
        zipapp.create_archive(directory / 'folder', directory / name, interpreter)
    return directory


FORMS = ['program.py', './program.py', 'sub/program.py', 'sub/../program.py', 'sub/bare', 'link.py', 'ABSOLUTE/program.py',
         'compiled.pyc', 'compiled', 'damaged.pyc', 'folder', './folder/', 'ABSOLUTE/folder', '.', 'archive.zip',
         'archive.pyz', 'archive.pex', './archive', 'empty', 'nothing.py', '-m program', '-m package', '-m sub.program', '-m nothing',
         '-m folder.nothing', '-']  # fmt: skip


@pytest.fixture(scope='module')
def python(tmp_path_factory):
    """One that has the agent without being told by the environment, which it does not look at with `-I`."""
    directory = tmp_path_factory.mktemp('venv')
    venv.create(directory, symlinks=True)
    (packages,) = directory.glob('lib/python*/site-packages')
    (packages / 'agent.pth').write_text(str(SOURCE))
    return str(directory / 'bin/python')


@pytest.mark.parametrize('flags', [[], ['-I']], ids=['', '-I'])
@pytest.mark.parametrize('form', FORMS)
def test_a_program_in_any_form_is_run_as_by_python(form, flags, forms, python):
    program = [*form.replace('ABSOLUTE', str(forms)).split(), '-x', 'y']
    environment = agent_environment('http://127.0.0.1:1', AWS_CODEGURU_PROFILER_ENABLED='false')
    alone, profiled = (
        subprocess.run(
            [python, *flags, *way, *program],
            cwd=forms,
            input=FACTS.encode(),
            env=environment,
            capture_output=True,
            timeout=60,
            check=False,
        )
        for way in ([], ['-m', 'wick_agent', '--log', 'off'])
    )
    assert_same(alone, profiled)
    # Of errors the last line: runpy's frames are of the way, and the program's are compared elsewhere.
    assert profiled.stderr.splitlines()[-1:] == alone.stderr.splitlines()[-1:]


def test_a_program_is_read_from_standard_input_as_by_python(scripted_server, tmp_path):
    program = b"import sys\nprint(__name__, sys.argv, sys.path[0] == '', __file__)\nraise KeyError(1)\n"
    environment = agent_environment(scripted_server.url)
    alone = run(['-', 'x', '-y'], environment, input=program, cwd=tmp_path)
    profiled = run(['-m', 'wick_agent', '-p', 'group', '-', 'x', '-y'], environment, input=program, cwd=tmp_path)
    assert_same(alone, profiled)
    assert b'File "<stdin>", line 3' in profiled.stderr


def test_the_command_line_explains_itself():
    environment = {'PYTHONPATH': os.environ.get('PYTHONPATH', '') + ':' + agent_environment('')['PYTHONPATH']}
    assert b'usage: ' in run(['-m', 'wick_agent', '--help'], environment).stdout
    for arguments in ([], ['--nonsense'], ['-p']):
        ended = run(['-m', 'wick_agent', *arguments], environment)
        assert (ended.returncode, ended.stdout) == (2, b'')
        assert b'usage: ' in ended.stderr
    missing = run(['-m', 'wick_agent', '/nonexistent.py'], environment)
    assert missing.returncode == 2
    assert b"can't open file" in missing.stderr


@pytest.mark.parametrize(
    ('more', 'said'),
    [
        ({'AWS_CODEGURU_PROFILER_ENABLED': 'false'}, 'AWS_CODEGURU_PROFILER_ENABLED'),
        ({'WICK_KILL_SWITCH_FILE': '/'}, 'there is a file /'),
        ({'AWS_CODEGURU_PROFILER_GROUP_NAME': ''}, 'no profiling group'),
    ],
)
def test_what_is_switched_off_asks_nobody(more, said, scripted_server, write_program):
    environment = {**agent_environment(scripted_server.url), **more}
    alone, profiled = both_ways(write_program(PROGRAM), environment)
    assert_same(alone, profiled)
    assert scripted_server.requests == []
    assert said in profiled.stderr.decode()


def test_a_server_that_says_no_gets_nothing(scripted_server, write_program):
    scripted_server.configuration = {'shouldProfile': False, 'periodInSeconds': 1, 'agentParameters': {}}
    alone, profiled = both_ways(write_program(PROGRAM), agent_environment(scripted_server.url))
    assert_same(alone, profiled)
    assert scripted_server.profiles == []
    assert 'switched off at the server' in profiled.stderr.decode()


def test_a_read_only_file_system_is_enough(scripted_server, write_program):
    program = write_program(PROGRAM)
    environment = agent_environment(scripted_server.url, TMPDIR='/proc', HOME='/proc')
    command = [sys.executable, '-m', 'wick_agent', program]
    if (
        os.geteuid() == 0
        and subprocess.run(['unshare', '-m', 'true'], capture_output=True, check=False).returncode == 0
    ):
        # All of it, for this process only.
        script = 'mount -o remount,bind,ro / 2>/dev/null || mount --bind / / && mount -o remount,bind,ro /; exec "$@"'
        command = ['unshare', '-m', 'sh', '-c', script, 'sh', *command]
    ended = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 3, ended.stderr
    assert len(scripted_server.profiles) == 1


def test_a_container_with_a_tenth_of_a_core_is_sampled_half_as_often(scripted_server, write_program, tmp_path):
    """Its quota is in a file, which this process alone sees; the core itself is whole."""
    own_mounts = ['unshare', '-m'] if os.geteuid() == 0 else ['unshare', '-m', '--map-root-user']
    (tmp_path / 'cpu.max').write_text('10000 100000\n')
    program = write_program('import time\ntime.sleep(4)\n')
    script = 'mount --bind "$0" /sys/fs/cgroup; exec "$@"'
    command = [*own_mounts, 'sh', '-c', script, str(tmp_path), sys.executable, '-m', 'wick_agent', program]
    ended = subprocess.run(
        command, env=agent_environment(scripted_server.url), capture_output=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    metadata = scripted_server.profiles[0].json['agentMetadata']
    # 200 ms on average, and 100 where nobody sets a limit.
    assert metadata['durationInMs'] / metadata['sampler']['ticks'] > 130


@pytest.mark.parametrize('drop', [b'', b'HTTP/1.1 100 Continue\r\n\r\n'])
def test_an_exit_waits_two_seconds_for_a_server_that_never_answers_and_no_longer(drop, write_program):
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen(8)

        def trickle():
            try:
                connection, _ = listener.accept()
                while True:
                    connection.sendall(drop)
                    time.sleep(0.05)
            except OSError:
                pass

        threading.Thread(target=trickle, daemon=True).start()
        environment = agent_environment(f'http://127.0.0.1:{listener.getsockname()[1]}')
        text = 'import time\ntime.sleep(0.6)\nprint(time.time())\n'
        ended = run(['-m', 'wick_agent', write_program(text)], environment)
        waited = time.time() - float(ended.stdout)
        assert ended.returncode == 0
        # By the agent it is 2 s; the rest is the interpreter's own end on a machine that may be busy. Without the bound it
        # would be the 20 s of a request.
        assert waited < 8


def test_a_sigterm_that_nobody_handles_kills_as_ever_and_is_flushed_on_demand(scripted_server, write_program):
    program = write_program('import time\nprint("up", flush=True)\ntime.sleep(60)\n')
    for more, profiles in (({}, 0), ({'WICK_FLUSH_ON_SIGTERM': 'true'}, 1)):
        environment = agent_environment(scripted_server.url, **more)
        with subprocess.Popen([sys.executable, '-m', 'wick_agent', program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:  # fmt: skip
            child.stdout.readline()
            asked = len(scripted_server.requests)
            until('the first question', lambda asked=asked: len(scripted_server.requests) > asked or asked)
            time.sleep(0.5)
            child.send_signal(signal.SIGTERM)
            assert child.wait(30) == -signal.SIGTERM
        assert len(scripted_server.profiles) == profiles


# As where gevent is not installed: what talks to the server is loaded when it is needed, here at exit.
LOADED_LATE = ['-S']
STARTS = 'from wick_agent import Profiler\nProfiler().start()\n'
# What a shell runs in the background ignores SIGINT, these tests too then.
WAITS = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
print("up", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ('program', 'arguments'),
    [
        (WAITS, ['-m', 'wick_agent', 'program.py']),
        (WAITS, ['-m', 'wick_agent', '-m', 'program']),
        (STARTS + WAITS, ['program.py']),
    ],
    ids=['script', 'module', 'in code'],
)
def test_a_ctrl_c_before_the_first_question_ends_a_program_as_ever(
    program, arguments, scripted_server, write_program, tmp_path
):
    write_program(program)
    environment = agent_environment(scripted_server.url, WICK_INITIAL_DELAY_SECONDS='60')
    with subprocess.Popen(
        [sys.executable, *LOADED_LATE, *arguments],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        child.stdout.readline()
        time.sleep(0.5)
        child.send_signal(signal.SIGINT)
        said = child.stderr.read()
        assert child.wait(30) == -signal.SIGINT, said
    assert b'KeyboardInterrupt' in said
    # Nor of what runs the program: the only frame is its own.
    assert said.count(b'  File ') == 1, said


@pytest.mark.parametrize(
    ('end', 'code'),
    [
        ('try: raise KeyboardInterrupt\nexcept KeyboardInterrupt: sys.exit(3)', 3),
        # As shells do with what is typed into them.
        (
            'try: raise KeyboardInterrupt\nexcept BaseException: sys.last_type, _, sys.last_traceback = sys.exc_info()',
            0,
        ),
    ],
)
def test_a_ctrl_c_that_was_caught_is_over(end, code, scripted_server, write_program):
    program = write_program(f'import sys, time\ntime.sleep(0.5)\ndef f():\n  exec({end!r})\nf()\n')
    alone, profiled = both_ways(program, agent_environment(scripted_server.url, WICK_INITIAL_DELAY_SECONDS='60'))
    assert_same(alone, profiled)
    assert profiled.returncode == code


def test_a_wrong_clock_is_corrected_by_the_servers(write_program):
    """The server refuses what was signed at another time than its own, and says what time it is."""
    hour = 3600
    seen = []

    def answers(request):
        stamp = request.headers['X-Amz-Date']
        now = time.time() + hour * 7
        signed = time.mktime(time.strptime(stamp, '%Y%m%dT%H%M%SZ')) - time.timezone
        if abs(signed - now) > 300:
            return 403, {'x-amzn-ErrorType': 'InvalidSignatureException', 'Date': time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime(now))}, b'{}'  # fmt: skip
        if 'agentProfile' in request.path:
            seen.append((request.json['end'] / 1000, now))
            return 204, {}, b''
        return 200, {}, b'{"shouldProfile": true}'

    server = ScriptedServer(answers)
    handler = server._server.RequestHandlerClass
    handler.send_response = lambda self, code, message=None: self.send_response_only(code, message)
    alone, profiled = both_ways(write_program(PROGRAM), agent_environment(server.url))
    server.close()
    assert_same(alone, profiled)
    ((end, now),) = seen
    assert abs(end - now) < 60


def test_profiles_touch_and_a_failed_one_is_sent_again_with_its_token(write_program):
    server = ScriptedServer()
    server.configuration = {
        'shouldProfile': True,
        'periodInSeconds': 1,
        'agentParameters': {'SamplingIntervalInMilliseconds': '50', 'MinimumTimeForReportingInMilliseconds': '200'},
    }
    refused = []

    def answers(request):
        if 'agentProfile' in request.path and len(refused) < 2:
            refused.append(request)
            return 503, {}, b''
        return server.willing(request)

    server.answers = answers
    ended = run(['-m', 'wick_agent', write_program('import time\ntime.sleep(5)\n')], agent_environment(server.url))
    server.close()
    assert ended.returncode == 0
    by_token = {}
    for request in server.profiles:
        by_token.setdefault(request.path, set()).add(request.body)
    assert all(len(bodies) == 1 for bodies in by_token.values())
    assert {request.path for request in refused} <= {
        request.path for request in server.profiles if request not in refused
    }
    windows = sorted((json.loads(body)['start'], json.loads(body)['end']) for (body,) in by_token.values())
    assert len(windows) >= 3
    for (_, end), (start, _) in zip(windows, windows[1:]):
        assert end <= start <= end + 50 + 250
    # One thread all the time: a count is 50 ms of it. What no tick stands for is the start, and the end after the last one.
    profiles = [json.loads(body) for (body,) in by_token.values()]
    counted = sum(sum(states.values()) for profile in profiles for states in self_counts(profile).values())
    sampled_ms = sum(profile['agentMetadata']['durationInMs'] for profile in profiles)
    assert counted == pytest.approx(sampled_ms / 50, abs=len(profiles))
    assert 0.4 * (windows[-1][1] - windows[0][0]) < sampled_ms <= windows[-1][1] - windows[0][0] + 50


def test_the_agent_starts_in_code_and_once(scripted_server, write_program):
    text = """
import threading, time
from wick_agent import Profiler
first, second = Profiler('mine', 'eu-west-1'), Profiler('other')
print(first.start(), second.start(), first.start(), first.is_running)
time.sleep(0.5)
first.pause(); first.resume()
time.sleep(0.3)
first.stop()
print(first.is_running, second.start())
time.sleep(0.4)
second.stop()
print(threading.active_count())
"""
    ended = run([write_program(text)], agent_environment(scripted_server.url))
    assert ended.stdout.decode().splitlines() == ['True False True True', 'False True', '1'], ended.stderr
    assert [request.path.split('/')[2] for request in scripted_server.profiles] == ['mine', 'other']


def test_a_program_whose_threads_have_tiny_stacks_goes_on(scripted_server, write_program):
    text = """
import os, threading, time
threading.stack_size(32 * 1024)
from wick_agent import Profiler
Profiler().start()
time.sleep(0.5)
child = os.fork()
time.sleep(0.5)
if child: print(os.waitpid(child, 0)[1], threading.stack_size())
"""
    ended = run([*LOADED_LATE, '-W', 'ignore', write_program(text)], agent_environment(scripted_server.url))
    assert (ended.returncode, ended.stdout) == (0, b'0 32768\n'), ended.stderr
    assert len(scripted_server.profiles) == 2


def test_threads_that_gevent_has_patched_are_sampled(scripted_server, write_program):
    pytest.importorskip('gevent')
    text = """
from gevent import monkey; monkey.patch_all()
import threading, time
def spin():
    end = time.time() + 1.5
    while time.time() < end: sum(range(1000)); time.sleep(0)
threads = [threading.Thread(target=spin) for _ in range(3)]
for t in threads: t.start()
for t in threads: t.join()
print('done', threading.active_count())
"""
    for arguments in (['-m', 'wick_agent', write_program(text)], [write_program(text.replace('import threading, time', 'import threading, time; from wick_agent import Profiler; Profiler().start()', 1), 'inside.py')]):  # fmt: skip
        before = len(scripted_server.profiles)
        ended = run(arguments, agent_environment(scripted_server.url, **FINE_COUNTS))
        assert ended.stdout == b'done 1\n', ended.stderr
        (request,) = scripted_server.profiles[before:]
        names = {name for path, _ in nodes_of(request.json) for name in path}
        assert any(name.endswith(':spin') for name in names)


def test_what_a_seeded_program_draws_is_what_it_draws_alone(scripted_server, write_program):
    text = 'import random, time\nrandom.seed(42)\ntime.sleep(1)\nprint(random.random())\n'
    assert_same(*both_ways(write_program(text), agent_environment(scripted_server.url)))


def test_signals_that_the_program_blocks_wait_for_it(scripted_server, write_program):
    text = """
import os, signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(0.3)
print(signal.sigwait([signal.SIGTERM]) == signal.SIGTERM, signal.pthread_sigmask(signal.SIG_BLOCK, []) == {signal.SIGTERM})
"""
    assert_same(*both_ways(write_program(text), agent_environment(scripted_server.url)))


def test_no_socket_is_left_to_the_collector(scripted_server, write_program):
    metadata = ScriptedServer(lambda _: (200, {}, b'{"TaskARN": "arn:task"}'))
    environment = agent_environment(scripted_server.url, ECS_CONTAINER_METADATA_URI_V4=metadata.url)
    ended = run(['-X', 'dev', '-m', 'wick_agent', write_program('import time\ntime.sleep(1)\n')], environment)
    metadata.close()
    assert metadata.requests
    assert b'ResourceWarning' not in ended.stderr


def test_the_agents_threads_are_not_the_programs(scripted_server):
    from wick_agent import Profiler

    profiler = Profiler(
        'group', 'us-east-1', endpoint_url=scripted_server.url, environment=agent_environment(scripted_server.url)
    )
    assert profiler.start()
    until('the first question', lambda: scripted_server.requests)
    agents = until(
        'both threads', lambda: profiler._agent.sampler.excluded if len(profiler._agent.sampler.excluded) == 2 else None
    )
    assert agents <= set(sys._current_frames())
    assert agents.isdisjoint(thread.ident for thread in threading.enumerate())
    profiler.stop()
