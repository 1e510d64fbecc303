"""The log over many periods: a trouble with the server is said once when it begins, and its end once."""

import pytest
from conftest import ScriptedServer, agent_environment, until

from wick_agent import outbox
from wick_agent.agent import Agent
from wick_agent.log import Log
from wick_agent.settings import Settings
from wick_agent.standing import Standing

pytestmark = pytest.mark.slow

PERIODS = 4
WELL = 'profiling group group at'
SENT = 'profiles are accepted by'
ANSWERS = {
    '403': ((403, {'x-amzn-ErrorType': 'AccessDeniedException'}, b'{"message":"no"}'), 'The credentials need'),
    '404': ((404, {}, b'not here'), 'is it the address of a Wick server'),
    '429': ((429, {'Retry-After': '0'}, b'{}'), 'is tried again'),
    '500': ((500, {}, b'oops'), 'is tried again'),
    '302': ((302, {'Location': 'https://wick.example/a?b'}, b'<html>'), 'redirect to https://wick.example: AWS_ENDPOINT_URL'),
    'nonsense': ((200, {}, b'<html>'), 'is not the profiling service'),
    'nothing': (None, 'cannot be reached'),
}
NO_GROUP = (404, {'x-amzn-ErrorType': 'ResourceNotFoundException'}, b'{}'), 'create the profiling group'
REFUSED = (400, {'x-amzn-ErrorType': 'ValidationException'}, b'{}'), 'a profile was refused and is dropped'


class Periods:
    """An agent whose periods are short, at a server that answers what it is told, path by path."""

    def __init__(self, monkeypatch):
        monkeypatch.setattr(outbox, 'LONGEST_WAIT_SECONDS', 0.05)
        self.server = ScriptedServer(self.answer)
        self.answers = {}
        self.asked = dict.fromkeys(('configureAgent', 'agentProfile'), 0)
        self.lines = []
        self.log = Log('info', self.lines.append)
        self.agent = Agent(Settings(environment=agent_environment(self.server.url)), self.log)
        # Shorter than anybody may configure.
        self.agent.settings.sampling_interval_ms = self.agent.orders.sampling_interval_ms = 10
        self.agent.settings.reporting_interval_ms = self.agent.orders.period_ms = 100

    def answer(self, request):
        kind = 'configureAgent' if 'configureAgent' in request.path else 'agentProfile'
        answer = self.answers[kind] if kind in self.answers else self.server.willing(request)
        self.asked[kind] += 1
        return answer

    def pass_by(self, *kinds):
        """Waits for so many periods in which each of these was asked."""
        before = dict(self.asked)
        until(f'periods of {kinds}', lambda: all(self.asked[kind] >= before[kind] + PERIODS for kind in kinds))

    def said(self):
        """What was said since the last time."""
        said, self.lines[:] = [line.removeprefix('wick-agent: ') for line in self.lines], []
        return said


@pytest.fixture
def periods(monkeypatch):
    made = Periods(monkeypatch)
    yield made
    made.agent.stop()
    made.server.close()


def assert_said(lines, *parts):
    assert len(lines) == len(parts), lines
    for line, part in zip(lines, parts):
        assert part in line, lines


@pytest.mark.parametrize('kind', [*ANSWERS, 'no group'])
def test_a_server_that_refuses_all_is_named_once_and_its_return_once(kind, periods):
    answer, advice = {**ANSWERS, 'no group': NO_GROUP}[kind]
    periods.answers = {'configureAgent': answer, 'agentProfile': answer}
    periods.agent.start()
    # Nothing is sampled for a group that is not there; everybody else is sent profiles all the same.
    periods.pass_by('configureAgent', *(() if kind == 'no group' else ('agentProfile',)))
    assert_said(periods.said(), advice)
    periods.answers = {}
    periods.pass_by('configureAgent', 'agentProfile')
    (line,) = periods.said()
    assert line.startswith((WELL, SENT))


@pytest.mark.parametrize('kind', list(ANSWERS))
def test_refused_profiles_are_named_once_though_each_question_is_answered(kind, periods):
    answer, advice = ANSWERS[kind]
    periods.answers = {'agentProfile': answer}
    periods.agent.start()
    periods.pass_by('configureAgent', 'agentProfile')
    assert_said(periods.said(), WELL, advice)
    periods.answers = {}
    periods.pass_by('configureAgent', 'agentProfile')
    assert_said(periods.said(), SENT)


@pytest.mark.parametrize('kind', list(ANSWERS))
def test_refused_questions_are_named_once_though_each_profile_is_accepted(kind, periods):
    answer, advice = ANSWERS[kind]
    periods.answers = {'configureAgent': answer}
    periods.agent.start()
    periods.pass_by('configureAgent', 'agentProfile')
    assert_said(periods.said(), advice)
    periods.answers = {}
    periods.pass_by('configureAgent', 'agentProfile')
    assert_said(periods.said(), WELL)


def test_profiles_that_are_dropped_are_named_once(periods):
    answer, advice = REFUSED
    periods.answers = {'agentProfile': answer}
    periods.agent.start()
    periods.pass_by('configureAgent', 'agentProfile')
    assert_said(periods.said(), WELL, advice)


def test_two_troubles_are_named_each_and_the_end_of_both_once(periods):
    periods.answers = {'configureAgent': ANSWERS['403'][0], 'agentProfile': ANSWERS['500'][0]}
    periods.agent.start()
    periods.pass_by('configureAgent', 'agentProfile')
    first, second = sorted(periods.said())
    assert first.startswith('403')
    assert second.startswith('500')
    periods.answers = {'agentProfile': ANSWERS['500'][0]}
    periods.pass_by('configureAgent', 'agentProfile')
    assert periods.said() == []
    periods.answers = {}
    periods.pass_by('configureAgent', 'agentProfile')
    assert_said(periods.said(), SENT)


def test_a_group_that_is_switched_off_and_on_has_a_line_for_each(periods):
    periods.agent.start()
    periods.pass_by('configureAgent', 'agentProfile')
    periods.answers = {'configureAgent': (200, {}, b'{"shouldProfile": false}')}
    periods.pass_by('configureAgent')
    periods.answers = {}
    periods.pass_by('configureAgent', 'agentProfile')
    assert_said(periods.said(), WELL, 'is switched off at the server', WELL)


def test_a_trouble_for_which_the_log_has_no_room_is_said_later():
    lines = []
    log = Log('info', lines.append)
    standing = Standing(log)
    log._allowance = 0
    standing.fails('sending', 'denied', 'trouble')
    assert lines == []
    log._allowance = 3
    for subject in ('sending', 'asking', 'sending'):
        standing.fails(subject, 'denied', 'trouble')
    standing.succeeds('asking', 'on', 'well')
    standing.fails('sending', 'denied', 'trouble')
    assert lines == ['wick-agent: trouble\n']


def test_an_end_for_which_the_log_has_no_room_is_said_later():
    room = []
    log = Log('info', room.append)
    standing = Standing(log)
    for at in range(20):
        standing.fails('sending', at, 'trouble')
    before = len(room)
    standing.succeeds('sending', 'on', 'well')
    assert len(room) == before
    log._allowance = 1
    for _ in range(3):
        standing.succeeds('sending', 'on', 'well')
    assert room[before:] == ['wick-agent: well\n']
