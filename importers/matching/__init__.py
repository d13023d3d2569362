"""Which bodies of a partner's file the directory already knows: names across scripts, phones, domains, identifiers, and judgements."""

from importers.matching.judgements import Judged, Judgements, Verdict, Waiting, sources, subject_of, waiting
from importers.matching.match import Candidate, Decision, Reason, finding, match

__all__ = [
    "Candidate",
    "Decision",
    "Judged",
    "Judgements",
    "Reason",
    "Verdict",
    "Waiting",
    "finding",
    "match",
    "sources",
    "subject_of",
    "waiting",
]
