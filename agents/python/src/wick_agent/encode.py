"""A profile's body: JSON in the shape that AWS's Python agent posts, with a counter for each thread state.

Trees are a thousand deep, so nothing here calls itself.
"""

import json

from .call_tree import STATES
from .counts import in_whole_units
from .frame_names import MAX_CHARACTERS

_text = json.encoder.encode_basestring_ascii


class _Frame:
    """A node as it is posted: siblings of one name are one."""

    __slots__ = ('counts', 'file', 'first_line', 'last_line', 'children')

    def __init__(self):
        # By state; ticks, until they are counted.
        self.counts = {}
        self.file = None
        self.first_line = 0
        self.last_line = 0
        self.children = {}

    def take(self, node, file_name):
        if self.file is None:
            self.file = file_name
        if node.first_line and (self.first_line == 0 or node.first_line < self.first_line):
            self.first_line = node.first_line
        self.last_line = max(self.last_line, node.last_line)


def encode_profile(tree, names, lines, scale, head, tail):
    """@param scale: counts ÷ ticks
    @param head: fields before the call graph, such as `start`; `tail`: those after it
    @returns the body, and the sum of its counts
    """
    root, total = _named_tree(tree, names, lines, scale)
    parts = ['{']
    for name, value in head.items():
        parts.append(f'{_text(name)}: {json.dumps(value)}, ')
    parts.append('"callgraph": ')
    _write(root, parts)
    for name, value in tail.items():
        parts.append(f', {_text(name)}: {json.dumps(value)}')
    parts.append('}')
    return ''.join(parts).encode('ascii'), total


def _named_tree(tree, names, lines, scale):
    order = [(tree.root, _Frame())]
    places = []
    for node, frame in order:
        if node.ticks and not isinstance(node.key, str):
            file_name = names.file(node)
            places.extend((file_name, line) for line, _ in node.ticks)
        for child in node.branches():
            name = names.name(child)
            named = frame.children.get(name)
            if named is None:
                named = frame.children[name] = _Frame()
            named.take(child, names.file(child))
            order.append((child, named))
    lines.look_up(places)

    # Leaves of one name and state are one before they are rounded, as they are when they are posted.
    for node, frame in order:
        for (line, state), ticks in (node.ticks or {}).items():
            leaf = _leaf(frame, lines.virtual_frame(frame.file, line))
            leaf.counts[STATES[state]] = leaf.counts.get(STATES[state], 0) + ticks
    root = order[0][1]
    total = _count(root, scale)
    _drop_empty(root)
    return root, total


def _count(root, scale):
    """Makes counts of ticks. @returns their sum"""
    # One subtree after the other: each keeps its sum.
    frames = []
    stack = [root]
    while stack:
        frame = stack.pop()
        frames.append(frame)
        stack.extend(frame.children.values())
    counts = in_whole_units([ticks for frame in frames for ticks in frame.counts.values()], scale)
    rest = iter(counts)
    for frame in frames:
        counted = {state: next(rest) for state in frame.counts}
        frame.counts = {state: count for state, count in counted.items() if count}
    return sum(counts)


def _leaf(frame, virtual):
    if virtual is None:
        return frame
    leaf = frame.children.get(virtual)
    if leaf is None:
        leaf = frame.children[virtual] = _Frame()
    return leaf


def _drop_empty(root):
    order = [root]
    for frame in order:
        order.extend(frame.children.values())
    for frame in reversed(order):
        frame.children = {name: child for name, child in frame.children.items() if child.counts or child.children}


def _write(root, parts):
    """Opens a frame, then its children one by one; what is on the stack is still open."""
    open_frames = [_open(root, parts)]
    while open_frames:
        following = next(open_frames[-1], None)
        if following is None:
            open_frames.pop()
            parts.append('}')
            continue
        separator, name, child = following
        parts.append(f'{separator}{_text(name)}: ')
        open_frames.append(_open(child, parts))


def _open(frame, parts):
    """Writes a frame but for its children. @yields them, with what stands before each"""
    fields = []
    if frame.counts:
        fields.append('"counts": {' + ', '.join(f'"{state}": {count}' for state, count in frame.counts.items()) + '}')
    if frame.file:
        fields.append(f'"file": {_text(frame.file[:MAX_CHARACTERS])}')
    if frame.first_line:
        one_line = frame.first_line == frame.last_line
        fields.append(
            f'"line": [{frame.first_line}]' if one_line else f'"line": [{frame.first_line}, {frame.last_line}]'
        )
    parts.append('{' + ', '.join(fields))
    if frame.children:
        parts.append(', "children": {' if fields else '"children": {')
    return _children(frame, parts)


def _children(frame, parts):
    separator = ''
    for name, child in frame.children.items():
        yield separator, name, child
        separator = ', '
    if frame.children:
        parts.append('}')
