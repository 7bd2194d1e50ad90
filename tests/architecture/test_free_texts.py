"""Every text an agent writes goes through the free-text guard: a NIR refused, words of health asked about first."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.house import PRODUCT, python_files

# Why a text field is not guarded.
IDENTITY = "the name, the address or a number of a person: their own fields, each with its own rule"
SEARCHED = "words looked for, never kept"
REFERENCE = "reference data or a rule: it names no beneficiary"
ACTION = "checked by its action (check_texts), whose warning comes back in the form"
PERSON = "written by the person, about themselves"
SECRET = "a password"

EXCEPTIONS = {
    "portal/desk/web/appointment_filters.py": {"nom": "part of a name looked for, never kept"},
    "pathway/beneficiaries/web/france_travail_form.py": {"number": IDENTITY},
    "pathway/beneficiaries/web/forms.py": dict.fromkeys(
        (
            *("complement", "street", "city", "last_name", "birth_name", "first_name", "email", "value"),
            *("france_travail_number", "local_number", "interpreter_language"),
        ),
        IDENTITY,
    ),
    "pathway/orientation/web/rule_forms.py": dict.fromkeys(
        ("version", "title", "sentence", "source", "reason"), REFERENCE
    ),
    "pathway/orientation/web/basis_forms.py": {"reason": ACTION},
    "pathway/orientation/web/forms.py": dict.fromkeys(
        ("reason", "person_opinion", "override_reason", "text", "by"), ACTION
    ),
    "exchanges/caf/web/code_labels.py": {"q": SEARCHED, "label": REFERENCE},
    "exchanges/spreadsheets/web/forms.py": {"name": REFERENCE, "self.fields[field.slug]": IDENTITY},
    "foundation/ui/web/gallery.py": dict.fromkeys(("name", "note", "q"), REFERENCE),
    "territory/agents/web/forms.py": {
        **dict.fromkeys(("first_name", "last_name"), REFERENCE),
        **dict.fromkeys(("password", "again"), SECRET),
        "q": SEARCHED,
    },
    "territory/geography/web/forms.py": dict.fromkeys(("name", "address", "directions"), REFERENCE),
    "territory/rulebook/web/forms.py": {"q": SEARCHED, "value": REFERENCE, "source_title": REFERENCE},
    "territory/organizations/web/forms.py": {"name": REFERENCE, "q": SEARCHED},
    "portal/desk/web/forms.py": {"q": SEARCHED},
    "foundation/messaging/web/forms.py": dict.fromkeys(("subject", "body", "number"), REFERENCE),
    "pathway/appointments/web/forms.py": {"address": REFERENCE},
    "pathway/appointments/web/kind_forms.py": dict.fromkeys(("name", "return"), REFERENCE),
    "pathway/reception/web/forms.py": {"caller": IDENTITY},
    "portal/citizen/web/forms.py": {"code": PERSON},
}
# What views read of a form without a field: choices and numbers, never a text.
READ_BY_HAND = frozenset(
    {
        *("person", "entry", "decision", "appointment", "slot", "referent", "party", "kind", "voie", "subject", "keep"),
        *("next", "act", "shows", "not_same", "seen", "read", "sur", "groupe", "ligne", "do", "fondement", "name"),
        *("confirm", "etape", "list", "whole_list", "query", "choose", "q", "beyond", "de", "link", "means", "paper"),
    }
)


def files_saying(word: str) -> list[Path]:
    """The source files where a word stands, those alone being worth parsing."""
    return [path for path in python_files(PRODUCT) if word in path.read_text(encoding="utf-8")]


@cache
def calls_of(path: Path) -> list[tuple[str, ast.Call]]:
    """Every call of a file, with the name called."""
    nodes = ast.walk(tree_of(path))
    return [(ast.unparse(node.func), node) for node in nodes if isinstance(node, ast.Call)]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def is_hidden(call: ast.Call) -> bool:
    return any(word.arg == "widget" and "HiddenInput" in ast.unparse(word.value) for word in call.keywords)


def plain_texts(path: Path) -> Iterator[str]:
    """The targets of the plain `forms.CharField` of a file, hidden ones left out."""
    for node in ast.walk(tree_of(path)):
        call = node.value if isinstance(node, ast.Assign | ast.Return) else None
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "forms.CharField" and not is_hidden(call):
            yield ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else "return"


def test_every_text_field_is_guarded_or_a_named_exception() -> None:
    found = {
        str(path.relative_to(PRODUCT)): set(plain_texts(path))
        for path in files_saying("forms.CharField")
        if path.name != "filters.py" and set(plain_texts(path))
    }
    missing = {path: names - set(EXCEPTIONS.get(path, {})) for path, names in found.items()}
    assert {path: names for path, names in missing.items() if names} == {}, "use FreeTextField, or say why not"
    gone = {path: set(names) - found.get(path, set()) for path, names in EXCEPTIONS.items()}
    assert {path: names for path, names in gone.items() if names} == {}, "these exceptions no longer exist"


def test_no_other_way_declares_a_text_field() -> None:
    """A plain text is only written `forms.CharField(…)`, so that the test above sees it; no form is made of a model."""
    for path in files_saying("CharField"):
        if "models" in path.parts or path.name == "models.py":
            continue
        declared = [call for name, call in calls_of(path) if name in ("forms.CharField", "fields.CharField")]
        assert len([call for call in declared if not is_hidden(call)]) == len(list(plain_texts(path))), path
    for path in files_saying("ModelForm"):
        assert "forms.ModelForm" not in path.read_text(encoding="utf-8"), path


def test_no_view_reads_a_text_without_a_form() -> None:
    read = set()
    for path in files_saying("request.POST"):
        for name, call in calls_of(path):
            if name in ("request.POST.get", "request.POST.getlist") and isinstance(call.args[0], ast.Constant):
                read.add(call.args[0].value)
        source = path.read_text(encoding="utf-8")
        read.update(re.findall(r"request\.POST\[[\"'](\w+)", source))
    assert read - READ_BY_HAND == set()
