"""Runs a program in a fresh `__main__`, as the interpreter itself would have done.

Whoever is run by `python -m` has all of these modules loaded already.
"""

import io
import marshal
import os
import runpy
import sys
import types
from importlib.machinery import BuiltinImporter, SourceFileLoader, SourcelessFileLoader
from importlib.util import MAGIC_NUMBER


def run_script(path, argv):
    """@param path: of a script, its compiled form, a directory or an archive; `-` for standard input
    @param argv: of the program, its script first. Ends as the program does.
    """
    sys.argv = list(argv)
    if path == '-':
        return _run_code('<stdin>', '', sys.stdin.buffer.read)
    absolute = _absolute(path)
    if _is_importable_from(absolute):
        return _run_main_of(absolute)
    try:
        with io.open_code(absolute) as file:
            content = file.read()
    except OSError as error:
        sys.stderr.write(f"{sys.executable}: can't open file {absolute!r}: [Errno {error.errno}] {error.strerror}\n")
        return 2
    return _run_code(absolute, os.path.dirname(os.path.realpath(absolute)), lambda: content)


def run_module(name, arguments):
    """As `python -m name`."""
    sys.argv = ['-m', *arguments]
    _fresh_main()
    return _as_the_program(lambda: runpy._run_module_as_main(name))


def _run_main_of(path):
    """`__main__` of a directory or an archive."""
    sys.path[0 : 0 if _has_safe_path() else 1] = [path]
    _fresh_main()
    return _as_the_program(lambda: runpy._run_module_as_main('__main__', alter_argv=False))


def _run_code(file_name, directory, read):
    if not _has_safe_path():
        sys.path[0] = directory
    main = _fresh_main()
    main.__file__ = file_name
    main.__cached__ = None

    def run():
        content = read()
        code = _compiled(file_name, content)
        _set_loader(main, file_name, code is not None)
        exec(code or compile(content, file_name, 'exec', dont_inherit=True), main.__dict__)

    return _as_the_program(run)


def _compiled(file_name, content):
    """The code of a `.pyc` file, which may have any name; None for source."""
    if content[:4] == MAGIC_NUMBER:
        return marshal.loads(content[16:])
    if file_name.endswith('.pyc'):
        raise RuntimeError('Bad magic number in .pyc file')
    return None


def _set_loader(main, file_name, is_compiled):
    if file_name != '<stdin>':
        loader = SourcelessFileLoader if is_compiled else SourceFileLoader
        main.__loader__ = loader('__main__', file_name)


def _absolute(path):
    """As the interpreter makes it, which leaves links and dots in it alone."""
    return os.getcwd() if path == '.' and sys.version_info >= (3, 11) else os.path.join(os.getcwd(), path)


def _is_importable_from(path):
    for hook in sys.path_hooks:
        try:
            hook(path)
            return True
        except ImportError:
            pass
    return False


def _has_safe_path():
    return getattr(sys.flags, 'safe_path', bool(sys.flags.isolated))


def _fresh_main():
    """A `__main__` with nothing of ours; programs pickle what they define in it."""
    main = types.ModuleType('__main__')
    main.__loader__ = BuiltinImporter
    main.__dict__['__builtins__'] = sys.modules['builtins']
    if sys.version_info < (3, 14):
        main.__annotations__ = {}
    sys.modules['__main__'] = main
    return main


def _as_the_program(program):
    """Tracebacks begin with the program's own frames."""
    try:
        program()
        return 0
    except KeyboardInterrupt:
        # Python shows it, and then ends by the signal.
        sys.excepthook = _from_the_programs_frames(sys.excepthook)
        raise
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        _from_the_programs_frames(sys.excepthook)(type(error), error, error.__traceback__)
        return 1


def _from_the_programs_frames(excepthook):
    def show(kind, error, traceback):
        while traceback is not None and _is_ours(traceback.tb_frame.f_code.co_filename):
            traceback = traceback.tb_next
        excepthook(kind, error.with_traceback(traceback), traceback)

    return show


# What is at this frame and below is not the program's.
OUTERMOST = _as_the_program.__code__


def _is_ours(file_name):
    return (
        os.path.dirname(file_name) == os.path.dirname(__file__)
        or file_name == '<frozen runpy>'
        or file_name.endswith('runpy.py')
    )
