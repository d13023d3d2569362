"""The columns of the flat template, and what each accepts: the one list that its reader, its workbook and the export share."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from importers import places, words
from importers.making import clean, iso_date, phone, split
from importers.words import plain
from pathways.records import canonical_json

Kind = Literal["text", "word", "words", "list", "places", "country", "date", "year", "truth", "number", "object", "array", "phones"]
Of = Literal["row", "body", "contact", "mandate", "serves", "link", "source", "requirement"]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column: its key, its heading in English and French, whose field it is, what it accepts, what to write there."""

    key: str
    en: str
    fr: str
    of: Of
    field: str
    kind: Kind
    help_en: str = ""
    help_fr: str = ""
    words: str = ""
    """The controlled list of its words."""
    required: bool = False
    tag: str = ""
    """Its HXL hashtag."""


class Wrong(ValueError):
    """A cell that its column does not accept: the word of the finding, what is wrong, what would be accepted."""

    def __init__(self, rule: str, text: str, todo: str) -> None:
        super().__init__(text)
        self.rule, self.text, self.todo = rule, text, todo


_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
"""Signs that a cell cannot hold; JSON writes most of them out."""
_SEVERAL = ("several: a semicolon between them", "plusieurs : un point-virgule entre eux")
_YESNO = ("yes, no; empty: not known", "oui, non ; vide : non connu")
_DATES = ("a day as 2026-11-24", "une date comme 2026-11-24")
_MORE = ("what no other column holds, as JSON; leave it empty", "ce qu'aucune autre colonne ne contient, en JSON ; laisser vide")

SERVICES: tuple[Column, ...] = (
    Column("country", "Country", "Pays", "row", "part", "country", "code or name", "code ou nom", "", True, "#country+code"),
    Column("body_id", "Body id", "Identifiant de l'organisme", "row", "id", "text", "the same every time; empty: from the name",
           "toujours le même ; vide : d'après le nom", tag="#org+id"),
    Column("name", "Name", "Nom", "body", "name", "text", required=True, tag="#org+name"),
    Column("name_local", "Name in its own language", "Nom dans sa langue", "body", "name_local", "text", tag="#org+name+local"),
    Column("kind", "Kind of body", "Type d'organisme", "body", "kind", "word", words="kinds", required=True, tag="#org+type"),
    Column("body_territory", "Where the body works", "Territoire de l'organisme", "body", "territory", "places",
           "countries or regions; empty: the whole country", "pays ou régions ; vide : tout le pays", tag="#loc+org"),
    Column("city", "City", "Ville", "body", "city", "text", "empty where the place is confidential", "vide si le lieu est confidentiel",
           tag="#loc+city"),
    Column("phone", "Phone", "Téléphone", "contact", "phone", "phones", *_SEVERAL, tag="#contact+phone"),
    Column("email", "E-mail", "Courriel", "contact", "email", "list", *_SEVERAL, tag="#contact+email"),
    Column("website", "Website", "Site web", "contact", "website", "list", *_SEVERAL, tag="#contact+url"),
    Column("hours", "Opening hours", "Horaires", "contact", "hours", "list", *_SEVERAL, tag="#contact+hours"),
    Column("languages", "Languages", "Langues", "body", "languages", "list", *_SEVERAL, tag="#meta+languages"),
    Column("specialised", "For victims of trafficking in particular", "Spécialisé dans la traite", "body", "specialised", "truth", *_YESNO,
           tag="#org+specialised"),
    Column("confidential", "Place is confidential", "Lieu confidentiel", "body", "confidential_location", "truth", *_YESNO,
           tag="#meta+confidential"),
    Column("visibility", "Who may see it", "Qui peut le voir", "body", "visibility", "word", words="visibility", tag="#meta+visibility"),
    Column("body_from", "Body exists since", "Organisme existe depuis", "body", "valid_from", "date", *_DATES, tag="#date+start+org"),
    Column("body_to", "Body existed until", "Organisme a existé jusqu'au", "body", "valid_to", "date", *_DATES, tag="#date+end+org"),
    Column("body_note", "Note on the body", "Note sur l'organisme", "body", "note", "text", "nothing of a person who was helped",
           "rien d'une personne aidée", tag="#description+org"),
    Column("function", "Function", "Fonction", "mandate", "function", "word", "one row for each", "une ligne pour chacune", "functions",
           tag="#activity+function"),
    Column("role", "Role", "Rôle", "mandate", "role", "word", "empty: it delivers", "vide : il fournit", "mandate_roles",
           tag="#activity+role"),
    Column("territory", "Where it does so", "Où il le fait", "mandate", "territory", "places", "empty: where the body works",
           "vide : le territoire de l'organisme", tag="#loc+activity"),
    Column("access", "How to get there", "Accès", "mandate", "access", "word", words="access", tag="#access+type"),
    Column("speed", "How fast", "Rapidité", "mandate", "speed", "word", words="speed", tag="#access+speed"),
    Column("gender", "For which gender", "Pour quel genre", "serves", "gender", "words", "empty: no limit is stated",
           "vide : aucune limite indiquée", "gender", tag="#beneficiary+gender"),
    Column("age", "For adults or children", "Pour adultes ou enfants", "serves", "age", "words", "adult, child; empty: no limit is stated",
           "adult, child ; vide : aucune limite indiquée", "age_group", tag="#beneficiary+age"),
    Column("exploitation", "For which exploitation", "Pour quelle exploitation", "serves", "exploitation", "words",
           "empty: no limit is stated", "vide : aucune limite indiquée", "exploitation", tag="#beneficiary+exploitation"),
    Column("serves", "For whom (condition)", "Pour qui (condition)", "mandate", "serves", "object", "a condition, as JSON",
           "une condition, en JSON", tag="#beneficiary+condition"),
    Column("requires", "What it requires", "Ce qu'il exige", "mandate", "requires", "list", "words of the country's requirements",
           "mots des exigences du pays", tag="#access+requirement"),
    Column("requires_note", "Requirements in words", "Exigences en mots", "mandate", "requires_note", "text", tag="#access+description"),
    Column("capacity", "Places", "Nombre de places", "mandate", "capacity", "number", tag="#capacity+num"),
    Column("law_enforcement", "Acts in the criminal case", "Agit dans la procédure pénale", "mandate", "law_enforcement", "truth", *_YESNO,
           tag="#activity+enforcement"),
    Column("partial", "Only in a part of the territory", "Seulement sur une partie du territoire", "mandate", "partial", "truth", *_YESNO,
           tag="#activity+partial"),
    Column("legal_basis", "Legal basis", "Base juridique", "mandate", "legal_basis", "text", tag="#activity+basis"),
    Column("as_of", "As of", "État au", "mandate", "as_of", "year", "a year or a day", "une année ou une date", tag="#date+reported"),
    Column("valid_from", "From", "Du", "mandate", "valid_from", "date", *_DATES, tag="#date+start"),
    Column("valid_to", "Until", "Au", "mandate", "valid_to", "date", *_DATES, tag="#date+end"),
    Column("evidence", "How it is known", "Comment on le sait", "mandate", "evidence", "word", words="evidence", tag="#meta+evidence"),
    Column("sources", "Sources", "Sources de la ligne", "mandate", "sources", "list", "ids of the sheet of sources; empty: this list",
           "identifiants de la feuille des sources ; vide : cette liste", tag="#meta+source"),
    Column("note", "Note", "Note sur la ligne", "mandate", "note", "text", "nothing of a person who was helped",
           "rien d'une personne aidée", tag="#description"),
    Column("mandate_id", "Own id of the row", "Identifiant propre de la ligne", "mandate", "id", "text",
           "needed where the same function stands twice", "nécessaire si la même fonction figure deux fois", tag="#activity+id"),
    Column("refers_to", "Refers to", "Oriente vers", "link", "to", "list", "names or ids of bodies", "noms ou identifiants d'organismes",
           tag="#org+referral"),
    Column("refers_basis", "Basis of the referral", "Base de l'orientation", "link", "basis", "word", words="referral_basis",
           tag="#org+referral+basis"),
    Column("contacts", "Contact points in full", "Contacts en détail", "row", "contacts", "array", *_MORE, tag="#contact+json"),
    Column("links", "Referrals in full", "Orientations en détail", "row", "links", "array", *_MORE, tag="#org+referral+json"),
    Column("body_more", "More of the body", "Autres champs de l'organisme", "row", "body_more", "object", *_MORE, tag="#org+json"),
    Column("mandate_more", "More of the row", "Autres champs de la ligne", "row", "mandate_more", "object", *_MORE, tag="#activity+json"),
)  # fmt: skip
"""One row a mandate; a body without one has one row without a function."""

SOURCES: tuple[Column, ...] = (
    Column("source_id", "Source id", "Identifiant de la source", "source", "id", "text", required=True, tag="#meta+source+id"),
    Column("source_country", "Country of the source", "Pays de la source", "source", "part", "text", tag="#country+source"),
    Column("title", "Title", "Titre", "source", "title", "text", required=True, tag="#meta+source+title"),
    Column("publisher", "Publisher", "Éditeur", "source", "publisher", "text", required=True, tag="#meta+source+publisher"),
    Column("year", "Year", "Année", "source", "year", "number", tag="#date+source+year"),
    Column("source_kind", "Kind of source", "Type de source", "source", "kind", "text", required=True, tag="#meta+source+type"),
    Column("url", "Address on the web", "Adresse web", "source", "url", "text", tag="#meta+source+url"),
    Column("source_more", "More of the source", "Autres champs de la source", "source", "more", "object", *_MORE, tag="#meta+source+json"),
)  # fmt: skip


REQUIREMENTS: tuple[Column, ...] = (
    Column("requirement_country", "Country of the requirement", "Pays de l'exigence", "requirement", "part", "country", required=True,
           tag="#country+requirement"),
    Column("requirement_word", "Word of the requirement", "Mot de l'exigence", "requirement", "word", "text", required=True,
           tag="#access+requirement+word"),
    Column("requirement_else", "What else would meet it", "Ce qui y répondrait aussi", "requirement", "or_else", "text",
           tag="#access+requirement+alternative"),
    Column("requirement_note", "What the word means", "Ce que le mot signifie", "requirement", "note", "text",
           tag="#access+requirement+description"),
    Column("requirement_more", "More of the requirement", "Autres champs de l'exigence", "requirement", "more", "object", *_MORE,
           tag="#access+requirement+json"),
)  # fmt: skip
"""What the words of “What it requires” mean; a sheet that only an export has."""

SheetName = Literal["services", "sources", "requirements"]
SHEETS: Mapping[SheetName, tuple[Column, ...]] = {"services": SERVICES, "sources": SOURCES, "requirements": REQUIREMENTS}


@cache
def by_heading(sheet: SheetName) -> Mapping[str, Column]:
    """The columns of a sheet by their headings, in both languages, and their keys, in the form of `plain`."""
    return {plain(heading): column for column in SHEETS[sheet] for heading in (column.fr, column.key, column.en)}


def parse(column: Column, cell: str, country: str | None = None) -> Any:
    """The value of a cell; None where it says nothing (or, of a yes or no, that it is not known). Wrong where it is not accepted."""
    if column.kind == "text":
        return clean(cell) or None
    if not cell.strip():
        return None
    if column.kind == "phones":
        return [phone(part) for part in split(cell)]
    if column.kind == "list":
        return split(cell)
    if column.kind == "places":
        return [_place(part, country) for part in split(cell)]
    if column.kind == "words":
        return _limits(column, [_word(column, part) for part in split(cell)])
    return _json(column, cell) if column.kind in ("object", "array") else _single(column, clean(cell))


def _limits(column: Column, found: list[str]) -> list[str] | None:
    """The words of a limit; None for “unknown” alone, which limits nothing."""
    if found == ["unknown"]:
        return None
    if column.key == "age" and not set(found) <= {"adult", "child"}:
        raise Wrong("wrong-value", f"“{'; '.join(found)}” is no limit of age", "adult, child, or leave it empty")
    return found


def _single(column: Column, cell: str) -> Any:
    if column.kind == "word":
        return _word(column, cell)
    if column.kind == "country":
        code = places.country(cell)
        if code is None:
            raise Wrong("unknown-word", f"“{cell}” is not a country", "a code of ISO 3166-1 (JO), or the name of a country")
        return code
    if column.kind == "truth":
        understood, value = words.truth(cell)
        if not understood:
            raise Wrong("wrong-value", f"“{cell}” is neither yes nor no", "yes, no, or leave it empty where it is not known")
        return value
    if column.kind == "number":
        if not cell.lstrip("-").isdigit() or not cell.isascii():
            raise Wrong("wrong-value", f"“{cell}” is not a whole number", "digits only")
        return int(cell)
    if column.kind in ("date", "year"):
        found = iso_date(cell)
        if found is None:
            raise Wrong("wrong-value", f"“{cell}” is not a date", "the year first: 2026-11-24, 2026-11 or 2026")
        return int(found) if column.kind == "year" and len(found) == 4 else found
    raise KeyError(column.kind)


def _word(column: Column, cell: str) -> str:
    found = words.word(column.words, cell)
    if found is None:
        raise Wrong("unknown-word", f"“{cell}” is not a word of {column.words}", words.accepted(column.words))
    return found


def _place(cell: str, country: str | None) -> str:
    found = places.territory(cell, country)
    if found is None:
        raise Wrong("unknown-word", f"“{cell}” is not a country or region", "a code or name of ISO 3166 (JO, JO-MA); one of its regions")
    return found


def _json(column: Column, cell: str) -> Any:
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise Wrong("wrong-value", f"is not JSON: {error}", "leave it empty, or as it was exported") from error
    wanted = dict if column.kind == "object" else list
    if not isinstance(value, wanted):
        raise Wrong("wrong-value", f"is not a JSON {column.kind}", "leave it empty, or as it was exported")
    return value


def render(column: Column, value: Any, country: str | None = None) -> str | None:
    """A value as the cell from which `parse` makes the same; None where there is no such cell."""
    if column.kind in ("list", "phones", "words", "places"):
        cell = "; ".join(map(str, value)) if isinstance(value, list) else None
    elif column.kind == "truth":
        cell = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else None
    elif column.kind in ("object", "array"):
        cell = canonical_json(value)
        if _CONTROL.search(cell):
            cell = json.dumps(value, sort_keys=True)
    else:
        cell = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    if cell is None or _CONTROL.search(cell):
        return None
    try:
        again = parse(column, cell, country)
    except Wrong:
        return None
    return cell if again == value and type(again) is type(value) else None


def serves_of(gender: list[str] | None, age: list[str] | None, exploitation: list[str] | None) -> dict[str, Any] | None:
    """The condition that the three simple columns say; None where they state no limit."""
    atoms: list[dict[str, Any]] = []
    if gender:
        atoms.append({"fact": "gender", "in": gender})
    if age and set(age) in ({"adult"}, {"child"}):
        atoms.append({"fact": "is_child", "in": [age[0] == "child"]})
    if exploitation:
        atoms.append({"fact": "exploitation", "in": exploitation})
    if not atoms:
        return None
    return atoms[0] if len(atoms) == 1 else {"all": atoms}


def simple_serves(condition: Any) -> dict[str, list[str]] | None:
    """The cells of the three simple columns for a condition, from which `serves_of` makes the same; None where they cannot say it."""
    atoms = condition.get("all", [condition]) if isinstance(condition, dict) else []
    found: dict[str, list[str]] = {}
    for atom in atoms:
        if not isinstance(atom, dict) or atom.keys() != {"fact", "in"}:
            return None
        if atom["fact"] == "is_child" and len(atom["in"]) == 1:
            found["age"] = ["child" if atom["in"][0] else "adult"]
        elif atom["fact"] in ("gender", "exploitation"):
            found[atom["fact"]] = list(atom["in"])
        else:
            return None
    made = serves_of(found.get("gender"), found.get("age"), found.get("exploitation"))
    return found if made is not None and canonical_json(made) == canonical_json(condition) else None
