"""The texts of the pages in every language: one gettext catalogue each, read as it is written, with no compiled copy beside it.

English is the source and has no catalogue. `api/extracting.py` brings them up to what the pages say.
"""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

SOURCE = "en"
COMPLETE: tuple[str, ...] = ("ar", "de", "el", "es", "fr", "it", "pl", "pt", "sq", "uk")
"""The languages whose catalogue translators have finished: a test holds these to every text of the pages."""

_FOLDER = Path(__file__).parent / "translations"
NOBODY = "nobody"


def path(language: str) -> Path:
    """The file of a language's catalogue."""
    return _FOLDER / language / "LC_MESSAGES" / "messages.po"


@cache
def reviewed_by(language: str) -> str:
    """Which native reader has read the catalogue of a language, as its header says; empty for nobody."""
    if language == SOURCE:
        return SOURCE
    named = re.search(r'^"X-Reviewed-By: (.*)\\n"$', path(language).read_text(encoding="utf-8"), re.MULTILINE)
    return "" if named is None or named.group(1).strip() in ("", NOBODY) else named.group(1).strip()


def read(language: str) -> Catalog:
    """The catalogue of a language."""
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: str) -> NullTranslations:
    """The translations of a language; a text without one stays English."""
    if language == SOURCE or not path(language).exists():
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read(language))
    compiled.seek(0)
    return Translations(compiled)


class Catalogues(Domain):
    """What Flask-Babel asks for the text of a page; a text without a translation stays English."""

    def get_translations(self) -> NullTranslations:
        """The translations of the language of this request."""
        return translations(str(get_locale() or SOURCE))
