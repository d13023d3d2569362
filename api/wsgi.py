"""What a WSGI server imports: the application with the settings of the environment."""

from __future__ import annotations

from flask import Flask

from api import Settings, create_app, dumps, logs, request_log


def application() -> Flask:
    """The application, made once in each process."""
    dumps.leave_none()
    settings = Settings.from_environment()
    logs.configure(settings.log)
    if settings.log_requests == "on":
        request_log.configure(settings.log)
    return create_app(settings)
