"""Nothing grows without being seen: modules, functions, classes, templates, folders."""

import ast
from collections import Counter
from pathlib import Path

from tests.architecture.house import PRODUCT, ROOT, python_files

MODULE, FUNCTION, CLASS, TEMPLATE, TEST_MODULE, FOLDER = 400, 50, 250, 150, 600, 20


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_modules_stay_small() -> None:
    too_long = {str(p.relative_to(ROOT)): lines(p) for p in python_files(PRODUCT) if lines(p) > MODULE}
    assert too_long == {}


def test_test_modules_stay_readable() -> None:
    too_long = {str(p.relative_to(ROOT)): lines(p) for p in python_files(ROOT / "tests") if lines(p) > TEST_MODULE}
    assert too_long == {}


def test_functions_and_classes_stay_small() -> None:
    too_long = []
    for path in python_files(PRODUCT):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            limit = {ast.FunctionDef: FUNCTION, ast.AsyncFunctionDef: FUNCTION, ast.ClassDef: CLASS}.get(type(node))
            if limit and node.end_lineno - node.lineno + 1 > limit:
                too_long.append(f"{path.relative_to(ROOT)}:{node.name} ({node.end_lineno - node.lineno + 1})")
    assert too_long == []


def test_templates_stay_small() -> None:
    too_long = {str(p.relative_to(ROOT)): lines(p) for p in PRODUCT.rglob("*.html") if lines(p) > TEMPLATE}
    assert too_long == {}


def test_folders_stay_browsable() -> None:
    counts = Counter(p.parent for p in python_files(PRODUCT))
    assert {str(f.relative_to(ROOT)): n for f, n in counts.items() if n > FOLDER} == {}
