"""Logs carry names of things, never what people said, and no token that opens anything."""

import logging
import re
import traceback

import structlog

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SEGMENT = re.compile(r"(?<=/)[\w.~:-]{20,}(?=[/?\s\"']|$)")
QUERY = re.compile(r"(?<=\?)[^\s\"']+")


def scrub(text: str) -> str:
    """Hide what may open a door: long parts of a path that are no public code, and every query."""
    return QUERY.sub("…", SEGMENT.sub(lambda found: _unless_code(found.group()), text))


def _unless_code(segment: str) -> str:
    return segment if UUID.fullmatch(segment) else "…"


class Scrub(logging.Filter):
    """Rewrites each record before anybody formats it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), ()
        return True


class NoWords(logging.Filter):
    """Keeps only the places of what Daphne says of a crash: its text holds the exception's own words."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if message.startswith("Exception inside application"):
            places = [line.strip() for line in message.splitlines() if line.startswith('  File "')]
            record.msg, record.args = " | ".join(["Exception inside application", *places]), ()
        return True


def places_only(logger, name: str, event: dict) -> dict:
    """Turn an exception into its class and where it went. What it says may quote a row or a message."""
    error = event.pop("exc_info", None)
    error = error[1] if isinstance(error, tuple) else error
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["exception"] = type(error).__name__
        event["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    event.pop("exc_text", None)
    event.pop("stack_info", None)
    return event


def configuration(*, as_json: bool, least: str = "INFO") -> dict:
    """Return LOGGING: a line of JSON per record in production, plain words while developing."""
    return {
        "version": 1,
        "disable_existing_loggers": False,  # True silences Daphne: sockets then die with an empty log
        "filters": {"scrub": {"()": Scrub}, "no_words": {"()": NoWords}},
        "formatters": {"json": _json(), "plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
        "handlers": {
            "out": {
                "class": "logging.StreamHandler",
                "formatter": "json" if as_json else "plain",
                "filters": ["no_words", "scrub"],
            }
        },
        "root": {"handlers": ["out"], "level": least},
        "loggers": {
            # Django would add a handler of its own, and mail crashes with their local variables.
            "django": {"handlers": [], "level": least, "propagate": True},
            "django.server": {"handlers": [], "level": least, "propagate": True},
        },
    }


def _json() -> dict:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            places_only,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }
