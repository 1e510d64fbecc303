"""Runs a program in a fresh `__main__`, as the interpreter itself would have done."""

import os
import sys
import types


def run_script(path, argv):
    """@param path: `-` for standard input
    @param argv: of the program, its script first. Ends as the program does.
    """
    sys.argv = list(argv)
    if os.path.isdir(path) or path.endswith(('.zip', '.pyz')):
        import runpy

        sys.path[0:1] = [] if _has_safe_path() else [path]
        _fresh_main()
        return _as_the_program(lambda: runpy.run_path(path, run_name='__main__'))
    if path == '-':
        path = file_name = '<stdin>'
        directory = ''
        source = sys.stdin.buffer.read()
    else:
        file_name = os.path.abspath(path)
        directory = os.path.dirname(os.path.realpath(path))
        try:
            import io

            with io.open_code(file_name) as file:
                source = file.read()
        except OSError as error:
            sys.stderr.write(
                f"{sys.executable}: can't open file {file_name!r}: [Errno {error.errno}] {error.strerror}\n"
            )
            return 2
    if not _has_safe_path():
        sys.path[0] = directory
    main = _fresh_main()
    main.__file__ = file_name
    main.__cached__ = None
    from importlib.machinery import SourceFileLoader

    main.__loader__ = SourceFileLoader('__main__', path)

    return _as_the_program(lambda: exec(compile(source, path, 'exec', dont_inherit=True), main.__dict__))


def run_module(name, arguments):
    """As `python -m name`."""
    import runpy

    sys.argv = [name, *arguments]
    _fresh_main()
    return _as_the_program(lambda: runpy._run_module_as_main(name))


def _has_safe_path():
    return getattr(sys.flags, 'safe_path', False)


def _fresh_main():
    """A `__main__` with nothing of ours; programs pickle what they define in it."""
    main = types.ModuleType('__main__')
    main.__dict__['__builtins__'] = sys.modules['builtins']
    sys.modules['__main__'] = main
    return main


def _as_the_program(program):
    """Tracebacks begin with the program's own frames."""
    try:
        program()
        return 0
    except (SystemExit, KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        traceback = error.__traceback__
        while traceback is not None and _is_ours(traceback.tb_frame.f_code.co_filename):
            traceback = traceback.tb_next
        sys.excepthook(type(error), error.with_traceback(traceback), traceback)
        return 1


# What is at this frame and below is not the program's.
OUTERMOST = _as_the_program.__code__


def _is_ours(file_name):
    return (
        os.path.dirname(file_name) == os.path.dirname(__file__)
        or file_name == '<frozen runpy>'
        or file_name.endswith('runpy.py')
    )
