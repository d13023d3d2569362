"""The flat template as a workbook to fill: headings, lists to choose from, an example, what to write where; in English or French."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, Literal

from importers import words
from importers.out.tables import Cells, headings
from importers.template_columns import SERVICES, SOURCES, Column
from pathways import vocabulary
from pathways.vocabulary import labels

Language = Literal["en", "fr"]
_ROWS = 5_000
"""As far down as the lists to choose from go."""
_TITLES = {
    "en": ("Services", "Sources", "Example", "How to fill", "Words"),
    "fr": ("Services", "Sources", "Exemple", "Mode d'emploi", "Mots"),
}
_YESNO = {"en": ("yes", "no"), "fr": ("oui", "non")}
_GUIDE = {
    "en": ("Column", "Needed", "What to write", "yes"),
    "fr": ("Colonne", "Obligatoire", "Ce qu'il faut écrire", "oui"),
}

EXAMPLE: tuple[dict[str, str], ...] = (
    {
        "country": "MT",
        "name": "Helping Hand",
        "name_local": "L-Id li Tgħin",
        "kind": "ngo",
        "phone": "+356 0000 0000",
        "email": "help@example.org",
        "website": "https://example.org",
        "languages": "en; mt",
        "specialised": "yes",
        "function": "hotline",
        "access": "self",
        "as_of": "2026",
    },
    {
        "country": "MT",
        "name": "Helping Hand",
        "function": "safe-accommodation",
        "access": "referral",
        "gender": "female",
        "age": "adult",
        "capacity": "8",
        "as_of": "2026",
        "valid_from": "2024-01-01",
        "note": "two rows: one body, two functions",
    },
)
"""Two rows of an invented body, by the keys of columns and in the words of the vocabulary."""


def titles(language: Language) -> tuple[str, ...]:
    """The titles of the sheets: the services, the sources, the example, how to fill it, the words to choose from."""
    return _TITLES[language]


def choices(column: Column, language: Language) -> tuple[str, ...]:
    """What a column offers to choose from: labels where the reader understands them, else the words; nothing where it is open."""
    if column.kind == "truth":
        return _YESNO[language]
    if not column.words:
        return ()
    return tuple(_label(column, word, language) for word in vocabulary.words(column.words) if not (column.key == "age" and word in _NO_AGE))


_NO_AGE = ("disputed", "unknown")


def _label(column: Column, word: str, language: Language) -> str:
    label = labels.label(column.words, word, language)
    return label if words.word(column.words, label) == word else word


def example(language: Language) -> list[Cells]:
    """The rows of the example, in the words of a language."""
    rows = []
    for said in EXAMPLE:
        row: Cells = {}
        for column in SERVICES:
            if column.key in said:
                value = said[column.key]
                if column.words:
                    value = _label(column, value, language)
                elif column.kind == "truth":
                    value = _YESNO[language][value == "no"]
                row[column] = value
        rows.append(row)
    return rows


def write(path: Path | IO[bytes], language: Language = "en") -> None:
    """Write the workbook; an existing file is replaced."""
    import openpyxl  # type: ignore[import-untyped]

    book = openpyxl.Workbook()
    services, sources, shown, guide, lists = (book.create_sheet(title) for title in _TITLES[language])
    book.remove(book.worksheets[0])
    _head(services, SERVICES, language)
    _head(sources, SOURCES, language)
    _head(shown, SERVICES, language)
    for row, cells in enumerate(example(language), 2):
        for index, column in enumerate(SERVICES, 1):
            if column in cells:
                _write(shown.cell(row, index), cells[column])
    _choose(services, lists, language)
    _explain(guide, language)
    lists.sheet_state = "hidden"
    book.save(path)


def _head(sheet: Any, columns: tuple[Column, ...], language: Language) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    for index, (column, heading) in enumerate(zip(columns, headings(columns, language), strict=True), 1):
        cell = sheet.cell(1, index, heading)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if column.required:
            cell.fill = PatternFill("solid", fgColor="FFE699")
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = 22
        sheet.column_dimensions[letter].number_format = "@"  # a phone keeps its zero, a date stays as it was typed
    sheet.freeze_panes = "A2"


def _choose(services: Any, lists: Any, language: Language) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]

    used = 0
    for index, column in enumerate(SERVICES, 1):
        offered = choices(column, language)
        if not offered:
            continue
        used += 1
        lists.cell(1, used, column.words or column.key)
        for row, choice in enumerate(offered, 2):
            lists.cell(row, used, choice)
        letter = get_column_letter(used)
        rule = DataValidation(
            "list", f"'{lists.title}'!${letter}$2:${letter}${len(offered) + 1}", allow_blank=True, showErrorMessage=column.kind != "words"
        )
        services.add_data_validation(rule)
        rule.add(f"{get_column_letter(index)}2:{get_column_letter(index)}{_ROWS}")


def _explain(guide: Any, language: Language) -> None:
    from openpyxl.styles import Font

    *titles, needed = _GUIDE[language]
    for index, title in enumerate(titles, 1):
        guide.cell(1, index, title).font = Font(bold=True)
        guide.column_dimensions["ABC"[index - 1]].width = (40, 14, 100)[index - 1]
    for row, column in enumerate((*SERVICES, *SOURCES), 2):
        text = column.fr if language == "fr" else column.en
        offered = "; ".join(choices(column, language))
        said = [part for part in ((column.help_fr if language == "fr" else column.help_en), offered) if part]
        for index, value in enumerate((text, needed if column.required else "", " — ".join(said)), 1):
            _write(guide.cell(row, index), value)


def _write(cell: Any, value: str) -> None:
    cell._value, cell.data_type, cell.number_format = value, "s", "@"
