"""Brings the graph from one revision to the next: what is gone, what changed, what is new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import batched as _batched  # type: ignore[attr-defined]
