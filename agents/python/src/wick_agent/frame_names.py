"""Names of frames, as AWS's Python agent gives them (spec: `module:class:function`), so that profiles of both add up."""

import os
import sys
from pathlib import PurePath

_MAX_REMEMBERED = 4096
# The server refuses a profile with longer ones (4,096 bytes).
MAX_CHARACTERS = 1024


class FrameNames:
    """Names by code object. Asked while a profile is encoded, never while a program is sampled."""

    def __init__(self, search_path=None):
        self._search_path = sorted(
            (_absolute(entry) for entry in (sys.path if search_path is None else search_path) if isinstance(entry, str)),
            key=len,
            reverse=True,
        )
        self._modules = {}

    def name(self, node):
        key = node.key
        if isinstance(key, str):
            return key
        function, code = key if isinstance(key, tuple) else (key.co_name, key)
        name = ':'.join(part for part in (self.module(code.co_filename), node.class_name, function) if part)
        return name[:MAX_CHARACTERS]

    def file(self, node):
        key = node.key
        if isinstance(key, str) or key is None:
            return None
        return (key[1] if isinstance(key, tuple) else key).co_filename

    def module(self, file_name):
        module = self._modules.get(file_name)
        if module is None:
            if len(self._modules) >= _MAX_REMEMBERED:
                self._modules.clear()
            module = self._modules[file_name] = self._module(file_name)
        return module

    def _module(self, file_name):
        path = self._without_root(file_name)
        try:
            path = str(PurePath(path).with_suffix(''))
        except ValueError:
            pass  # no file has such a name
        path = os.path.splitdrive(path)[1].replace(os.sep, '.')
        return path[1:] if path.startswith('.') else path

    def _without_root(self, path):
        if os.sep == '\\':
            path = path.replace('/', os.sep)
        elif '/./' in path:
            # uwsgi's way of naming files of the working directory
            path = path.replace('/./', '/')
            try:
                here = os.getcwd()
            except OSError:  # it is gone
                return path
            return path.replace(here, '') if here != '/' else path
        for root in self._search_path:
            if root and root in path:
                return path.replace(root, '')
        return path


def _absolute(entry):
    """Of `.` (uwsgi) and what begins so: files have whole paths, and a dot is in the middle of most."""
    if not entry.startswith(os.curdir):
        return entry
    try:
        path = os.path.abspath(entry)
    except OSError:  # the working directory is gone
        return ''
    return path if path != os.sep else ''
