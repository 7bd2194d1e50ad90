"""`/healthz`: alive, database answering, migrations applied."""

from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from emploi.foundation.access import public


@public
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the product can serve, 503 with the reason otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError:
        return JsonResponse({"status": "unavailable", "database": "away"}, status=503)
    if pending:
        return JsonResponse({"status": "unavailable", "database": "to migrate"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})
