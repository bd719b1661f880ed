"""How helpers is built: three floors, no circle, each name imported from where it is defined, rooms
of a size to read.
"""

import ast
import builtins
import itertools
import sys

import pytest

from tools.measure import COLUMNS, functions, measure
from tools.tracked import ROOT, tracked

HELPERS = tracked("helpers/*.py")
SUBJECT = [path for path in HELPERS if path.parent == ROOT / "helpers"]
TESTS = tracked("tests/*.py")
LONGEST_FUNCTION, LONGEST_FILE = 40, 400
WITH_A_BAR = {"training", "search"}  # what takes long shows how far it is
FLOOR = {"helpers.explorers": 2, "helpers.pictures": 1}  # and 0 for the subject


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in HELPERS}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
each_file = pytest.mark.parametrize("path", HELPERS, ids=module_name)
each_module = pytest.mark.parametrize("name", MODULES)


def floor(name):
    return FLOOR.get(".".join(name.split(".")[:2]), 0)


def imports(tree, package):
    """(module, name or None) of each import of a file, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) + 1 - node.level] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from ((base, alias.name) for alias in node.names)


def imported(name):
    """What a module imports, as names of modules."""
    package = ".".join(MODULES[name].relative_to(ROOT).parts[:-1])
    found = set()
    for module, part in imports(TREES[name], package):
        found |= {module, f"{module}.{part}"} if part else {module}
    return found


def assigned(tree):
    """The names that a module defines at its top, those that it only imports left out."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
            yield from (part.id for part in names if isinstance(part.ctx, ast.Store))


# Floors


def test_relative_and_nested_imports_are_seen():
    code = "def f():\n    from .. import losses\n    from . import live\n    import numpy.linalg"
    seen = list(imports(ast.parse(code), "helpers.pictures"))
    assert seen == [("helpers", "losses"), ("helpers.pictures", "live"), ("numpy.linalg", None)]


@each_module
def test_an_import_never_points_to_a_floor_above(name):
    found = [other for other in imported(name) if other in MODULES]
    assert [other for other in found if floor(other) > floor(name)] == []


def test_no_imports_go_in_a_circle():
    below = {name: imported(name) & set(MODULES) - {name} for name in MODULES}
    for name, others in below.items():  # a folder's own list of figures is above them
        below[name] = {other for other in others if not name.startswith(f"{other}.")}
    while free := [name for name, others in below.items() if not others & set(below)]:
        for name in free:
            del below[name]
    assert below == {}, "these import one another"


@pytest.mark.parametrize("path", SUBJECT, ids=module_name)
def test_the_subject_is_written_in_numpy_only(path):
    roots = {name.split(".")[0] for name in imported(module_name(path))}
    allowed = {"numpy", "helpers"} | ({"tqdm"} if path.stem in WITH_A_BAR else set())
    assert roots - set(sys.stdlib_module_names) <= allowed


@pytest.mark.parametrize("package", ["helpers", "helpers.pictures", "helpers.explorers"])
def test_importing_a_package_imports_nothing_else(package):
    assert [type(node) for node in TREES[package].body] == [ast.Expr]


FOLDERS = [
    path for path in HELPERS if path.parent.parent.name == "explorers" and path.stem == "__init__"
]


@pytest.mark.parametrize("path", FOLDERS, ids=module_name)
def test_the_folder_of_a_lesson_lists_its_figures_and_nothing_else(path):
    docstring, *listing, listed = TREES[module_name(path)].body
    assert isinstance(docstring, ast.Expr) and isinstance(listed, ast.Assign)
    names = ast.literal_eval(listed.value)
    assert names == sorted(part.name for node in listing for part in node.names)
    for node in listing:
        assert [f"{module_name(path)}.{part.name}" for part in node.names] == [node.module]
        assert node.module in MODULES, "a figure stands in the file of its name"


# Names


@each_module
def test_a_name_is_imported_from_where_it_is_defined(name):
    """A name that came by another file would tie two rooms to a third."""
    package = ".".join(MODULES[name].relative_to(ROOT).parts[:-1])
    borrowed = []
    for module, part in imports(TREES[name], package):
        if module in MODULES and part and f"{module}.{part}" not in MODULES:
            if part not in assigned(TREES[module]) and name != module:
                borrowed.append(f"{module}.{part}")
    assert borrowed == []


@each_module
def test_no_private_name_is_used_in_another_file(name):
    package = ".".join(MODULES[name].relative_to(ROOT).parts[:-1])
    parts = [part for module, part in imports(TREES[name], package) if module in MODULES]
    assert [part for part in parts if part and part.startswith("_")] == []


@each_module
def test_no_module_defines_the_name_of_a_builtin(name):
    """`map` in a lesson is Python's. A doctest that shows something makes one of `_` too."""
    taken = {*dir(builtins)} - {"_"}
    assert [one for one in assigned(TREES[name]) if one in taken] == []


def test_no_two_files_of_tests_differ_by_an_underscore_only():
    plain = [path.name.replace("_", "") for path in TESTS]
    alike = [
        f"{one.name}, {other.name}"
        for (one, a), (other, b) in itertools.combinations(zip(TESTS, plain), 2)
        if a == b and one.name != other.name
    ]
    assert alike == []


# Sizes: what is read in one sitting


@each_file
def test_a_file_is_read_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@each_file
def test_a_function_fits_on_a_screen(path):
    found = functions(ast.parse(path.read_text(encoding="utf-8")))
    long = [
        f"{name}: {function.end_lineno - function.lineno + 1} lines"
        for name, _, function in found
        if function.end_lineno - function.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


@each_file
def test_a_line_ends_at_100_columns(path):
    assert measure(path).wide == 0, f"wider than {COLUMNS}"


@pytest.mark.parametrize("path", SUBJECT, ids=module_name)
def test_a_function_of_the_subject_says_what_it_raises(path):
    found = measure(path)
    assert found.saying == found.raising


def undocumented(tree):
    """The public functions, classes and methods of a file that have no docstring."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for owner in [tree, *(node for node in classes if not node.name.startswith("_"))]:
        for node in owner.body:
            is_public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name[0] != "_"
            if is_public and not ast.get_docstring(node) and not is_setter(node):
                yield f"{getattr(owner, 'name', '')}.{node.name}"


def is_setter(node):
    return any(getattr(decorator, "attr", "") == "setter" for decorator in node.decorator_list)


@each_file
def test_every_public_name_has_a_docstring(path):
    assert list(undocumented(ast.parse(path.read_text(encoding="utf-8")))) == []
