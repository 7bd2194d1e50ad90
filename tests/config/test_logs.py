"""Technical logs tell what happened and where, never to whom."""

import json
import logging
import logging.config
import sys
from io import StringIO

import pytest
from django.db import IntegrityError, connection

from emploi.config.logs import logging_settings

NAME = "VIRELANGE"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What reaches standard error with the settings of production, and nothing else changed."""
    settings = logging_settings("INFO")
    stream = StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configured = logging.config.DictConfigurator(settings)
    formatter = configured.configure_formatter(settings["formatters"]["json"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    for name in ("essai", "django.request", "procrastinate.worker"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "handlers", [handler])
        monkeypatch.setattr(logger, "propagate", False)
        monkeypatch.setattr(logger, "level", logging.INFO)
    return stream


@pytest.mark.django_db
def test_an_error_of_the_database_says_where_without_the_row(written: StringIO) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE essai (nom text PRIMARY KEY)")
            cursor.execute("INSERT INTO essai VALUES (%s)", [NAME])
            cursor.execute("INSERT INTO essai VALUES (%s)", [NAME])
    except IntegrityError as error:
        assert NAME in str(error), "PostgreSQL quotes the row: that is what must not leave"
        logging.getLogger("django.request").exception("Internal Server Error: /personnes/12/")
    line = json.loads(written.getvalue())
    assert NAME not in written.getvalue()
    assert line["event"] == "Internal Server Error: /personnes/12/"
    assert "IntegrityError" in line["exception"]
    assert "UniqueViolation" in line["exception"], "the cause is told too"
    assert "test_logs.py" in line["exception"]


def test_a_background_job_says_its_name_and_number_only(written: StringIO) -> None:
    logging.getLogger("procrastinate.worker").info(
        f"Starting job caf.apply[12](run_id=3, agent_label='Noé {NAME} (RSA)') at once"
    )
    assert json.loads(written.getvalue())["event"] == "Starting job caf.apply[12](…) at once"


def test_what_we_write_ourselves_stays_whole(written: StringIO) -> None:
    logging.getLogger("essai").warning("dossier %s of run %s refused", 4, 50)
    line = json.loads(written.getvalue())
    assert (line["event"], line["level"]) == ("dossier 4 of run 50 refused", "warning")
    assert "exception" not in line
