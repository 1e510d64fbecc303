"""A forked child is an instance of its own; the parent notices nothing."""

import concurrent.futures
import os
import subprocess
import sys
import urllib.request

import pytest
from conftest import FINE_COUNTS, agent_environment, nodes_of, run, until

pytestmark = pytest.mark.slow

WORK = """
import hashlib, multiprocessing, os, sys, threading, time
def work(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(300))
def child_work():
    work(1.6)
"""


def reports(server):
    """Process id → profiles."""
    found = {}
    for request in server.profiles:
        profile = request.json
        found.setdefault(profile['debugInfo']['processId'], []).append(profile)
    return found


def told_after(words, server):
    """The address that a server says on its standard error, after these words; None if it ends before."""
    for line in server.stderr:
        if words in line:
            return line.split(words)[1].split()[0]
    return None


def names(profile):
    return {name for path, _ in nodes_of(profile) for name in path}


def test_children_of_multiprocessing_report_for_themselves(scripted_server, write_program):
    program = (
        WORK
        + """
if __name__ == '__main__':
    context = multiprocessing.get_context('fork')
    children = [context.Process(target=child_work) for _ in range(2)]
    for child in children: child.start()
    work(1.6)
    for child in children: child.join()
    print(os.getpid(), *(child.pid for child in children), *(child.exitcode for child in children))
"""
    )
    ended = run(['-W', 'error', '-m', 'wick_agent', write_program(program)], agent_environment(scripted_server.url, **FINE_COUNTS))
    assert ended.returncode == 0, ended.stderr
    parent, *children, first_code, second_code = map(int, ended.stdout.split())
    assert (first_code, second_code) == (0, 0)
    found = reports(scripted_server)
    assert set(found) == {parent, *children}
    ids = {profile['agentMetadata']['fleetInfo']['id'] for profiles in found.values() for profile in profiles}
    assert len(ids) == 3
    for child in children:
        (profile,) = found[child]
        assert 'program:child_work' in names(profile)
        # What the parent sampled before the fork is the parent's.
        assert profile['agentMetadata']['durationInMs'] < 3000
    assert all('program:child_work' not in names(profile) for profile in found[parent])


@pytest.mark.parametrize(
    ('method', 'where'), [('fork', 'function'), ('forkserver', 'function'), ('forkserver', 'main module')]
)
def test_a_child_that_starts_the_agent_itself_reports_at_its_end(method, where, scripted_server, write_program):
    start = 'from wick_agent import Profiler; Profiler().start()'
    program = f"""
import multiprocessing, os, time
def child():
    {start if where == 'function' else ''}
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        sum(range(300))
if __name__ == '__main__':
    process = multiprocessing.get_context({method!r}).Process(target=child)
    process.start()
    process.join()
    print(process.pid, process.exitcode)
else:
    {start if where == 'main module' else 'pass'}
"""
    ended = run([write_program(program)], agent_environment(scripted_server.url, **FINE_COUNTS))
    child, code = map(int, ended.stdout.split())
    assert code == 0, ended.stderr
    found = reports(scripted_server)
    assert list(found) == [child], ended.stderr
    (profile,) = found[child]
    assert any(name.endswith(':child') for name in names(profile))


def test_a_pool_and_a_child_that_ends_hard_do_what_they_would(scripted_server, write_program):
    program = (
        WORK
        + """
if __name__ == '__main__':
    with multiprocessing.get_context('fork').Pool(2) as pool:
        print(pool.map(abs, range(-20, 0)))
    pid = os.fork()
    if pid == 0:
        os._exit(5)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    pid = os.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, '-c', 'print("another program")'])
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    work(0.3)
"""
    )
    path = write_program(program)
    environment = agent_environment(scripted_server.url, **FINE_COUNTS)
    alone = run(['-W', 'error', path], environment)
    profiled = run(['-W', 'error', '-m', 'wick_agent', path], environment)
    assert profiled.stdout == alone.stdout
    assert profiled.returncode == alone.returncode, profiled.stderr


def test_forks_in_quick_succession_while_the_agent_starts_hang_nowhere(scripted_server, write_program):
    """A fork while another thread loads a module would leave the child with a lock that nobody releases."""
    program = """
import os
for _ in range(60):
    pid = os.fork()
    if pid == 0:
        import ssl, http.client, urllib.request
        os._exit(0)
    os.waitpid(pid, 0)
print('done')
"""
    ended = run(['-m', 'wick_agent', write_program(program)], agent_environment(scripted_server.url, **FINE_COUNTS))
    assert (ended.returncode, ended.stdout) == (0, b'done\n'), ended.stderr


@pytest.mark.skipif(sys.version_info < (3, 12), reason='older Pythons do not warn of forks with threads')
def test_a_program_without_threads_is_not_warned_of_those_of_the_agent(scripted_server, write_program):
    program = """
import os, warnings
before = list(warnings.filters)
pid = os.fork()
if pid == 0: os._exit(0)
os.waitpid(pid, 0)
"""
    ended = run(['-W', 'always', '-m', 'wick_agent', write_program(program)], agent_environment(scripted_server.url, **FINE_COUNTS))
    assert b'multi-threaded' not in ended.stderr


def test_the_clock_of_a_child_is_its_own(write_program):
    program = """
import os, threading, time
from wick_agent.sampler import Sampler
def in_child():
    pid = os.fork()
    if pid == 0:
        sampler = Sampler()
        sampler.tick()
        (thread,) = sampler._threads.values()
        os._exit(0 if abs(thread.cpu_ns - time.thread_time_ns()) < 50_000_000 else 9)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
in_child()
thread = threading.Thread(target=in_child)
thread.start()
thread.join()
"""
    assert run([write_program(program)], agent_environment('')).stdout.split() == [b'0', b'0']


def test_pre_forked_workers_are_profiled_each(scripted_server, write_program):
    """As gunicorn and uwsgi do: a master forks workers that serve until they are told to end."""
    program = (
        WORK
        + """
import signal
def serve():
    work(1.6)
    sys.exit(0)
def master():
    for _ in range(2):
        if os.fork() == 0:
            serve()
    for _ in range(2):
        os.wait()
master()
"""
    )
    ended = run(['-m', 'wick_agent', write_program(program)], agent_environment(scripted_server.url, **FINE_COUNTS))
    assert ended.returncode == 0, ended.stderr
    workers = [
        profiles
        for profiles in reports(scripted_server).values()
        if any('program:serve' in names(profile) for profile in profiles)
    ]
    assert len(workers) == 2


@pytest.mark.parametrize('worker', ['sync', 'gthread', 'gevent'])
def test_workers_of_gunicorn_are_profiled_each(worker, scripted_server, write_program, tmp_path):
    pytest.importorskip('gevent' if worker == 'gevent' else 'gunicorn')
    write_program(
        'import time\ndef app(environ, start_response):\n'
        '    end = time.monotonic() + 0.5\n'
        '    while time.monotonic() < end: sum(range(300))\n'
        "    start_response('200 OK', [('Content-Length', '2')])\n    return [b'ok']\n",
        'served.py',
    )
    command = [
        sys.executable,
        '-m',
        'wick_agent',
        '-m',
        'gunicorn',
        '--preload',
        '-k',
        worker,
        '-w',
        '2',
        '-b',
        '127.0.0.1:0',
        'served:app',
    ]
    environment = agent_environment(scripted_server.url, **FINE_COUNTS)
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as master:
        url = told_after('Listening at: ', master)
        for _ in range(2):
            told_after('Booting worker with pid: ', master)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: urllib.request.urlopen(url, timeout=30).read(), range(4)))
        assert answers == [b'ok'] * 4
        master.terminate()
        rest = master.stderr.read()
        assert master.wait(30) == 0, rest
    served = [
        profiles
        for profiles in reports(scripted_server).values()
        if any('served:app' in names(profile) for profile in profiles)
    ]
    assert 1 <= len(served) <= 2
    assert len(reports(scripted_server)) == 3


@pytest.mark.parametrize('way', ['postfork', 'lazy-apps'])
def test_workers_of_uwsgi_are_profiled_each(way, scripted_server, write_program, tmp_path):
    """Both ways that the documentation shows."""
    pytest.importorskip('pyuwsgi')
    scripted_server.configuration = {
        'shouldProfile': True,
        'periodInSeconds': 1,
        'agentParameters': {'SamplingIntervalInMilliseconds': '50', 'MinimumTimeForReportingInMilliseconds': '200'},
    }
    start = 'uwsgidecorators.postfork(Profiler().start)' if way == 'postfork' else 'Profiler().start()'
    write_program(
        'import os, sys, time, uwsgidecorators\nfrom wick_agent import Profiler\n'
        f'{start}\n'
        'def app(environ, start_response):\n'
        '    end = time.monotonic() + 0.2\n'
        '    while time.monotonic() < end: sum(range(300))\n'
        "    start_response('200 OK', [])\n    return [b'%d' % os.getpid()]\n",
        'served.py',
    )
    command = [
        os.path.join(os.path.dirname(sys.executable), 'uwsgi'),
        *('--http-socket', '127.0.0.1:0', '--master', '--processes', '2', '--enable-threads', '--die-on-term'),
        *('--disable-logging', '--need-app', '--module', 'served:app'),
        *(['--lazy-apps'] if way == 'lazy-apps' else []),
    ]
    environment = agent_environment(scripted_server.url, **FINE_COUNTS)
    environment['PYTHONPATH'] += os.pathsep + str(tmp_path)
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as master:
        address = told_after('bound to TCP address ', master)
        # Nobody reads what it says after this, and it says little.
        served_by = set()

        def ask(_):
            served_by.add(urllib.request.urlopen(f'http://{address}/', timeout=30).read())

        def is_each_profiled():
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                list(pool.map(ask, range(4)))
            return len(served_by) == 2 and all(
                any('served:app' in names(profile) for profile in reports(scripted_server).get(int(pid), []))
                for pid in served_by
            )

        until('a profile of each worker', is_each_profiled)
        master.terminate()
        rest = master.stderr.read()
        assert master.wait(30) == 0, rest
    # The master serves nobody, and is another process.
    assert set(reports(scripted_server)) == {int(pid) for pid in served_by}


def test_a_child_that_is_forked_while_an_answer_is_read_does_not_wait_for_it():
    """The thread that reads holds the lock of what it reads from, and is not in the child to release it."""
    program = """
import os, socket, sys, threading, time
from wick_agent.http_exchange import HttpClient, Unreachable
server = socket.create_server(('127.0.0.1', 0))
http = HttpClient()
def ask():
    try:
        http.send('GET', 'http://127.0.0.1:%d/' % server.getsockname()[1], {}, b'', 20)
    except Unreachable:
        pass
threading.Thread(target=ask, daemon=True).start()
connection, _ = server.accept()
connection.recv(1000)
# The head of an answer: what it says is still awaited.
connection.send(b'HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\n')
time.sleep(0.3)
child = os.fork()
if child == 0:
    http.abandon()
    sys.exit(7)
end = time.monotonic() + 20
while time.monotonic() < end:
    ended, status = os.waitpid(child, os.WNOHANG)
    if ended:
        sys.exit(os.waitstatus_to_exitcode(status))
    time.sleep(0.05)
os.kill(child, 9)
sys.exit('the child hangs')
"""
    ended = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', program],
        env=agent_environment('http://127.0.0.1:1'),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (7, '', '')
