"""Virtual frames: what AWS's agent puts on top of a leaf whose line of source says that it sleeps or waits."""

import os

VIRTUAL_FRAMES = (
    ('sleep(', '<Sleep>'),
    ('.get(block=True', '<queue.get>'),
    ('etree.XMLSchema(', 'lxml.etree:XMLSchema:__init__'),
)
_MAX_REMEMBERED = 20_000
_MAX_FILE_BYTES = 4 * 1024 * 1024


class SourceLines:
    """Remembers the virtual frame of a line, not the source."""

    def __init__(self):
        self._found = {}

    def look_up(self, places):
        """Reads what is not known yet: (file name, line) pairs, each file once."""
        wanted = {}
        for file_name, line in places:
            if (file_name, line) not in self._found:
                wanted.setdefault(file_name, set()).add(line)
        if len(self._found) > _MAX_REMEMBERED:
            self._found.clear()
        for file_name, lines in wanted.items():
            texts = _read(file_name, lines)
            for line in lines:
                self._found[file_name, line] = _virtual_frame(texts.get(line, b''))

    def virtual_frame(self, file_name, line):
        return self._found.get((file_name, line))


def _virtual_frame(text):
    for pattern, name in VIRTUAL_FRAMES:
        if pattern.encode() in text:
            return name
    return None


def _read(file_name, lines):
    if not file_name or file_name.startswith('<'):
        return {}
    texts = {}
    last = max(lines)
    try:
        if not os.path.isfile(file_name):
            return {}  # a pipe (`python /dev/stdin`) would give away what the program is to read, a device may never end
        with open(file_name, 'rb') as source:
            size = 0
            for number, text in enumerate(source, 1):
                if number in lines:
                    texts[number] = text
                size += len(text)
                if number >= last or size > _MAX_FILE_BYTES:
                    break
    except (OSError, ValueError):
        pass
    return texts
