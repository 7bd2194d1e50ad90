"""What import-linter does not see: private doors and foreign keys."""

import ast
from collections.abc import Iterator

import grimp
import pytest
from django.apps import apps

from tests.architecture.house import APPS_IN_ORDER, APPS_WITH_DOORS, PRIVATE, PRODUCT, our_apps, python_files


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("emploi", cache_dir=None)


def private_imports(graph: grimp.ImportGraph) -> Iterator[str]:
    """Imports, from outside an app, of what the app keeps to itself."""
    for app in APPS_WITH_DOORS:
        for door in PRIVATE:
            module = f"{app}.{door}"
            if module not in graph.modules:
                continue
            for inner in {module, *graph.find_descendants(module)}:
                for importer in graph.find_modules_that_directly_import(inner):
                    # The simulator's history writes rows by COPY: it applies the pure rules the actions apply.
                    above = ("emploi.config", "emploi.departments", "emploi.simulator.history")
                    if not importer.startswith((f"{app}.", *above)):
                        yield f"{importer} imports {inner}"


def test_every_app_has_a_place_in_the_order() -> None:
    assert sorted(our_apps()) == sorted(APPS_IN_ORDER)


def test_what_an_app_keeps_to_itself_stays_there(graph: grimp.ImportGraph) -> None:
    assert list(private_imports(graph)) == []


def test_foreign_keys_point_to_earlier_apps() -> None:
    position = {name: rank for rank, name in enumerate(APPS_IN_ORDER)}
    wrong = []
    for model in apps.get_models():
        here = apps.get_app_config(model._meta.app_label).name
        if here not in position:
            continue
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            there = apps.get_app_config(field.related_model._meta.app_label).name
            if there in position and position[there] > position[here]:
                wrong.append(f"{model.__name__}.{field.name} → {there}")
    assert wrong == []


def test_a_private_name_is_not_imported_by_another_module() -> None:
    found = []
    for path in python_files(PRODUCT):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("emploi"):
                private = [name.name for name in node.names if name.name.startswith("_")]
                found += [f"{path.relative_to(PRODUCT)} imports {name}" for name in private]
    assert found == []
