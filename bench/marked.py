"""Tables of a bench, printed or written into the part of a page that is marked for them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def main(about: str, begin: str, end: str, told: Callable[[], str]) -> None:
    """Print what is told, or with `--write PAGE` put it in the place of what stands from `begin` to `end`; it holds both marks."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--write", type=Path, help="the page whose marked part is replaced")
    args = parser.parse_args()
    if args.write is None:
        print(told())
        return
    page = args.write.read_text(encoding="utf-8")
    before, _, rest = page.partition(begin)
    args.write.write_text(before + told() + rest.partition(end)[2], encoding="utf-8")
