"""Reads a folder of strict YAML into records; whatever is wrong is told with file, line and what would be accepted, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pathways.format import schema
from pathways.format.shape import shape_problems
from pathways.records import Record

SOURCE_KEYS = ("sources", "note_sources", "competent_authority_sources", "who_may_detect_sources")
"""The fields that name sources."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in directory data: where, how grave, what, and the rule that it breaks."""

    severity: str
    """error or warning"""
    rule: str
    where: str
    """File and line, or the thing's id."""
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.severity}: {self.message} [{self.rule}]"


class DirectoryError(ValueError):
    """Directory data that cannot be used; `findings` says all that is wrong with it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = tuple(findings)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without surprises: only true and false are booleans (NO is Norway), a date stays text, a key stands once."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _first, _word in (("t", "true"), ("f", "false")):
    _Loader.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile(f"^{_word}$"), [_first])


def _mapping(loader: Any, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key.value!r} stands twice", key.start_mark)
        seen.add(key.value)
    return dict(yaml.constructor.SafeConstructor.construct_mapping(loader, node, deep))


def _construct_mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    return _mapping(loader, node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


def load_yaml(text: str) -> Any:
    """The data of a YAML text, under the strict rules of this format; yaml.YAMLError where it is not one."""
    return yaml.load(text, Loader=_Loader)


@dataclass(slots=True)
class Document:
    """One file of a directory: its name, its text and its data; knows the line of every place in it."""

    name: str
    text: str
    data: Any
    _root: yaml.Node | None = None

    def line(self, path: Sequence[Any]) -> int:
        """The line of a place, or of the nearest thing around it that exists."""
        if self._root is None:
            self._root = yaml.compose(self.text, Loader=_Loader)
        node, line = self._root, 1
        for step in path:
            if isinstance(node, yaml.MappingNode):
                found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
                if found is None:
                    break
                line, node = found[0].start_mark.line + 1, found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                break
        return line

    def finding(self, path: Sequence[Any], rule: str, message: str, severity: str = "error") -> Finding:
        """A finding at a place of this file."""
        return Finding(severity, rule, f"{self.name}:{self.line(path)}", message)


def read_yaml(path: Path, name: str) -> Document:
    """A file of YAML, called by a name; DirectoryError where it is not UTF-8 or not YAML under the rules of this format."""
    try:
        text = path.read_text(encoding="utf-8")
        data = load_yaml(text)
    except UnicodeDecodeError as error:
        raise DirectoryError([Finding("error", "encoding", name, f"not UTF-8: {error.reason} at byte {error.start}")]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        raise DirectoryError([Finding("error", "yaml", where, str(getattr(error, "problem", error)))]) from error
    return Document(name, text, data)


def read_document(path: Path, root: Path) -> Document:
    """One file, checked against the schema of its kind; DirectoryError with all that is wrong in it."""
    name = path.relative_to(root).as_posix()
    kind = path.stem
    if kind not in schema.FILES:
        raise DirectoryError(
            [Finding("error", "file", name, f"not a file of a directory; files are {', '.join(f'{f}.yaml' for f in schema.FILES)}")]
        )
    document = read_yaml(path, name)
    findings = [document.finding(place, "schema", message) for place, message in shape_problems(kind, document.data)]
    if findings:
        raise DirectoryError(findings)
    return document


def folders(root: Path) -> list[Path]:
    """The folders of a directory that hold a part: a country each, and that of the channels between countries."""
    return sorted(path for path in root.iterdir() if path.is_dir() and len(path.name) == 2 and path.name.isupper())


def read_documents(root: Path) -> dict[str, dict[str, Document]]:
    """All files of a directory by part and kind; DirectoryError with everything that is wrong in all of them."""
    found: dict[str, dict[str, Document]] = {}
    findings: list[Finding] = []
    for folder in folders(root):
        for path in sorted(folder.glob("*.yaml")):
            try:
                found.setdefault(folder.name, {})[path.stem] = read_document(path, root)
            except DirectoryError as error:
                findings.extend(error.findings)
    if not found and not findings:
        findings.append(Finding("error", "file", str(root), "holds no folder of a country (AT, CY, …) or of the channels (XB)"))
    if findings:
        raise DirectoryError(findings)
    return found


def source_id(part: str, reference: str) -> str:
    """The id of a source across the directory, from how a file of a part names it (`nrm-2024`, or `GB:nrm-2024` from elsewhere)."""
    prefix, _, local = str(reference).rpartition(":")
    return f"{(prefix or part).lower()}-{local}"


def qualify(part: str, value: Any) -> Any:
    """A field with its source references made ids across the directory."""
    if isinstance(value, Mapping):
        return {
            key: [source_id(part, ref) for ref in item] if key in SOURCE_KEYS and isinstance(item, list) else qualify(part, item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [qualify(part, item) for item in value]
    return value


def records_of(part: str, kind: str, data: Mapping[str, Any]) -> Iterator[tuple[Record, tuple[Any, ...]]]:
    """The records of one file, each with its place in it."""
    maker = {
        "sources": _sources,
        "stakeholders": _stakeholders,
        "mechanism": _mechanism,
        "channels": _lists,
        "corridors": _corridors,
        "requirements": _requirements,
    }[kind]
    for record_kind, identity, fields, path in maker(part, data):
        yield Record(record_kind, identity, part, qualify(part, fields)), path


_Made = Iterator[tuple[str, str, dict[str, Any], tuple[Any, ...]]]


def _sources(part: str, data: Mapping[str, Any]) -> _Made:
    for local, fields in data["sources"].items():
        yield "source", source_id(part, local), dict(fields), ("sources", local)


def mandate_id(holder: str, fields: Mapping[str, Any]) -> str:
    """The id of a mandate: its holder with its own id, or with its function and its role where that is not to deliver."""
    role = fields.get("role", "deliver")
    local = fields.get("id") or (fields["function"] if role == "deliver" else f"{fields['function']}-{role}")
    return f"{holder}.{local}"


def link_id(origin: str, fields: Mapping[str, Any]) -> str:
    """The id of a link: from whom to whom, with its own id where there are several."""
    return f"{origin}--{fields['to']}" + (f".{fields['id']}" if "id" in fields else "")


def _stakeholders(part: str, data: Mapping[str, Any]) -> _Made:
    for index, body in enumerate(data["stakeholders"]):
        fields = {key: value for key, value in body.items() if key not in ("mandates", "refers_to")}
        yield "stakeholder", body["id"], fields, ("stakeholders", index)
        for number, held in enumerate(body["mandates"]):
            yield "mandate", mandate_id(body["id"], held), {"holder": body["id"], **held}, ("stakeholders", index, "mandates", number)
        for number, link in enumerate(body.get("refers_to", ())):
            yield "link", link_id(body["id"], link), {"origin": body["id"], **link}, ("stakeholders", index, "refers_to", number)


def _mechanism(part: str, data: Mapping[str, Any]) -> _Made:
    head = {key: data[key] for key in ("country", "mechanism", "requirements_note", "proposed_functions") if key in data}
    yield "country", part, head, ("country",)
    yield from _requirements(part, data)
    prefix = part.lower()
    for kind, name in (("stage", "stages"), ("permit", "permits"), ("gap", "gaps"), ("question", "questions")):
        for index, item in enumerate(data[name]):
            yield kind, f"{prefix}.{item['id']}", dict(item), (name, index)


def _requirements(part: str, data: Mapping[str, Any]) -> _Made:
    for index, requirement in enumerate(data["requirements"]):
        yield "requirement", f"{part.lower()}.{requirement['word']}", dict(requirement), ("requirements", index)


def _lists(part: str, data: Mapping[str, Any]) -> _Made:
    for kind, name in (("channel", "channels"), ("network", "networks"), ("agreement", "agreements")):
        for index, item in enumerate(data[name]):
            yield kind, item["id"], dict(item), (name, index)


def _corridors(part: str, data: Mapping[str, Any]) -> _Made:
    for index, item in enumerate(data["corridors"]):
        yield "corridor", f"{item['from']}-{item['to']}".lower(), dict(item), ("corridors", index)


def read(root: Path) -> list[Record]:
    """All records of a directory folder, checked for shape, conditions and references; DirectoryError with everything that is wrong."""
    from pathways.format.references import problems

    documents = read_documents(root)
    placed = [
        (record, document, path)
        for part, files in documents.items()
        for kind, document in files.items()
        for record, path in records_of(part, kind, document.data)
    ]
    findings = list(problems(placed))
    if findings:
        raise DirectoryError(findings)
    return [record for record, _, _ in placed]
