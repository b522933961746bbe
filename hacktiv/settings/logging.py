"""Structured logs: one line an event, as JSON where machines read them, as text where people do.

Every line written while a request is answered bears its `request_id`, and so does what a task logs that it asked for.
No line bears a person's address, a token or the address of a page, whoever wrote it: gunicorn and Django's checks would
name the page that was asked for, and a database the row that it refused (`without_secrets`).
"""

import re

import structlog

#: How programs write what tells of a person or opens a page: mail addresses, and the tokens of our links.
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"'=/]+@[^\s@<>()\[\],;:\"'=/]+")
TOKEN = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a reference
    r"|[\w-]+[:~][\w:~-]{16,}"  # a signature, with what it signs
    r"|(?<![\w-])[0-9a-z]+-[0-9a-z]+-[0-9a-f]{24,}"  # a key to a new password
    r"|(?<!\w)[0-9a-f]{24,}(?!\w)"
)
QUERY = re.compile(r"\?[^\s\"'?]*=[^\s\"']*")
#: The address of a page or of a visitor, in what the loggers of SERVERS write.
PAGE = re.compile(r"(?<![\w.])/[^\s\"']+")
VISITOR = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|(?<![\w:])[0-9a-f]*(?::[0-9a-f]*){3,}(?![\w:])")
SERVERS = ("django", "gunicorn")
#: What we write ourselves, the same for everybody.
OWN_WORDS = {"request", "request_id", "correlation_id", "task_id", "parent_task_id", "timestamp", "level", "logger"}


def without_secrets(_logger, _method, line):
    """Take the addresses of people, the tokens and the queries out of a line, and out of an exception beside it."""
    for name, value in line.items():
        if isinstance(value, str) and name not in OWN_WORDS:
            for pattern, instead in ((ADDRESS, "[address]"), (QUERY, "?[query]"), (TOKEN, "[token]")):
                value = pattern.sub(instead, value)
            line[name] = value
    if str(line.get("logger", "")).partition(".")[0] in SERVERS:
        line["event"] = VISITOR.sub("[visitor]", PAGE.sub("/[page]", str(line["event"])))
    return line


SHARED_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    structlog.processors.UnicodeDecoder(),
]


def configure(*, as_json, level="INFO"):
    """Set structlog up and return Django's LOGGING dictionary for it."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED_PROCESSORS,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    without_secrets,
                    renderer,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would write each line again, in another form.
            "django": {"handlers": [], "level": level},
            # The middleware logs the same, with the id and without the address.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # gunicorn's own handler would write a line in its own form, with the page that was asked for.
            "gunicorn.error": {"handlers": ["console"], "propagate": False},
            # A line for every sweep, several a minute, would hide the others.
            "celery": {"level": "WARNING"},
        },
    }
