"""A revision as a viewer is shown it: when, which layer, how much; who, why and from whose file is for those who keep the directory.

An author is a person, a note is free text, and the name of a partner's list tells who works with us.
"""

from __future__ import annotations

from pathways.stores.layers import BUNDLED
from pathways.stores.revisions import Revision
from pathways.visibility.viewer import Json, Viewer


def revision_detail(revision: Revision, viewer: Viewer) -> Json:
    """A revision; of one that is not a release of the bundled directory, None stands for what only its keepers are told."""
    told = revision.layer == BUNDLED or viewer.sees("hidden")
    return {
        "number": revision.number,
        "at": revision.at,
        "author": revision.author if told else None,
        "source": (revision.source or None) if told else None,
        "layer": layer_told(revision.layer, viewer),
        "note": (revision.note or None) if told else None,
        "added": revision.added,
        "changed": revision.changed,
        "withdrawn": revision.withdrawn,
        "digest": revision.digest,
        "undoes": revision.undoes,
    }


def layer_told(layer: str, viewer: Viewer) -> str:
    """A layer, without the name of the partner whose list it is."""
    return layer if viewer.sees("hidden") else layer.partition(":")[0]
