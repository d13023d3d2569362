"""A directory of two small countries that is in order, for tests that break one thing in it and look what is said."""

from __future__ import annotations

from pathlib import Path

from pathways import stores
from pathways.format.reader import read
from pathways.records import Record

FILES = {
    "AL/sources.yaml": """\
sources:
  law-2014: {title: Law of 2014, publisher: State, year: 2025, kind: law}
""",
    "AL/stakeholders.yaml": """\
stakeholders:
- id: al-shelter
  name: A shelter
  kind: ngo
  territory: [AL]
  mandates:
  - {function: reception-on-arrival, as_of: 2025, sources: [law-2014]}
""",
    "AL/mechanism.yaml": """\
country:
  code: AL
  name: Albania
  name_local: Shqipëria
  languages: [sq]
  emergency:
  - {number: '129', what: police, as_of: 2025, sources: [law-2014]}
requirements: []
mechanism:
  formal_nrm: {exists: true, instrument: Law of 2014, sources: [law-2014]}
  national_coordinator: al-shelter
  competent_authority: [al-shelter]
  who_may_detect: [anybody]
  reflection_period: {min_days: 30, max_days: null, extendable: unknown, sources: [law-2014]}
  children: {pathway: the same, guardian: a guardian, placement: a home, sources: [law-2014]}
  asylum_link: {sources: [law-2014]}
  return_and_reintegration: {authority: [al-shelter], programme: null, steps: null, partners: [], sources: [law-2014]}
  compensation: {scheme: none, authority: [], sources: [law-2014]}
stages:
- id: found
  title: Found
  canonical: detection
  track: main
  functions: [reception-on-arrival]
  lead: [al-shelter]
  when: always
  consent_required: 'no'
  next: []
  sources: [law-2014]
permits: []
gaps: []
questions: []
""",
    "GB/sources.yaml": """\
sources:
  nrm-2024: {title: The guidance, publisher: Home Office, year: 2024, kind: national-guidance}
  page-2025: {title: A page, publisher: A charity, year: 2025, kind: ngo-page}
""",
    "GB/stakeholders.yaml": """\
stakeholders:
- id: gb-authority
  name: The authority
  kind: competent-authority
  territory: [GB]
  mandates:
  - function: formal-identification
    role: decide
    requires: [referral]
    deadlines:
    - {duration: P30D, calendar: calendar, bound: at-least, what: decision}
    as_of: 2025
    sources: [nrm-2024]
- id: gb-house
  name: The house
  kind: ngo
  territory: [GB-ENG]
  contacts:
  - {type: phone, value: '0300 000'}
  mandates:
  - function: safe-accommodation
    serves:
      fact: gender
      in: [female]
    as_of: 2025
    sources: [page-2025]
  refers_to:
  - {to: gb-authority, basis: practice, functions: [formal-identification], as_of: 2025, sources: [page-2025]}
""",
    "GB/mechanism.yaml": """\
country:
  code: GB
  name: United Kingdom
  name_local: United Kingdom
  languages: [en]
  emergency:
  - {number: '999', what: police, as_of: 2025, sources: [nrm-2024]}
requirements:
- word: referral
  meets:
    fact: consent.referral
    in: [true]
mechanism:
  formal_nrm: {exists: true, instrument: Guidance, sources: [nrm-2024]}
  national_coordinator: gb-authority
  competent_authority: [gb-authority]
  who_may_detect: [anybody]
  reflection_period: {min_days: 30, max_days: null, extendable: unknown, sources: [nrm-2024]}
  children: {pathway: the same, guardian: a guardian, placement: a home, sources: [nrm-2024]}
  asylum_link: {sources: [nrm-2024]}
  return_and_reintegration: {authority: [gb-authority], programme: null, steps: null, partners: [], sources: [nrm-2024]}
  compensation: {scheme: none, authority: [], sources: [nrm-2024]}
stages:
- id: found
  title: Found
  canonical: detection
  track: main
  functions: [safe-accommodation]
  lead: [gb-house]
  when: always
  consent_required: 'no'
  next:
  - {to: decision, outcome: granted}
  sources: [nrm-2024]
- id: decision
  title: Decision
  canonical: formal-identification
  track: main
  functions: [formal-identification]
  lead: [gb-authority]
  when: after consent
  consent_required: 'yes'
  next: []
  sources: [nrm-2024]
permits: []
gaps:
- {id: gap-01, gap: no beds, as_of: 2025, sources: [page-2025]}
questions: []
""",
    "XB/sources.yaml": """\
sources:
  both-2025: {title: A report on both, publisher: A network, year: 2025, kind: report}
""",
    "XB/channels.yaml": """\
channels:
- id: gb-al-houses
  kind: ngo
  scope: pair
  from: {country: GB, body: gb-house}
  to: {country: AL, body: al-shelter}
  stages: [reception]
  direction: one-way
  basis: practice
  active_from: '2020'
  active_until: null
  state: active
  disclosure: D3
  as_of: 2025
  sources: [both-2025, GB:page-2025]
networks: []
agreements: []
""",
    "XB/corridors.yaml": """\
corridors:
- {from: GB, to: AL, state: documented, as_of: 2025, channels: [gb-al-houses], networks: [], missing_stages: [], no_body: [], risks: [], note: one house}
""",
}


def write_small(root: Path) -> Path:
    """The small directory as a folder."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def small_records(root: Path) -> list[Record]:
    """The small directory's records; the folder is made in `root`."""
    return read(write_small(root))


def with_fields(records: list[Record], kind: str, identity: str, /, **fields: object) -> list[Record]:
    """The records with some fields of one of them set to other values (None: taken out)."""
    kept = lambda old: {key: value for key, value in {**old, **fields}.items() if value is not None}  # noqa: E731
    return [Record(r.kind, r.id, r.part, kept(r.fields)) if r.key == (kind, identity) else r for r in records]


_OPEN: list[stores.Store] = []


def open_store(url: str) -> stores.Store:
    """A store that `close_stores` closes at the end of the test."""
    _OPEN.append(stores.open_store(url))
    return _OPEN[-1]


def close_stores() -> None:
    """Close every store that the test opened."""
    while _OPEN:
        _OPEN.pop().close()
