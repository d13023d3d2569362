"""Asks the package index for known vulnerabilities of the pinned packages: `make audit`.

Ends with 0 where every package was asked for and none is vulnerable, 1 where one is, 2 where the index could not be asked, or had no answer
for some: a package that nobody looked up is not a safe one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LIST = Path(__file__).parent.parent / "requirements.txt"


def judged(answer: str, error: str) -> tuple[int, list[str]]:
    """How to end, and what to say, by what pip-audit printed as JSON."""
    try:
        found = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = error.strip().splitlines()[-1:] or ["no answer"]
        return 2, [f"NOT AUDITED: the package index could not be asked ({last[0]})"]
    vulnerable = [
        f"{one['name']} {one['version']}: {flaw['id']} ({', '.join(flaw.get('aliases', []))}); mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in found
        for flaw in one.get("vulns", [])
    ]
    skipped = [one["name"] for one in found if "skip_reason" in one]
    if vulnerable:
        return 1, [*vulnerable, *([f"and {len(skipped)} of {len(found)} packages were not audited"] if skipped else [])]
    if skipped or not found:
        return 2, [f"NOT AUDITED: the index has no advisories for {len(skipped)} of {len(found)} packages ({', '.join(skipped[:5])} …)"]
    return 0, [f"{len(found)} packages, none with a known vulnerability."]


def main(command: str) -> int:
    """Run pip-audit on the pinned list, without installing anything."""
    asked = [command, "-r", str(LIST), "--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    code, lines = judged(done.stdout, done.stderr)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
