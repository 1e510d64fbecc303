"""Bounds: the offline buffer, waiting between tries, the CPU budget, the times of profiles, the log, cgroups."""

import time

import pytest

from wick_agent.agent import within
from wick_agent.cgroup import available_cpus, available_memory
from wick_agent.cpu_budget import CpuBudget
from wick_agent.log import Log
from wick_agent.outbox import Backoff, Outbox
from wick_agent.window import Window

SECOND = 1_000_000_000


def test_the_outbox_keeps_twelve_profiles_and_sends_the_newest_first():
    outbox = Outbox()
    for at in range(15):
        outbox.add(b'%d' % at)
    assert (len(outbox), outbox.dropped) == (12, 3)
    order = []
    while outbox:
        token, body = outbox.newest()
        assert outbox.newest() == (token, body)
        outbox.remove(token)
        order.append(int(body))
    assert order == list(range(14, 2, -1))


def test_the_outbox_keeps_five_megabytes_but_always_the_newest():
    outbox = Outbox(max_bytes=100)
    for size in (40, 50, 30):
        outbox.add(b'x' * size)
    assert len(outbox) == 2
    outbox.add(b'x' * 500)
    assert len(outbox) == 1


def test_waits_grow_at_random_up_to_five_minutes_and_obey_the_server():
    longest = []
    for _ in range(200):
        backoff = Backoff()
        waits = []
        for _ in range(14):
            backoff.failed()
            waits.append(backoff.not_before - time.monotonic())
        longest.append(max(waits))
        assert waits[0] <= 1
        assert max(waits) <= 300
    assert max(longest) > 200
    backoff = Backoff()
    backoff.failed(retry_after=120)
    assert 119 < backoff.not_before - time.monotonic() <= 121
    backoff.succeeded()
    assert not backoff.is_waiting


def spend(budget, percent, seconds, start=0):
    """Verdicts of `seconds` in which the agent used so much of a core."""
    verdicts = []
    for at in range(seconds + 1):
        verdicts.append(budget.spent((start + at) * SECOND, int((start + at) * SECOND * percent / 100)))
    return [verdict for verdict in verdicts if verdict != 'ok']


def test_within_budget_nothing_changes():
    budget = CpuBudget()
    assert spend(budget, 0.5, 600) == []
    assert budget.factor == 1


def test_over_budget_the_interval_doubles_up_to_ten_times_and_recovers_slowly():
    budget = CpuBudget()
    assert spend(budget, 2, 61) == ['slower']
    assert budget.factor == 2
    spend(budget, 2, 600, start=100)
    assert budget.factor == 10
    budget.reset()
    assert spend(budget, 0.1, 130, start=1000) == ['faster', 'faster']
    assert budget.factor < 10


def test_far_over_budget_it_acts_before_the_minute_is_over():
    budget = CpuBudget()
    assert spend(budget, 30, 6) == ['slower']


def test_at_ten_percent_for_all_throttling_it_stops():
    budget = CpuBudget()
    assert 'stop' in spend(budget, 20, 200)


def test_a_container_with_a_tenth_of_a_core_has_a_tenth_of_the_budget():
    assert spend(CpuBudget(cpus=0.1), 0.5, 61)[0] == 'slower'
    assert spend(CpuBudget(cpus=0.1), 0.05, 61) == []


def test_consecutive_profiles_touch():
    window = Window(now_ms=1000, now_ns=0)
    assert window.cut(6000, 5 * SECOND) == (1000, 6000)
    # The wall clock runs a little faster than the other one.
    assert window.cut(11_300, 10 * SECOND) == (6000, 11_300)
    assert window.cut(16_100, 15 * SECOND) == (11_300, 16_100)


def test_a_clock_that_is_set_moves_the_next_profile_and_not_its_length():
    window = Window(now_ms=1_000_000, now_ns=0)
    window.cut(1_005_000, 5 * SECOND)
    assert window.cut(2_000_000, 10 * SECOND) == (1_995_000, 2_000_000)
    assert window.cut(2_005_000, 15 * SECOND) == (2_000_000, 2_005_000)
    # Set back by an hour, only the length can be kept.
    assert window.cut(500_000, 20 * SECOND) == (495_000, 500_000)
    assert window.cut(505_000, 25 * SECOND) == (500_000, 505_000)


def test_a_clock_set_forward_by_a_little_makes_no_overlap():
    window = Window(now_ms=0, now_ns=0)
    window.cut(10_000, 10 * SECOND)
    start, end = window.cut(18_500, 20 * SECOND)
    assert (start, end) == (10_000, 18_500)


def test_the_log_has_a_line_for_each_change_of_state():
    lines = []
    log = Log('info', lines.append)
    for state in ('on', 'on', 'unreachable', 'unreachable', 'on'):
        log.state('server', state, f'is {state}')
    assert lines == ['wick-agent: is on\n', 'wick-agent: is unreachable\n', 'wick-agent: is on\n']


def test_the_log_stays_short_whatever_happens():
    lines = []
    log = Log('info', lines.append)
    for at in range(1000):
        log.state('server', at, 'flapping')
    assert len(lines) <= 9


def test_whatever_a_server_says_is_one_line_of_text_and_not_a_long_one():
    lines = []
    Log('info', lines.append).say('said \x1b[2J\r\nwick-agent: all is well\x00\u202e\udc80' + 'x' * 5000)
    (line,) = lines
    assert line.endswith('\n') and line[:-1].isprintable()
    assert len(line) <= len('wick-agent: ') + 1001


def test_a_log_that_cannot_be_written_is_no_matter():
    def fail(_):
        raise OSError('no space left')

    Log('info', fail).say('something')


@pytest.mark.parametrize(
    ('text', 'cpus'), [('10000 100000', 0.1), ('max 100000', None), ('', None), ('x y', None), ('1 0', None)]
)
def test_the_quota_of_a_container_is_read(tmp_path, text, cpus):
    (tmp_path / 'cpu.max').write_text(text)
    found = available_cpus(str(tmp_path))
    assert found == cpus if cpus else found >= 1


def test_the_quota_of_older_control_groups_is_read(tmp_path):
    (tmp_path / 'cpu').mkdir()
    (tmp_path / 'cpu' / 'cpu.cfs_quota_us').write_text('25000')
    (tmp_path / 'cpu' / 'cpu.cfs_period_us').write_text('100000')
    assert available_cpus(str(tmp_path)) == 0.25


@pytest.mark.parametrize(
    ('path', 'text', 'memory'),
    [
        ('memory.max', '134217728\n', 134217728),
        ('memory.max', 'max\n', None),
        ('memory.max', '', None),
        ('memory.max', '-1 x', None),
        ('memory/memory.limit_in_bytes', '67108864', 67108864),
        ('memory/memory.limit_in_bytes', '9223372036854771712', None),
        ('nothing', '', None),
    ],
)
def test_the_memory_of_a_container_is_read(tmp_path, path, text, memory):
    (tmp_path / 'memory').mkdir()
    (tmp_path / path).write_text(text)
    assert available_memory(str(tmp_path)) == memory


@pytest.mark.parametrize(
    ('group', 'cpus', 'memory'),
    [
        ('0::/app.slice/own.service', 0.25, 1000),
        ('0::/app.slice', 0.5, 1000),
        ('0::/', 0.75, None),
        ('0::/../app.slice', 0.75, None),
        ('0::/not/seen/here', 0.75, None),
        ('4:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n0::/', 0.125, 500),
        ('nonsense', 0.75, None),
    ],
)
def test_the_smallest_limit_from_the_group_up_to_the_root_counts(tmp_path, group, cpus, memory):
    root = tmp_path / 'root'
    for name, text in {
        'cpu.max': '75000 100000', 'app.slice/cpu.max': '50000 100000', 'app.slice/own.service/cpu.max': '25000 100000',
        'app.slice/memory.max': '1000', 'app.slice/own.service/memory.max': '2000',
        'cpu/docker/x/cpu.cfs_quota_us': '12500', 'cpu/docker/x/cpu.cfs_period_us': '100000', 'memory/docker/x/memory.limit_in_bytes': '500',
    }.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (tmp_path / 'groups').write_text(group)
    where = str(root), str(tmp_path / 'groups')
    assert (available_cpus(*where), available_memory(*where)) == (cpus, memory)


def test_a_small_container_lends_the_agent_a_fiftieth_of_its_memory():
    megabyte = 1024 * 1024
    assert within(None, 10 * megabyte) == 10 * megabyte
    assert within(4096 * megabyte, 10 * megabyte) == 10 * megabyte
    assert within(100 * megabyte, 10 * megabyte) == 2 * megabyte
    assert within(100 * megabyte, 5 * megabyte) == 2 * megabyte
