"""The product knows no Département: their codes, names and words live in emploi/departments/ only."""

import re

import yaml

from tests.architecture.house import PRODUCT, ROOT

# The launcher's default and the words of the law about the national bodies are not a Département.
ALLOWED = {"emploi/config/settings/base.py"}
# Reference data of the whole country.
NATIONAL_DATA = ("emploi/territory/geography/data/", "emploi/exchanges/caf/codes", "emploi/oversight/steering/data/")


def department_words() -> list[str]:
    """The names of the shipped Départements, as a developer would write them."""
    words = []
    for identity in sorted((PRODUCT / "departments").glob("*/identity.yaml")):
        words.append(identity.parent.name)
        words.append(yaml.safe_load(identity.read_text(encoding="utf-8"))["short_name"])
    return sorted({w for w in words if w.lower() != "demo"} | {"Valence", "Montélimar", "Marseille", "Grenoble"})


def product_sources() -> list[str]:
    sources = []
    for pattern in ("*.py", "*.html", "*.txt", "*.typ", "*.yaml", "*.js", "*.css"):
        for path in PRODUCT.rglob(pattern):
            name = str(path.relative_to(ROOT))
            if "/departments/" not in name and name not in ALLOWED and not name.startswith(NATIONAL_DATA):
                sources.append(name)
    return sorted(sources)


def test_no_department_is_named_outside_its_folder() -> None:
    words = re.compile(r"\b(" + "|".join(map(re.escape, department_words())) + r")\b", re.IGNORECASE)
    found = []
    for name in product_sources():
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
            if words.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert found == []
