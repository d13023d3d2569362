"""What a WSGI server imports: the application with the settings of the environment."""

from __future__ import annotations

from flask import Flask

from api import Settings, create_app, logs


def application() -> Flask:
    """The application, made once in each process."""
    settings = Settings.from_environment()
    logs.configure(settings.log)
    return create_app(settings)
