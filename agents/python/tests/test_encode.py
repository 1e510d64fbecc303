"""The body of a profile."""

import json
import re

from conftest import nodes_of

from wick_agent.call_tree import IDLE, RUNNABLE, WAITING, CallTree
from wick_agent.encode import encode_profile
from wick_agent.frame_names import FrameNames
from wick_agent.source_lines import SourceLines


def encoded(tree, scale=1):
    body, total = encode_profile(
        tree, FrameNames(['/app']), SourceLines(), scale, {'start': 1, 'end': 2}, {'debugInfo': {}}
    )
    return body, total


def code(name, file_name='/app/pkg/module.py', line=1):
    return compile('\n' * (line - 1) + f'def {name}(): pass', file_name, 'exec').co_consts[0]


def test_a_profile_has_the_shape_of_the_aws_agents():
    tree = CallTree()
    main = tree.child(tree.root, code('main'))
    main.saw_line(7)
    leaf = tree.child(main, code('work'), 'Worker')
    leaf.saw_line(9)
    leaf.saw_line(4)
    leaf.add_tick(9, RUNNABLE, 2)
    leaf.add_tick(4, WAITING, 1)
    body, total = encoded(tree)
    assert total == 3
    assert json.loads(body) == {
        'start': 1,
        'end': 2,
        'callgraph': {
            'children': {
                'pkg.module:main': {
                    'file': '/app/pkg/module.py',
                    'line': [7],
                    'children': {
                        'pkg.module:Worker:work': {
                            'counts': {'RUNNABLE': 2, 'WAITING': 1},
                            'file': '/app/pkg/module.py',
                            'line': [4, 9],
                        }
                    },
                }
            }
        },
        'debugInfo': {},
    }


def test_names_are_cut_where_a_server_would_refuse_the_whole_profile():
    tree = CallTree()
    tree.child(tree.root, code('é' * 5000, f'/app/{"x" * 5000}.py')).add_tick(1, RUNNABLE, 1)
    tree.child(tree.root, code('f'), 'Class' * 1000).add_tick(1, RUNNABLE, 1)
    children = json.loads(encoded(tree)[0])['callgraph']['children']
    assert [len(name) for name in children] == [1024, 1024]
    assert [len(child['file']) for child in children.values()] == [1024, len('/app/pkg/module.py')]


def test_a_working_directory_that_is_gone_loses_no_profile(tmp_path, monkeypatch):
    (tmp_path / 'gone').mkdir()
    monkeypatch.chdir(tmp_path / 'gone')
    (tmp_path / 'gone').rmdir()
    tree = CallTree()
    tree.child(tree.root, code('work', '/srv/./views.py')).add_tick(1, RUNNABLE, 1)
    assert 'srv.views:work' in json.loads(encoded(tree)[0])['callgraph']['children']


def test_siblings_of_one_name_are_one_and_their_children_too():
    tree = CallTree()
    for _ in range(2):
        outer = tree.child(tree.root, code('outer'))
        tree.child(outer, code('inner')).add_tick(1, IDLE, 5)
    body, total = encoded(tree)
    assert total == 10
    assert [path for path, node in nodes_of(json.loads(body)) if node.get('counts')] == [
        ('pkg.module:outer', 'pkg.module:inner')
    ]


def test_a_tree_of_a_thousand_levels_is_written_without_recursion():
    tree = CallTree()
    node = tree.root
    for depth in range(1000):
        node = tree.child(node, code(f'f{depth % 7}'))
    node.add_tick(1, RUNNABLE, 1)
    body, _ = encoded(tree)
    assert body.count(b'"children"') == 1000
    assert body.count(b'{') == body.count(b'}')


def test_names_of_any_kind_survive():
    tree = CallTree()
    names = ['__proto__', '"quoted"\\', 'émile', '\udc80', '\x00', '<script>']
    for name in names:
        tree.child(tree.root, name).add_tick(1, RUNNABLE, 1)
    body, _ = encoded(tree)
    body.decode('ascii')
    assert set(json.loads(body)['callgraph']['children']) == set(names)


def test_what_has_no_count_left_is_left_out_and_the_total_is_kept():
    tree = CallTree()
    for at in range(100):
        tree.child(tree.child(tree.root, code(f'f{at}')), code('leaf')).add_tick(1, RUNNABLE, 1)
    body, total = encoded(tree, scale=0.1)
    assert total == 10
    assert len(json.loads(body)['callgraph']['children']) == 10


def test_a_leafs_line_of_source_gives_it_a_virtual_frame(tmp_path):
    source = tmp_path / 'naps.py'
    source.write_text('def nap():\n  time.sleep(1)\n  q.get(block=True, timeout=1)\n  return 1\n')
    tree = CallTree()
    node = tree.child(tree.root, code('nap', str(source)))
    for line in (2, 3, 4):
        node.add_tick(line, WAITING, line)
    body, _ = encoded(tree)
    (child,) = json.loads(body)['callgraph']['children'].values()
    assert child['counts'] == {'WAITING': 4}
    assert {name: node['counts'] for name, node in child['children'].items()} == {
        '<Sleep>': {'WAITING': 2},
        '<queue.get>': {'WAITING': 3},
    }
    assert not re.search(rb'"<Sleep>": \{[^}]*"(file|line)"', body)
