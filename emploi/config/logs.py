"""Logs as JSON lines that carry ids, never names: what a host can keep without keeping people."""

import re
import sys
import traceback
from typing import Any

import structlog

# « Starting job caf.apply[12](run_id=3, agent_label='…') »: what a job was given may name somebody.
_JOB = re.compile(r"(\w+\[\d+\])\(.*?\)(?=\s|$)", re.DOTALL)


def without_values(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Keep of an error its kind and where it happened: its message may quote a row of the database or a form."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found if isinstance(found, BaseException) else (found[1] if found else None)
    frames: list[str] = []
    while error is not None:
        frames.append(f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}")
        error = error.__cause__ or error.__context__
    if frames:
        event["exception"] = "".join(frames)
    return event


def without_arguments(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Keep of a background job its name and number."""
    if str(event.get("logger", "")).startswith("procrastinate"):
        event["event"] = _JOB.sub(r"\1(…)", str(event["event"]))
    return event


def logging_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING: one JSON line an event on standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_values,
        without_arguments,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
    }
