"""The call tree of one reporting period, as the sampler sees it: nodes by code object, names are given when it is encoded.

A node's own ticks are kept by line and thread state: which of a leaf's lines was sampled decides whether it gets a
virtual frame such as `<Sleep>`, and that takes a look at the source, which a sampler has no time for.
"""

STATES = ('RUNNABLE', 'WAITING', 'BLOCKED', 'IDLE')
RUNNABLE, WAITING, BLOCKED, IDLE = range(4)

OTHER = '<other>'
TRUNCATED = '<Truncated>'

# An estimate, on the safe side: the node, its dictionaries and its share of what they point to (tests/test_memory.py).
BYTES_PER_NODE = 800
NO_CHILDREN = {}


class Node:
    """One call path. `key` is a code object, or the name of a virtual frame."""

    __slots__ = ('key', 'class_name', 'children', 'ticks', 'first_line', 'last_line', 'instruction', 'variants')

    def __init__(self, key, class_name=None):
        self.key = key
        self.class_name = class_name
        # Shared until the first child comes: most nodes of a tree are leaves or have one child.
        self.children = NO_CHILDREN
        # (line, state) → ticks with this node as leaf; None while there are none
        self.ticks = None
        self.first_line = 0
        self.last_line = 0
        # The instruction whose line is in the range already: looking lines up is what a walk costs most for.
        self.instruction = -2
        # For code whose name differs from call to call: name → node. Such a node is not part of the tree itself.
        self.variants = None

    def saw_line(self, line):
        if line is None or line <= 0:
            return
        if self.first_line == 0 or line < self.first_line:
            self.first_line = line
        if line > self.last_line:
            self.last_line = line

    def add_tick(self, line, state, weight):
        ticks = self.ticks
        if ticks is None:
            self.ticks = {(line, state): weight}
        else:
            key = (line, state)
            ticks[key] = ticks.get(key, 0) + weight

    def branches(self):
        """The nodes below, those of varying names each for itself."""
        for child in self.children.values():
            if child.variants is None:
                yield child
            else:
                yield from child.variants.values()


class CallTree:
    """Grows in the sampler's thread; whoever takes it over with `Sampler.rotate` is its only user from then on."""

    __slots__ = (
        'root', 'node_count', 'max_nodes', 'ticks', 'active_ns', 'threads_seen', 'threads_visited', 'biased_ticks', 'failed_ticks',
        'folded_nodes', 'throttled_ticks', 'process_cpu_ns',
    )  # fmt: skip

    def __init__(self, max_bytes=10 * 1024 * 1024):
        self.root = Node(None)
        self.node_count = 1
        self.max_nodes = max(64, max_bytes // BYTES_PER_NODE)
        self.ticks = 0
        # Time that the ticks stand for: pauses are not in it.
        self.active_ns = 0
        self.threads_seen = 0
        self.threads_visited = 0
        self.biased_ticks = 0
        self.failed_ticks = 0
        self.folded_nodes = 0
        self.throttled_ticks = 0
        self.process_cpu_ns = 0

    def child(self, parent, key, class_name=None):
        """A new node below `parent`. Code objects are told apart by identity; the node keeps its own alive."""
        node = Node(key, class_name)
        if parent.children is NO_CHILDREN:
            parent.children = {}
        parent.children[key if isinstance(key, str) else id(key)] = node
        self.node_count += 1
        return node

    def varying_child(self, parent, key):
        """The place of nodes that share a code object and differ in name."""
        place = self.child(parent, key)
        place.variants = {}
        return place

    def variant(self, place, name, key, class_name):
        node = Node(key, class_name)
        place.variants[name] = node
        self.node_count += 1
        return node

    @property
    def is_full(self):
        return self.node_count >= self.max_nodes

    @property
    def estimated_bytes(self):
        return self.node_count * BYTES_PER_NODE

    def fold(self):
        """Moves the rarest leaves into a sibling `<other>` until half of the room is free. Ticks stay what they were."""
        rarity = 1
        while self.node_count > self.max_nodes // 2:
            before = self.node_count
            self._fold_leaves(rarity)
            rarity = rarity * 4
            if self.node_count == before and rarity > 2**40:
                return

    def _fold_leaves(self, at_most):
        # Parents stand before their children here, so backwards a node's children are folded before itself is looked at.
        order = [(self.root, None)]
        for node, _ in order:
            order.extend((child, node) for child in node.branches())
        for node, _ in reversed(order):
            if node.children is not NO_CHILDREN:
                self._fold_children(node, at_most)

    def _fold_children(self, node, at_most):
        folded = {}
        kept = {}
        for key, child in node.children.items():
            if child.variants is None:
                if key != OTHER and _is_rare(child, at_most):
                    self._collect(child, folded)
                else:
                    kept[key] = child
                continue
            for name in [name for name, variant in child.variants.items() if _is_rare(variant, at_most)]:
                self._collect(child.variants.pop(name), folded)
            if child.variants:
                kept[key] = child
            else:
                self.node_count -= 1
        if not folded:
            return
        other = kept.get(OTHER)
        if other is None:
            other = kept[OTHER] = Node(OTHER)
            self.node_count += 1
        for state, ticks in folded.items():
            other.add_tick(0, state, ticks)
        node.children = kept

    def _collect(self, leaf, folded):
        for node in (leaf, *leaf.children.values()):
            for (_, state), ticks in (node.ticks or {}).items():
                folded[state] = folded.get(state, 0) + ticks
            self.node_count -= 1
        self.folded_nodes += 1


def _is_rare(node, at_most):
    """Whether it is a leaf, or has nothing but folded leaves below, with few ticks in all."""
    if len(node.children) > 1 or (node.children and OTHER not in node.children):
        return False
    nodes = (node, *node.children.values())
    return sum(ticks for one in nodes for ticks in (one.ticks or {}).values()) <= at_most
