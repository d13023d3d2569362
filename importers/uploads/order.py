"""What a process of its own is told to do with an upload, and what it answers: plain data, in one line of JSON each way."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Literal

Step = Literal["try", "apply", "undo"]
Word = Literal["done", "conflict", "undo-refused", "gone", "store", "failed", "too-long"]


@dataclass(frozen=True, slots=True)
class Order:
    """One step of one upload, or a revision to be taken back. `folder` is that of all uploads, `store` the address of the store."""

    step: Step
    upload: str
    folder: str
    store: str
    judgements: str
    author: str = ""
    note: str = ""
    revision: int = 0
    """What is taken back; whether it came of an upload does not matter."""

    def carry_out(self, seconds: float) -> Outcome:
        """Do it in a process of its own, so that a long or a hostile list neither blocks nor brings down whoever asks.

        It runs with less right to the processor than the service, and is ended after so many seconds.
        """
        try:
            ended = subprocess.run(
                [sys.executable, "-m", "importers.uploads"],
                input=json.dumps(asdict(self)),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a traceback would quote the list
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome("too-long", f"it took more than {seconds:.0f} seconds")
        try:
            return Outcome(**json.loads(ended.stdout))
        except (ValueError, TypeError):
            return Outcome("failed", f"the process that reads lists ended with {ended.returncode}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order; `text` says why, in words for whoever gave it."""

    word: Word
    text: str = ""
