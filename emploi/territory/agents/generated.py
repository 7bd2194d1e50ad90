"""The matrix of roles and permissions, as kept in docs/generated/roles.md."""

from emploi.territory.agents.roles import PERMISSION_LABELS, ROLE_PERMISSIONS, Permission, Role


def roles_document() -> str:
    """The whole document, in Markdown."""
    lines = [
        "# Rôles et droits",
        "",
        "Écrit par le code (`emploi/territory/agents/roles.py`). Un agent a les droits de tous ses rôles du jour ;",
        "chaque liste se limite ensuite à son organisme et à son territoire.",
        "",
        "| droit | " + " | ".join(role.label for role in Role) + " |",
        "|---|" + ":-:|" * len(Role),
    ]
    for permission in Permission:
        marks = ("●" if permission in ROLE_PERMISSIONS[role] else "" for role in Role)
        lines.append(f"| {PERMISSION_LABELS[permission]} (`{permission}`) | " + " | ".join(marks) + " |")
    return "\n".join(lines) + "\n"
