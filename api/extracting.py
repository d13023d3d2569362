"""Brings the catalogues up to what the templates and modules say now: `python -m api.extracting` (`make catalogues`).

New texts come in empty, old ones go, and none is guessed from a similar one.
"""

from __future__ import annotations

import io
import re
import tomllib
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from api.catalogues import NOBODY, SOURCE, path, read, reviewed_by
from pathways.vocabulary.labels import LANGUAGES

_ROOT = Path(__file__).parent.parent
_ROOMS = ("api", "pathways/planner", "pathways/measures", "visualisations")
"""Where texts for people stand: the pages, the sentences (`Phrase`) of the planner and of the measures, the pictures."""

_KEYWORDS: dict[str, Any] = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "_": None,
    "lazy_gettext": None,
    "Phrase": None,
}


def extracted() -> Catalog:
    """Every text that the templates and modules give to a translator now."""
    mapping = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(pattern, entry["method"]) for entry in mapping for pattern in entry["pattern"]]
    found = Catalog(project="referral-pathways", charset="utf-8")
    options = {"**": {"encoding": "utf-8", "newstyle_gettext": "true"}}
    for room in _ROOMS:
        for file, _, text, comments, context in extract_from_dir(_ROOT / room, methods, options, _KEYWORDS, ("For translators:",)):
            found.add(text, None, [(f"{room}/{file}", 0)], auto_comments=comments, context=context)
    return found


def update(language: str, texts: Catalog) -> None:
    """Bring the catalogue of a language up to these texts; what its header says of a reader stays."""
    file, reader = path(language), NOBODY
    if file.exists():
        catalogue, reader = read(language), reviewed_by(language) or NOBODY
    else:
        catalogue = Catalog(locale=language, project="referral-pathways", charset="utf-8")
    catalogue.update(texts, no_fuzzy_matching=True)
    written = io.BytesIO()
    write_po(written, catalogue, width=0, ignore_obsolete=True, include_lineno=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_with_header(written.getvalue().decode("utf-8"), language, reader), encoding="utf-8")


def _with_header(text: str, language: str, reader: str) -> str:
    """The same with a header of our own: who has read it, and no dates that would change with every run."""
    plural = re.search(r'^"Plural-Forms: .*$', text, re.MULTILINE)
    header = [
        f"# The pages in {language}. X-Reviewed-By names the native reader who has read all of it; until then it says {NOBODY}.",
        'msgid ""',
        'msgstr ""',
        f'"Language: {language}\\n"',
        f'"X-Reviewed-By: {reader}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        *([plural.group(0)] if plural else []),
    ]
    _, _, entries = text.partition("\n\n")
    return "\n".join(header) + "\n\n" + entries


def main() -> None:
    """Bring all catalogues up to date."""
    texts = extracted()
    for language in LANGUAGES:
        if language != SOURCE:
            update(language, texts)


if __name__ == "__main__":
    main()
