"""The README's journey as a shell script: every block marked bash, in order."""

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


def script() -> str:
    """Return the copy-paste journey; a command that fails stops it."""
    text = README.read_text()
    journey = text[text.index("## The first journey") : text.index("## Import")]
    blocks = re.findall(r"```bash\n(.*?)```", journey, re.DOTALL)
    return "set -eu\n" + "\n".join(blocks)
