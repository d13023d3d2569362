"""The language of a page: the first part of its address, so that it can be bookmarked and no cookie is needed."""

from __future__ import annotations

from babel import Locale
from flask import Flask, g, request
from flask_babel import Babel

from api import catalogues
from pathways.vocabulary import labels
from pathways.vocabulary.labels import LANGUAGES

CONVERTER = f"<any({', '.join(LANGUAGES)}):language>"
"""The first part of the address of every page."""


_WRITTEN_AS = {"en": "en_GB"}
"""How days and numbers are written where the bare language leaves it open: in Europe the day stands before the month."""


def preferred() -> str:
    """The language that the reader's browser asks for; English where there is none of them."""
    return request.accept_languages.best_match(LANGUAGES, catalogues.SOURCE)


def current() -> str:
    """The language of this request: that of its address; where it has none, the one that the browser asks for."""
    if "language" not in g:
        first = request.path.split("/", 2)[1] if request.path.startswith("/") else ""
        g.language = first if first in LANGUAGES else preferred()
    found: str = g.language
    return found


def direction(language: str) -> str:
    """`ltr` or `rtl`."""
    return Locale.parse(language).text_direction


def own_name(language: str) -> str:
    """What a language calls itself."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


def is_reviewed(language: str) -> bool:
    """Whether a native reader has read the pages and the controlled words of a language; English is the source."""
    return language == catalogues.SOURCE or (bool(catalogues.reviewed_by(language)) and labels.reviewed(language))


def register(app: Flask) -> None:
    """Give templates their texts in the language of the request."""
    babel = Babel(app, default_locale=catalogues.SOURCE, locale_selector=lambda: _WRITTEN_AS.get(current(), current()))
    babel.domain_instance = catalogues.Catalogues()
