"""The `emploi` command: Django's commands, on a database that starts and prepares itself when it is embedded."""

import io
import json
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

# Commands that need no database at all.
WITHOUT_DATABASE = {"generate_caf", "help", "--help", "version", "--version", "collectstatic", "check"}
# Our commands that take care of the database themselves.
PREPARES_ITSELF = {"backup", "restore", "generate_docs"}


def main() -> None:
    """Runs one command; starts the embedded PostgreSQL first when the command needs it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emploi.config.settings.dev")
    name = sys.argv[1] if len(sys.argv) > 1 else "help"
    if name == "bench":
        os.environ["EMPLOI_DATA_DIR"] = os.environ.get("EMPLOI_BENCH_DIR", str(Path.cwd() / ".local-bench"))
    from django.core.management import CommandError, execute_from_command_line

    try:
        if name not in WITHOUT_DATABASE and "--help" not in sys.argv:
            start_embedded_database()
            if _is_ours(name) and name not in PREPARES_ITSELF:
                ensure_database()
        execute_from_command_line(["emploi", *sys.argv[1:]])
        if name == "migrate":
            bring_references_up_to_date()
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrompu.\n")
        raise SystemExit(130) from None
    except (RuntimeError, CommandError) as error:
        _say_not_done(str(error))


def start_embedded_database() -> None:
    """Starts the embedded server unless DATABASE_URL names another one."""
    if not os.environ.get("DATABASE_URL"):
        from emploi.config import postgres

        postgres.ensure_running()


def ensure_database() -> None:
    """Creates and migrates an empty database, so that a data command works on a fresh data folder."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        # What a data command prints is its own answer, sometimes one JSON object.
        with redirect_stdout(io.StringIO()):
            bring_references_up_to_date()


def bring_references_up_to_date() -> None:
    """Gives a database loaded by an older version the rules and pathways shipped since; local values stay.

    What was never loaded is left to its first loading; a database only partly migrated is left alone.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    from emploi.pathway.orientation.models import Modality
    from emploi.territory.rulebook.models import ParameterValue

    if ParameterValue.objects.exists():
        call_command("load_rulebook")
    if Modality.objects.exists():
        call_command("load_orientation")


def _is_ours(name: str) -> bool:
    import django

    django.setup()
    from django.core.management import get_commands

    return str(get_commands().get(name, "")).startswith("emploi.")


def _say_not_done(message: str) -> None:
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps({"status": "failed", "error": message}, ensure_ascii=False) + "\n")
    sys.stderr.write(message.rstrip() + "\n")
    raise SystemExit(2)
