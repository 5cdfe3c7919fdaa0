"""Run every module here that has `measure() -> dict`, print its table, and write one JSON of it all."""

import argparse
import importlib
import inspect
import json
import os
import pkgutil
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vioport.settings")
RESULTS = Path("var/bench.json")


def modules() -> list[str]:
    here = [str(Path(__file__).parent)]
    return [found.name for found in pkgutil.iter_modules(here) if not found.name.startswith("_")]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of: {', '.join(modules())} (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds, where there are any")
    parser.add_argument("--seconds", type=float, default=2.5, help="measured in each round")
    asked = parser.parse_args()
    results = {name: run(name, asked) for name in asked.names or modules()}
    results = {name: result for name, result in results.items() if result}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(f"\nwritten to {RESULTS}")


def run(name: str, asked: argparse.Namespace) -> dict:
    module = importlib.import_module(f"bench.{name}")
    if not hasattr(module, "measure"):
        return {}
    began = time.monotonic()
    wanted = inspect.signature(module.measure).parameters
    result = module.measure(**{key: value for key, value in vars(asked).items() if key in wanted})
    show(name, result, time.monotonic() - began)
    return result


def show(name: str, result: dict, seconds: float) -> None:
    """`rows` is a list of dicts with the same keys, `ratios` a dict; `notes` are sentences."""
    print(f"\n== {name} ({seconds:.0f} s)")
    rows = result.get("rows", [])
    if rows:
        table = [list(rows[0])] + [[written(value) for value in row.values()] for row in rows]
        widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
        for line in table:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    for key, value in result.get("ratios", {}).items():
        print(f"{key}: {written(value)}")
    for note in result.get("notes", []):
        print(f"- {note}")


def written(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str("–" if value is None else value)


if __name__ == "__main__":
    main()
