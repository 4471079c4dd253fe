"""Writes the list of places where work sees beyond its caller: `python -m tests.contracts.engine_places`."""

from tests.contracts.code import ROOT, engine_places

if __name__ == "__main__":
    (ROOT / "tests/contracts/engine_places.txt").write_text("".join(f"{place}\n" for place in engine_places()))
