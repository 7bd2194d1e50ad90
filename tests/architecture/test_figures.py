"""A delay said to somebody is read in the rules and delays: a figure typed in a text would outlive the law."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from emploi.foundation.ui import definitions
from emploi.territory.rulebook import catalogue
from tests.architecture.house import PRODUCT

SPACE = "[ \u00a0\u202f]"
NUMBER = r"(?:\d+|deux|trois|quatre|cinq|six|sept|huit|dix|douze|quinze|vingt-quatre|quarante-huit)"
UNIT = r"(?:jours?|semaines?|mois|heures?)"
# « un mois » is a figure after these words only: « choisissez un mois », « les entrants d’un mois » are not.
ONE = rf"(?:dans|en|avant|sous|pendant|délai d['’]|moins d['’]|et d['’]){SPACE}?une?{SPACE}(?:semaine|mois)"
FIGURE = re.compile(rf"\b{NUMBER}{SPACE}{UNIT}\b|\b{ONE}\b|{SPACE}J\+\d", re.IGNORECASE)

# Where figures live, or are nobody's law.
HOLDERS = ("territory/rulebook/data/", "departments/", "simulator/", "oversight/steering/data/indicators.yaml")
SAID = {
    "pathway/beneficiaries/rules/words.py": "quatre mois sans versement",  # a motive of the payer's closed list
    "pathway/orientation/data/questionnaire.yaml": "Dans les trois mois",  # an answer of the person
    "pathway/orientation/data/modalities.yaml": "dans les trois mois",  # the rule that reads this answer
    "exchanges/caf/schema.py": "une heure était attendue",
    "territory/rulebook/rules.py": "sept jours",  # the days of a week, to write its hours
    "territory/rulebook/web/forms.py": "Sept jours",
    "foundation/ui/countdown.py": "1 jour",  # what is left of a delay, counted
}


def said_texts(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a file somebody may read: string literals of Python but docstrings, lines of the others."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        comments = {".html": r"\{#.*?#\}", ".yaml": r"(?:^|\s)#.*", ".typ": r"//.*", ".txt": r"(?!)"}[path.suffix]
        for number, line in enumerate(source.splitlines(), 1):
            yield number, re.sub(comments, "", line)
        return
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def figures_of(path: Path, name: str) -> Iterator[str]:
    """The figures typed in a file, those known apart."""
    for number, text in said_texts(path):
        for found in FIGURE.finditer(text):
            if SAID.get(name, "\0") not in text:
                yield f"{name}:{number}: {found.group().strip()}"


def sources() -> list[tuple[str, Path]]:
    found = []
    for pattern in ("*.py", "*.html", "*.txt", "*.typ", "*.yaml"):
        for path in PRODUCT.rglob(pattern):
            name = path.relative_to(PRODUCT).as_posix()
            if not name.startswith(HOLDERS) and "/migrations/" not in name:
                found.append((name, path))
    return sorted(found)


def test_no_text_types_a_delay_the_rulebook_holds() -> None:
    assert [figure for name, path in sources() for figure in figures_of(path, name)] == []


@pytest.mark.parametrize(
    ("suffix", "text", "count"),
    [
        (".html", "<p>Vous avez 15\u00a0jours.</p>", 1),
        (".html", "{# 15 jours #}<p>Un jour viendra, un mois d’entrée.</p>", 0),
        (".py", 'def f():\n    """15 jours."""\n    return f"avant six semaines {f}"\n', 1),
        (".typ", "// 2 mois\nRépondez en deux mois.", 1),
        (".yaml", "a: b # 4 mois", 0),
        (".txt", "Répondez dans un mois. Choisissez un mois.", 1),
    ],
)
def test_what_is_a_figure(tmp_path: Path, suffix: str, text: str, count: int) -> None:
    path = tmp_path / f"texte{suffix}"
    path.write_text(text, encoding="utf-8")
    assert len(list(figures_of(path, path.name))) == count


def test_the_figures_that_definitions_name_are_in_the_rulebook() -> None:
    known = set(catalogue.definitions())
    assert definitions.figures_named() - known == set()
    assert definitions.figures_named(), "« [[…]] » is used at least once"
