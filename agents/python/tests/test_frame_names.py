"""Names are those of AWS's Python agent, which is asked here for what it would have said."""

import pickle
import sys
import threading

import pytest
from conftest import nodes_of

from wick_agent.encode import _named_tree
from wick_agent.frame_names import FrameNames
from wick_agent.sampler import Sampler
from wick_agent.source_lines import SourceLines

aws = pytest.importorskip('codeguru_profiler_agent', reason='AWS’s agent runs on the default Python only')
from codeguru_profiler_agent import sampling_utils  # noqa: E402
from codeguru_profiler_agent.sdk_reporter.profile_encoder import ProfileEncoder, _get_module_path  # noqa: E402


class Base:
    def inherited(self, ready, end):
        pickle.loads(pickle.dumps([self.static(ready, end)]))

    @staticmethod
    def static(ready, end):
        return [Base.of_class(ready, end) for _ in range(1)]

    @classmethod
    def of_class(cls, ready, end):
        (lambda: blocked(ready, end))()


class Derived(Base):
    pass


class MyThread(threading.Thread):
    def __init__(self, ready, end):
        super().__init__(daemon=True)
        self.ready, self.end = ready, end

    def run(self):
        Derived().inherited(self.ready, self.end)


def blocked(ready, end):
    ready.set()
    end.wait()


def test_a_stack_has_the_names_that_aws_agent_gives_it():
    ready, end = threading.Event(), threading.Event()
    thread = MyThread(ready, end)
    thread.start()
    try:
        ready.wait()
        frame = sys._current_frames()[thread.ident]
        while frame.f_code.co_name != 'wait' or frame.f_code.co_filename != threading.__file__:
            frame = sys._current_frames()[thread.ident]
        modules = ProfileEncoder.ModulePathExtractor(sys.path)
        theirs = [
            ':'.join(filter(None, (modules.get_module_path(one.file_path), one.class_name, one.name)))
            for one in sampling_utils._extract_frames(frame, 1000)
        ]
        del frame
        ours = path_of(thread)
    finally:
        end.set()
        thread.join()
    assert ours == theirs
    assert any(name.endswith('Derived:inherited') for name in ours)
    assert ours[0] == 'threading:MyThread:_bootstrap'


def path_of(thread):
    sampler = Sampler()
    sampler.excluded = {ident for ident in sys._current_frames() if ident != thread.ident}
    sampler.tick()
    root, _ = _named_tree(sampler.tree, FrameNames(), SourceLines(), 1)
    path = []
    while root.children:
        ((name, root),) = root.children.items()
        path.append(name)
    return path


@pytest.mark.parametrize(
    'file_name',
    [
        '/srv/app/pkg/views.py', '/srv/app/./pkg/views.py', 'views.py', './views.py', '<string>', '<frozen importlib._bootstrap>',
        '/usr/lib/python3.11/threading.py', '/elsewhere/some.dir/file.name.py', 'a//b.py', 'émile.py', '/srv/app/x/srv/app/y.py',
    ],
)  # fmt: skip
def test_a_module_has_the_name_that_aws_agent_gives_it(file_name):
    search_path = ['/srv/app', '/usr/lib/python3.11', '/srv', '']
    theirs = _get_module_path(file_name, sorted(search_path, key=len, reverse=True))
    assert FrameNames(search_path).module(file_name) == theirs


def test_a_name_that_aws_agent_fails_on_is_a_name():
    assert FrameNames(['/srv/app']).module('') == ''
    assert FrameNames(['/srv/app']).module('/srv/app') == ''


def test_a_relative_search_path_is_that_of_the_working_directory(tmp_path, monkeypatch):
    """AWS's agent takes the dot out of the name instead: `srv.app.viewspy`."""
    (tmp_path / 'app').mkdir()
    monkeypatch.chdir(tmp_path / 'app')
    assert FrameNames(['.']).module(str(tmp_path / 'app' / 'views.py')) == 'views'
    assert FrameNames(['../lib']).module(str(tmp_path / 'lib' / 'views.py')) == 'views'
    assert FrameNames(['.']).module('/elsewhere/views.py') == 'elsewhere.views'
    monkeypatch.chdir('/')
    assert FrameNames(['.']).module('/elsewhere/views.py') == 'elsewhere.views'


def test_operations_of_botocore_have_frames_of_their_own():
    botocore = pytest.importorskip('botocore.session')
    client = botocore.Session().create_client('sts', 'us-east-1', aws_access_key_id='a', aws_secret_access_key='b')
    ready, end = threading.Event(), threading.Event()

    def wait_inside(**_):
        ready.set()
        end.wait()
        raise RuntimeError

    client.meta.events.register('before-call.sts', wait_inside)

    def call():
        with pytest.raises(RuntimeError):
            client.get_caller_identity()

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    try:
        ready.wait()
        ours = path_of(thread)
    finally:
        end.set()
        thread.join()
    at = ours.index('botocore.client:STS:_api_call')
    assert ours[at - 1] == 'botocore.client:STS:get_caller_identity'


def test_the_walk_of_a_profile_visits_every_node():
    profile = {'callgraph': {'children': {'a': {'children': {'b': {}}}}}}
    assert {path for path, _ in nodes_of(profile)} == {(), ('a',), ('a', 'b')}
