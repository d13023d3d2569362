"""Who may see what, for every output: the one room that decides what of the directory a viewer is shown.

Three levels stand on a body and on a contact point: public, partner, hidden. A body that a viewer may not see appears only through the
body that admits to it (`via`). Of a body whose location is confidential the region is the finest place shown. A contact point that is
not current is never shown as a contact. What is withheld is counted, never named.
"""

from pathways.visibility.bodies import body_detail, body_summary, deadline_detail, link_detail, mandate_detail, mandate_told
from pathways.visibility.changes import NOT_SHOWN, Changes, reading_older, scrubbed
from pathways.visibility.contacts import contact_of, presented, unnamed
from pathways.visibility.counts import withheld_in, withheld_on
from pathways.visibility.history import layer_told, revision_detail
from pathways.visibility.viewer import (
    ANONYMOUS,
    KEEPER,
    PARTNER,
    Viewer,
    is_confidential,
    is_offered,
    is_open,
    is_seen,
    seen_ids,
    shown_territories,
    told,
)

__all__ = [
    "ANONYMOUS",
    "KEEPER",
    "NOT_SHOWN",
    "PARTNER",
    "Changes",
    "Viewer",
    "body_detail",
    "body_summary",
    "contact_of",
    "deadline_detail",
    "is_confidential",
    "is_offered",
    "is_open",
    "is_seen",
    "layer_told",
    "link_detail",
    "mandate_detail",
    "mandate_told",
    "presented",
    "reading_older",
    "revision_detail",
    "scrubbed",
    "seen_ids",
    "shown_territories",
    "told",
    "unnamed",
    "withheld_in",
    "withheld_on",
]
