"""What the tests share: a Wick server, programs under the agent, and a server that can be told to misbehave."""

import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
SOURCE = pathlib.Path(__file__).resolve().parents[1] / 'src'
PATIENCE_SECONDS = 60


def until(what, is_so, seconds=PATIENCE_SECONDS):
    """Waits for a condition. @returns what it became"""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = is_so()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f'waited in vain for {what}')


class Request:
    def __init__(self, path, headers, body):
        self.path = path
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class ScriptedServer:
    """A real HTTP server on a free port that answers as it is told: `answers(request)` → (status, headers, body)."""

    def __init__(self, answers=None):
        self.requests = []
        self.answers = answers or self.willing
        self.configuration = {'shouldProfile': True, 'periodInSeconds': 300, 'agentParameters': {}}
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_POST(self):
                length = int(self.headers.get('Content-Length') or 0)
                request = Request(self.path, dict(self.headers.items()), self.rfile.read(length))
                request.method = self.command
                server.requests.append(request)
                answer = server.answers(request)
                if answer is None:
                    self.close_connection = True
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_POST

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self._server = Quiet(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self._server.server_port}'
        threading.Thread(target=self._server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True).start()

    def willing(self, request):
        """As a server that wants profiles."""
        if 'configureAgent' in request.path:
            return 200, {}, json.dumps(self.configuration).encode()
        return 204, {}, b''

    @property
    def profiles(self):
        return [request for request in self.requests if 'agentProfile' in request.path]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(autouse=True)
def usual_switch_interval():
    """Samplers that a test leaves behind set it as they think best."""
    usual = sys.getswitchinterval()
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def scripted_server():
    server = ScriptedServer()
    yield server
    server.close()


# Of the usual counts a program of a second or two is one, and chance says whose.
FINE_COUNTS = {'AWS_CODEGURU_PROFILER_SAMPLING_INTERVAL_MS': '20'}


def agent_environment(url, **more):
    """Of a program under the agent, and of nothing else."""
    return {
        'PATH': os.environ['PATH'],
        'HOME': tempfile.gettempdir(),
        'PYTHONPATH': str(SOURCE),
        'PYTHONDONTWRITEBYTECODE': '1',
        'AWS_ENDPOINT_URL': url,
        'AWS_ACCESS_KEY_ID': 'AKIDEXAMPLE',
        'AWS_SECRET_ACCESS_KEY': 'fakeSecretForTestsOnly',
        'AWS_CODEGURU_PROFILER_GROUP_NAME': 'group',
        'AWS_EC2_METADATA_DISABLED': 'true',
        'WICK_KILL_SWITCH_FILE': '/nonexistent/killProfiler',
        **more,
    }


def run(arguments, environment, seconds=PATIENCE_SECONDS, **options):
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, timeout=seconds, check=False, **options
    )


@pytest.fixture
def write_program(tmp_path):
    def write(text, name='program.py'):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    return write


class Wick:
    """A real server with short cycles; `environment` is what an agent needs to report to it."""

    def __init__(self, directory):
        self.directory = directory
        node = ROOT / 'node_modules/.bin/node'
        main = ROOT / 'packages/cli/src/main.ts'
        self._process = subprocess.Popen(
            [str(node), str(main), 'serve', '--data', directory, '--insecure-http', '--listen', '127.0.0.1:0'],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={
                **os.environ,
                'NODE_COMPILE_CACHE': str(ROOT / 'node_modules/.cache/wick'),
                'WICK_AGENT_PERIOD_SECONDS': '1',
                'WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS': '50',
                'WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS': '500',
                'WICK_AGENT_MEMORY_USAGE_LIMIT_PERCENT': '100',
            },
        )
        line = self._process.stdout.readline()
        assert line.startswith('wick: listening on '), line
        self.url = line.split()[-1]
        self.environment = {
            'AWS_SHARED_CREDENTIALS_FILE': os.path.join(directory, 'credentials'),
            'AWS_CONFIG_FILE': os.path.join(directory, 'config'),
            'AWS_PROFILE': 'wick-admin',
            'AWS_ENDPOINT_URL': self.url,
        }

    def client(self, service='codeguruprofiler'):
        return self._session().create_client(service, 'us-east-1', endpoint_url=self.url)

    def _session(self):
        botocore_session = pytest.importorskip('botocore.session')
        session = botocore_session.Session(profile='wick-admin')
        session.set_config_variable('credentials_file', self.environment['AWS_SHARED_CREDENTIALS_FILE'])
        return session

    def ask(self, path):
        """A question of Wick's own, signed by the SDK."""
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

        now = time.time()
        body = json.dumps({'startTime': _stamp(now - 600), 'endTime': _stamp(now + 60)})
        request = AWSRequest('POST', self.url + path, data=body, headers={'Content-Type': 'application/json'})
        SigV4Auth(self._session().get_credentials(), 'codeguru-profiler', 'us-east-1').add_auth(request)
        signed = urllib.request.Request(self.url + path, body.encode(), dict(request.headers))
        with urllib.request.urlopen(signed, timeout=30) as answer:
            return json.loads(answer.read())

    def create_group(self, name):
        self.client().create_profiling_group(profilingGroupName=name, clientToken=f'token-{name}')

    def profile(self, name):
        """Everything that was counted in the last minutes; None while there is nothing."""
        client = self.client()
        now = time.time()
        try:
            answer = client.get_profile(
                profilingGroupName=name, accept='application/json', startTime=now - 600, endTime=now + 60
            )
        except client.exceptions.ResourceNotFoundException:
            return None
        return json.loads(answer['profile'].read())

    def program_environment(self, group, **more):
        environment = agent_environment(self.url, AWS_CODEGURU_PROFILER_GROUP_NAME=group, **self.environment)
        del environment['AWS_ACCESS_KEY_ID'], environment['AWS_SECRET_ACCESS_KEY']
        return {**environment, **more}

    def stop(self):
        self._process.terminate()
        self._process.wait(30)


def _stamp(seconds):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(seconds))


@pytest.fixture(scope='session')
def wick():
    directory = tempfile.mkdtemp(prefix='wick-agent-python-')
    os.chmod(directory, 0o700)
    server = Wick(directory)
    yield server
    server.stop()
    shutil.rmtree(directory, ignore_errors=True)


def nodes_of(profile):
    """(call path, node) of every node of a posted or aggregated profile."""
    stack = [((), profile['callgraph'])]
    while stack:
        path, node = stack.pop()
        yield path, node
        stack.extend(((*path, name), child) for name, child in node.get('children', {}).items())


def self_counts(profile):
    """Last frame → counts by state."""
    found = {}
    for path, node in nodes_of(profile):
        for state, count in node.get('counts', {}).items():
            states = found.setdefault(path[-1], {})
            states[state] = states.get(state, 0) + count
    return found
