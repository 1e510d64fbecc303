"""The tree stays bounded and keeps its ticks."""

import random

from wick_agent.call_tree import BLOCKED, OTHER, RUNNABLE, CallTree


def total(tree):
    order = [tree.root]
    ticks = {}
    for node in order:
        order.extend(node.branches())
        for (_, state), count in (node.ticks or {}).items():
            ticks[state] = ticks.get(state, 0) + count
    return ticks, len(order)


def grow(tree, names):
    node = tree.root
    for name in names:
        node = node.children.get(name) or tree.child(node, name)
    return node


def test_folding_keeps_the_ticks_and_frees_half_of_the_room():
    for seed in range(20):
        pick = random.Random(seed)
        tree = CallTree(max_bytes=1)
        added = {RUNNABLE: 0, BLOCKED: 0}
        for _ in range(400):
            path = [f'f{pick.randint(0, 9)}' for _ in range(pick.randint(1, 12))]
            state = pick.choice((RUNNABLE, BLOCKED))
            grow(tree, path).add_tick(pick.randint(1, 3), state, 1)
            added[state] += 1
            if tree.is_full:
                tree.fold()
                assert tree.node_count <= tree.max_nodes // 2
        ticks, nodes = total(tree)
        assert ticks == added
        assert nodes == tree.node_count


def test_the_rarest_leaves_are_folded_first():
    tree = CallTree(max_bytes=1)
    grow(tree, ['main', 'hot']).add_tick(1, RUNNABLE, 1000)
    for at in range(tree.max_nodes):
        grow(tree, ['main', f'rare{at}']).add_tick(1, RUNNABLE, 1)
    tree.fold()
    main = tree.root.children['main']
    assert main.children['hot'].ticks == {(1, RUNNABLE): 1000}
    assert sum(main.children[OTHER].ticks.values()) == tree.max_nodes


def test_long_chains_with_a_leaf_each_are_folded_too():
    tree = CallTree(max_bytes=1)
    for at in range(tree.max_nodes):
        grow(tree, [f'a{at}', f'b{at}', f'c{at}']).add_tick(1, RUNNABLE, 1)
    tree.fold()
    assert tree.node_count <= tree.max_nodes // 2
    assert total(tree)[0] == {RUNNABLE: tree.max_nodes}


def test_code_whose_name_varies_is_folded_by_name():
    tree = CallTree(max_bytes=1)
    place = tree.varying_child(tree.root, 'code')
    for at in range(tree.max_nodes):
        tree.variant(place, f'Class{at}', 'code', f'Class{at}').add_tick(1, RUNNABLE, 1)
    tree.fold()
    assert total(tree) == ({RUNNABLE: tree.max_nodes}, 2)
    assert tree.node_count == 2
