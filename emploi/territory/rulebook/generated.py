"""The national rulebook as kept in docs/generated/regles.md: what is shipped, whatever the Département."""

from emploi.territory.rulebook import catalogue
from emploi.territory.rulebook.enums import Nature, Status
from emploi.territory.rulebook.facts import Shipped
from emploi.territory.rulebook.wording import said

HEAD = ("| règle | valeur | du | au | nature | source | état |", "|---|---|---|---|---|---|---|")


def rulebook_document() -> str:
    """The whole document, in Markdown."""
    lines = [
        "# Règles et délais livrés",
        "",
        "Écrit d'après `emploi/territory/rulebook/data/`. Un Département peut avoir ses propres valeurs, à l'écran.",
        "« À confirmer » : un juriste doit lire le texte avant la mise en service.",
    ]
    group = ""
    for value in catalogue.national_values():
        definition = catalogue.definition(value.slug)
        if definition.group_title != group:
            group = definition.group_title
            lines += ["", f"## {group}", "", *HEAD]
        lines.append(_row(definition.title, value))
    lines += ["", "## Régimes", "", "| code | du | au | ce qui change | état |", "|---|---|---|---|---|"]
    for regime in catalogue.shipped_regimes():
        last = f"{regime.valid_to:%d/%m/%Y}" if regime.valid_to else ""
        state = Status(regime.status).label
        lines.append(f"| {regime.code} | {regime.valid_from:%d/%m/%Y} | {last} | {regime.title} | {state} |")
    return "\n".join(lines) + "\n"


def _row(title: str, value: Shipped) -> str:
    last = f"{value.valid_to:%d/%m/%Y}" if value.valid_to else ""
    source = f"[{value.source.title}]({value.source.href})" if value.source.href else value.source.title
    nature = Nature(catalogue.definition(value.slug).nature).label
    return (
        f"| {title} (`{value.slug}`) | {said(value.value, value.unit)} | {value.valid_from:%d/%m/%Y} | {last} "
        f"| {nature} | {source} | {Status(value.status).label} |"
    )
