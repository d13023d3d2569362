"""The API: a request becomes an answer. The application factory; what writes is held to `api.access`."""

from __future__ import annotations

import logging

from flask import Flask

from api import (
    access,
    answers,
    body,
    hsds_catalogues,
    hsds_schema,
    importing,
    importing_schema,
    languages,
    limits,
    metrics,
    pages,
    pathway_schema,
    problems,
    request_log,
    screening_schema,
    security,
    snapshots,
)
from api.blueprint import PREFIX, Api
from api.fields import documented
from api.profile import known_body
from api.resources import (
    analysis,
    health,
    hsds,
    imports,
    maps,
    matches,
    mechanisms,
    pathways,
    proposals,
    revisions,
    screening,
    stakeholders,
    vocabularies,
)
from api.resources import metrics as figures
from api.settings import Settings
from api.throttle import Throttle
from pathways.corrections import Corrections
from pathways.stores import Store, open_store
from pathways.stores.bundled import ensure_bundled

__all__ = ["Settings", "create_app"]


def create_app(settings: Settings, store: Store | None = None) -> Flask:
    """The application on a store; an empty store is filled with the directory of the twelve countries.

    `store` is given where the caller opened it already (tests, the command line); else that of the settings is opened.
    """
    if store is None:
        store = open_store(settings.store)
    if store.head() == 0:
        ensure_bundled(store)
    app = Flask("api", static_folder="static", template_folder="templates")
    app.request_class = body.Request
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_body,
        COUNTS=settings.counts,
        PROPAGATE_EXCEPTIONS=False,
        TRAP_HTTP_EXCEPTIONS=False,
        API_TITLE="Referral Pathways",
        API_VERSION=answers.version(),
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": _DESCRIPTION, "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}},
            "servers": [{"url": "/"}],
        },
    )
    app.logger.setLevel(logging.CRITICAL)  # the framework's own log would quote exceptions; see problems.report
    app.extensions["corrections"] = Corrections(settings.home)
    app.extensions["corrections throttle"] = Throttle(each=10, all_together=200)
    app.extensions["snapshots"] = snapshots.Snapshots(store, settings.poll)
    app.extensions["hsds"] = hsds_catalogues.Catalogues(store)
    importing.register(app, settings, app.extensions["snapshots"])
    _register(app, settings)
    return app


_DESCRIPTION = (
    "Referral paths for victims of trafficking in human beings, across twelve countries: sourced, dated and explained. "
    "Advice with reasons and alternatives, never a verdict on a person. A profile is sent by POST only; it is never kept and never logged."
)


def _register(app: Flask, settings: Settings) -> None:
    security.register(app)
    metrics.register(app)
    limits.register(app, settings)
    request_log.register(app, settings.log_requests == "on")
    languages.register(app)
    access.register(app, settings)

    @app.before_request
    def read_against_this_directory() -> None:
        known_body.set(snapshots.is_known_body)
        pathways.allow_larger_batch(settings.max_batch_body)

    @app.teardown_request
    def forget_the_directory(_: BaseException | None) -> None:
        known_body.set(None)

    api = Api(app, spec_kwargs={"extra_plugins": [access.DescribesRules()]})
    api.ma_plugin.converter.add_attribute_function(documented)
    for name, schema in {**pathway_schema.components(), **screening_schema.components(), **hsds_schema.components()}.items():
        api.spec.components.schema(name, schema)
    importing_schema.describe(api.spec)
    for resource in (
        pathways,
        screening,
        stakeholders,
        mechanisms,
        maps,
        vocabularies,
        revisions,
        imports,
        matches,
        proposals,
        hsds,
        analysis,
        health,
        figures,
    ):
        api.register_blueprint(resource.blp)
    answers.register(app)
    pages.register(app, settings, api.spec.to_dict())
    problems.register(app, pages.shown)
    access.check_rules(app)
