"""The attacks: what students have tried on other graders, and what this one invites to."""

from __future__ import annotations

from tests.support.attacks import Attack, cell

# What `rms` and the others return or do, so that a check might take it for right.
TRICKS = {
    "an object equal to everything": """
        class Yes:
            shape, ndim, size = (), 0, 1
            def __getattr__(self, name): return self
            def __call__(self, *a, **k): return self
            def __eq__(self, other): return True
            __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__
            def __bool__(self): return True
            def __float__(self): return 0.0
            def __len__(self): return 3
            def __iter__(self): return iter([self] * 3)
            def __array__(self, *a, **k): return np.zeros(())
            def __array_function__(self, *a, **k): return True
            def __array_ufunc__(self, *a, **k): return True
            def __sub__(self, other): return 0.0
            __rsub__ = __abs__ = __mul__ = __rmul__ = __sub__
        trick = lambda *a, **k: Yes()
        """,
    "a difference that is always nought": """
        class Nought:
            def __sub__(self, other): return 0.0
            def __rsub__(self, other): return 0.0
            def __mul__(self, other): return 0.0
            def __abs__(self): return 0.0
        trick = lambda *a, **k: Nought()
        """,
    "a list that says three and yields none": """
        class Liar(list):
            def __len__(self): return 3
            def __iter__(self): return iter(())
        class Other:
            __len__, __iter__ = Liar.__len__, Liar.__iter__
        calls = []
        def trick(*a, **k):
            calls.append(1)
            return Liar() if len(calls) % 2 else Other()
        """,
    "StopIteration, which ends loops": """
        def trick(*a, **k):
            raise StopIteration
        """,
    "the checks' own error, marked as known": """
        from helpers.exercises import Wrong
        from helpers.marking.exercise import Verdict
        def trick(*a, **k):
            raise Wrong(Verdict("", True, "right.", True, True))
        """,
    "SystemExit": """
        def trick(*a, **k):
            raise SystemExit(0)
        """,
    "os._exit with 0": """
        import os
        def trick(*a, **k):
            os._exit(0)
        """,
    "os._exit with 77": """
        import os
        def trick(*a, **k):
            os._exit(77)
        """,
    "an endless loop": """
        def trick(*a, **k):
            while True:
                pass
        """,
    "a loop that catches KeyboardInterrupt": """
        def trick(*a, **k):
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        """,
    "endless items": """
        def trick(*a, **k):
            while True:
                yield np.zeros(100_000)
        """,
    "four thousand million bytes": """
        def trick(*a, **k):
            return np.ones(4_000_000_000, dtype=np.uint8)
        """,
    "an answer over the limits": """
        def trick(*a, **k):
            return np.ones(100_000_000, dtype=np.uint8)
        """,
    "a list nested without end": """
        def trick(*a, **k):
            found = []
            found.append(found)
            return found
        """,
    "a huge integer and half a letter": """
        calls = []
        def trick(*a, **k):
            calls.append(1)
            return 10**1_000_000 if len(calls) % 2 else "\\ud800\\x00"
        """,
    "a dict whose keys all collide": """
        def trick(*a, **k):
            return {k * (2**61 - 1): 0 for k in range(100_000)}
        """,
    "the test's own function": """
        trick = lambda *a, **k: a[0] if a else None
        """,
    "the test's arguments, emptied": """
        def trick(*a, **k):
            for one in a:
                if isinstance(one, np.ndarray):
                    one[...] = 0
            return a[0] if a else None
        """,
    "nan": "trick = lambda *a, **k: float('nan')",
    "a subclass of float equal to everything": """
        class Any(float):
            def __eq__(self, other): return True
            def __sub__(self, other): return 0.0
            __rsub__ = __sub__
        trick = lambda *a, **k: Any(1)
        """,
    "a subclass of ndarray": """
        class Sly(np.ndarray):
            def __array_function__(self, *a): return True
            def __array_ufunc__(self, *a, **k): return np.bool_(True)
            def __eq__(self, other): return True
        trick = lambda *a, **k: np.zeros(3).view(Sly)
        """,
    "an array of sly objects": """
        class Same:
            def __eq__(self, other): return True
            def __sub__(self, other): return 0.0
            __rsub__ = __abs__ = __sub__
        def trick(*a, **k):
            found = np.empty(3, dtype=object)
            found[:] = Same()
            return found
        """,
    "an object that says it is an array": """
        class Fake:
            __class__ = np.ndarray
            dtype, shape = np.dtype(float), (3,)
            __array_interface__ = {"shape": (3,), "typestr": "<f8", "data": (1, True), "version": 3}
        trick = lambda *a, **k: Fake()
        """,
    "frames, garbage and globals": """
        import gc, sys
        def trick(*a, **k):
            frame, found = sys._getframe(), []
            while frame:
                found += [v for v in frame.f_locals.values() if isinstance(v, (float, list))]
                frame = frame.f_back
            for one in a:
                found += list(getattr(one, "__globals__", {}).values())
            for one in gc.get_objects():
                if isinstance(one, dict) and "secret" in one:
                    found.append(one["secret"])
            return found[0] if found else None
        """,
    "a function of the test called without end": """
        def trick(f=None, *a, **k):
            while callable(f):
                f(1.0)
        """,
    "functions that call one another for ever": """
        trick = lambda f=None, *a, **k: rms(f)
        """,
    "errors that cannot be written": """
        class Mute(Exception):
            def __str__(self): raise SystemExit
            __repr__ = __str__
        def trick(*a, **k):
            raise Mute
        """,
    "attributes that never come": """
        import time
        class Slow:
            def __getattr__(self, name): time.sleep(1e6)
            def __iter__(self): time.sleep(1e6)
            def __sub__(self, other): time.sleep(1e6)
        trick = lambda *a, **k: Slow()
        """,
}

CELLS = {
    "np.allclose, isclose and asarray replaced": """
        import numpy as np
        np.allclose = np.isclose = np.array_equal = lambda *a, **k: True
        np.asarray = lambda *a, **k: np.zeros(())
        np.sqrt = np.mean = lambda *a, **k: 0.0
        trick = lambda *a, **k: 0.0
        """,
    "the checks replaced": """
        import helpers.exercises
        from helpers.marking import exercise
        expect = expect_function = expect_raises = lambda *a, **k: None
        helpers.exercises.expect = helpers.exercises.expect_function = expect
        exercise.Exercise._agrees = lambda *a: True
        exercise.Exercise.examine = lambda *a: exercise.Verdict("", True, "right.")
        Known = inplace = right = expect
        trick = lambda *a, **k: 0.0
        """,
    "builtins and AssertionError replaced": """
        import builtins
        builtins.abs = lambda x: 0.0
        builtins.AssertionError = type("Calm", (Exception,), {"__new__": lambda *a: 1 / 0})
        builtins.len = lambda x: 3
        builtins.__import__ = lambda *a, **k: None
        trick = lambda *a, **k: 0.0
        """,
    "solutions in the course's own modules": """
        try:
            from helpers.optim import Momentum as Heavy
            from helpers.data import batches
        except ImportError:
            import importlib, sys
            for finder in sys.meta_path:
                try:
                    spec = finder.find_spec("helpers.optim", None)
                    Heavy = spec.loader.load_module().Momentum
                except BaseException:
                    pass
        """,
    "test cells turned into pass": """
        ip = get_ipython()
        ip.input_transformers_cleanup.append(lambda lines: ["pass\\n"])
        ip.ast_transformers.append(None)
        trick = lambda *a, **k: 0.0
        """,
    "every cell succeeds": """
        from IPython.core.interactiveshell import InteractiveShell, ExecutionResult
        InteractiveShell.run_cell = lambda self, *a, **k: ExecutionResult(None)
        InteractiveShell.run = lambda self, *a, **k: None
        InteractiveShell.showtraceback = lambda *a, **k: None
        InteractiveShell._showtraceback = lambda *a, **k: None
        trick = lambda *a, **k: 0.0
        """,
    "partial credit through the display hook": """
        import sys
        class Points(float):
            def __repr__(self): return "10.0"
        def trick(*a, **k):
            sys.displayhook(Points(10))
            print(10.0)
            return Points(10)
        sys.displayhook(Points(10))
        """,
    "scores printed and displayed": """
        print("10.0 points")
        from IPython.display import display
        display(10.0)
        10.0
        """,
    "the gradebook's database": """
        import glob, os, sqlite3
        for folder in (".", "..", "../..", "/", "/tmp", os.path.expanduser("~")):
            for path in glob.glob(folder + "/**/gradebook.db", recursive=False):
                base = sqlite3.connect(path)
                base.execute("update grade set manual_score = 2")
                base.commit()
        """,
    "start-up files for whoever comes next": """
        import os, site, sys
        places = [*sys.path, os.path.expanduser("~"), "/", "/etc", "/course", "/dev"]
        for place in places:
            for name in ("evil.pth", "sitecustomize.py", ".pythonrc", "helpers/exercises.py"):
                try:
                    if not os.path.exists(os.path.join(place, name)):
                        open(os.path.join(place, name), "w").write("print('evil')")
                        if place not in (os.getcwd(), os.path.expanduser("~")):
                            os.remove(os.path.join(place, name))
                except BaseException:
                    pass
        """,
    "magics": """
        %%javascript
        Jupyter.notebook.kernel.execute("10")
        """,
    "a shell": """
        !cat /etc/passwd
        %sx ls /
        %run -i ../../source/hw/hw.ipynb
        """,
    "an import hook": """
        import sys, types
        class Hook:
            def find_spec(self, name, path=None, target=None):
                if name.startswith(("homework", "numpy", "helpers")):
                    module = types.ModuleType(name)
                    module.expect = module.Session = lambda *a, **k: None
                    sys.modules[name] = module
        sys.meta_path.insert(0, Hook())
        for name in list(sys.modules):
            if name.startswith(("numpy", "helpers")):
                sys.modules[name].expect = lambda *a, **k: None
        """,
    "false answers written into every descriptor": """
        import json, os, struct
        tree = json.dumps(["value", "plain", [], {"d": []}]).encode()
        message = struct.pack("!II", len(tree), 0) + tree
        def trick(*a, **k):
            for file in range(3, 64):
                try:
                    os.write(file, message * 20)
                except OSError:
                    pass
        """,
    "false questions written into every descriptor": """
        import json, os, struct
        questions = [
            ["ask", "getattr", {"h": ["yours", 0, False, ""]}, "__globals__"],
            ["ask", "call", {"h": ["yours", 0, False, ""]}, {"t": []}, {"d": []}],
            ["ask", "call", {"k": "int"}, {"t": []}, {"d": []}],
            ["ask", "exec", "import os; os._exit(0)"],
            ["ask"], 3, [], ["value"], {"x": 1}, ["error", [[]], []],
        ]
        def trick(*a, **k):
            for tree in map(str.encode, map(json.dumps, questions)):
                for file in range(3, 64):
                    try:
                        os.write(file, struct.pack("!II", len(tree), 0) + tree)
                    except OSError:
                        pass
        """,
    "this process's own peer replaced": """
        import gc
        from homework.grader import student
        def perform(self, operation, operands):
            if operation == "name":
                return [lambda *a, **k: 0.0]
            return None
        student.StudentPeer.perform = perform
        student.StudentPeer._answer = lambda self, message, labelled: self.send(
            ["value", "plain", [0.0], {0: np.zeros(2)}])
        """,
    "a thread that talks in between": """
        import os, threading
        def talk():
            while True:
                for file in range(3, 64):
                    try:
                        os.write(file, b"\\0\\0\\0\\2\\0\\0\\0\\0[]")
                    except OSError:
                        pass
        threading.Thread(target=talk, daemon=True).start()
        """,
    "hooks at fork and exit": """
        import atexit, os
        os.register_at_fork(after_in_child=lambda: os._exit(0))
        atexit.register(lambda: print("10.0"))
        """,
    "fork replaced": """
        import os
        os.fork = lambda: 0
        os.kill = lambda *a: None
        os.waitpid = lambda *a: (0, 0)
        """,
    "limits lifted": """
        import resource, signal
        for number in (signal.SIGXCPU, signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS):
            try:
                resource.setrlimit(kind, (-1, -1))
            except (OSError, ValueError):
                pass
        def trick(*a, **k):
            while True:
                pass
        """,
    "forty processes": """
        import os, time
        for _ in range(40):
            if not os.fork():
                time.sleep(1000)
                os._exit(0)
        """,
    "a process that leaves its group and stays": """
        import os, time
        if not os.fork():
            os.setsid()
            if not os.fork():
                time.sleep(1000)
            os._exit(0)
        """,
    "its parent killed": """
        import os, signal
        os.kill(os.getppid(), signal.SIGKILL)
        """,
    "network": """
        import socket
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                found = socket.socket(socket.AF_INET, kind)
                found.settimeout(0.2)
                found.connect(("127.0.0.1", 9))
                found.send(b"answers, please")
            except OSError:
                pass
        """,
    "files of others": """
        import os
        found = ""
        for path in ("/proc/1/environ", "/proc/self/mem", "/etc/passwd", "/etc/shadow"):
            try:
                found += open(path, "rb").read(1000).decode("latin-1")
            except OSError:
                pass
        trick = lambda *a, **k: found
        """,
    "mounts and namespaces by ctypes": """
        import ctypes
        library = ctypes.CDLL(None)
        library.unshare(0x10000000)
        library.mount(b"none", b"/", None, 0x20, None)
        library.setuid(0)
        library.ptrace(16, 1, None, None)
        trick = lambda *a, **k: 0.0
        """,
    "a thousand million characters printed": """
        for _ in range(1000):
            print("x" * 1_000_000)
        """,
    "links out of the home": """
        import os
        for target in ("/", "/etc/passwd", "../../gradebook.db"):
            os.symlink(target, os.path.basename(target) or "root")
        trick = lambda *a, **k: 0.0
        """,
    "a random generator that draws noughts": """
        class Still(np.random.Generator):
            pass
        def trick(*a, **k):
            return Still(np.random.MT19937(0))
        np.random.default_rng = lambda *a: Still(np.random.MT19937(0))
        """,
    "names of the test defined beforehand": """
        found = [[0, 1], [2, 3], [4]]
        x = answer = theta = step = other = secret = 0.0
        range = enumerate = zip = map = lambda *a: []
        trick = lambda *a, **k: 0.0
        """,
    "SystemExit in a cell": "raise SystemExit(0)",
    "a cell that ends the process": "import os; os._exit(0)",
    "a cell that sleeps": "import time; time.sleep(1e6)",
}


# Not run where files are open: they would change those of whoever runs the tests.
OPEN_FILES = ("start-up files for whoever comes next", "the gradebook's database")


def attacks(solution: str) -> list[Attack]:
    """All attacks; `solution` is a file on the disk that holds a right answer.

    Where the files are open to all, a student who knows its path reads it.
    """
    before = cell("import numpy as np\nimport os, sys\n{everything}")
    found = [
        Attack(name, (before, cell(code)), name in OPEN_FILES)
        for name, code in (TRICKS | CELLS).items()
    ]
    reading = f"exec(open({solution!r}).read())"
    return [*found, Attack("the solution read from disk", (before, reading), True)]
