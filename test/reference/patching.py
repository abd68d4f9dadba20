"""Writes fixtures/patching (see README.md). Wired into generate.py."""

import json

import ablation
import attribution
import direct
import patch_sweeps
import saturated
from patch_bench import FIXTURES, PAIRS

FOLDER = FIXTURES / "patching"


def rounded(value, digits=10):
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, list):
        return [rounded(v, digits) for v in value]
    return {k: rounded(v, digits) for k, v in value.items()} if isinstance(value, dict) else value


def write_json(name, value):
    lines = ",\n".join(json.dumps(rounded(entry), separators=(",", ":")) for entry in value)
    (FOLDER / name).write_text(f"[\n{lines}\n]\n")


def write():
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "index.json").write_text(json.dumps({"pairs": PAIRS}, indent=1) + "\n")
    write_json("patch.json", patch_sweeps.sweeps())
    write_json("ablation.json", ablation.ablations())
    write_json("attribution.json", attribution.attributions())
    write_json("direct.json", direct.direct_entries())
    write_json("lens.json", direct.lens_entries())
    saturated.save()
    write_json("saturated.json", saturated.nodes())
