"""Checkpoints that torch.save writes in all its ways, good and hostile, and what is in them.

    OMP_NUM_THREADS=1 python test/reference/torch_files.py

Writes fixtures/torch/. `expected.json` has the tensors of the good files as torch.load gives them back.
"""

import argparse
import collections
import json
import pickle
import shutil
import zipfile
from pathlib import Path

import torch
from safetensors.torch import load_file

FIXTURES = Path(__file__).parent / "fixtures"
FOLDER = FIXTURES / "torch"


class Config:
    """A config class of somebody's own, pickled as an object."""

    def __init__(self):
        self.d_model, self.act_fn, self.dtype, self.sizes = 8, "gelu", torch.float32, (1, 2.5, None, True)


class SlotConfig:
    __slots__ = ("d_model",)

    def __init__(self):
        self.d_model = 8


Config.__module__ = SlotConfig.__module__ = "somewhere.config"


def tensors():
    base = torch.arange(12.0).reshape(3, 4) / 8 - 0.5
    return collections.OrderedDict(
        plain=base, tied=base, transposed=base.T, column=base[:, 1], row=base[1], expanded=base[0, :2].expand(3, 2),
        bf16=base.to(torch.bfloat16), f16=base.half(), f16_view=base.half().T, f64=base.double() / 3, scalar=torch.tensor(2.5),
        empty=torch.zeros(0, 3), i64=torch.tensor([-1, 2**40]), i8=torch.tensor([-3], dtype=torch.int8),
        flags=torch.tensor([True, False]), strange_name_ü=torch.tensor([1.0]),
    )


def expected(state):
    floats = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
    return {name: {"dtype": str(t.dtype), "shape": list(t.shape),
                   "values": t.double().flatten().tolist() if t.dtype in floats else None}
            for name, t in state.items()}


def write_good():
    state = tensors()
    torch.save(state, FOLDER / "zip.pt")
    torch.save(state, FOLDER / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(state, FOLDER / "protocol4.pt", pickle_protocol=4)
    torch.save({"p": torch.nn.Parameter(state["plain"]), "u16": torch.tensor([1]).to(torch.uint16)}, FOLDER / "parameter.pt")
    wrapped = {"epoch": 3, "state_dict": {f"module._orig_mod.{name}": t for name, t in state.items()}}
    for name, config in [("namespace", argparse.Namespace(d_model=8, layers=[1, 2], nested={"a": 1})), ("class", Config()),
                         ("slots", SlotConfig()), ("dict", {"d_model": 8, "ids": {3, 4}, "cls": torch.float16})]:
        torch.save({"cfg": config, **wrapped}, FOLDER / f"config-{name}.pt")
    (FOLDER / "expected.json").write_text(json.dumps(expected(state), indent=1) + "\n")


def write_refused():
    base = torch.arange(6.0).reshape(2, 3)
    torch.save({"s": base.to_sparse()}, FOLDER / "sparse.pt")
    torch.save({"q": torch.quantize_per_tensor(base, 0.1, 0, torch.qint8)}, FOLDER / "quantised.pt")
    torch.save({"c": base.to(torch.complex128)}, FOLDER / "complex.pt")
    torch.save(torch.nn.Linear(3, 2), FOLDER / "module.pt")
    torch.jit.save(torch.jit.script(torch.nn.Linear(3, 2)), FOLDER / "script.pt")
    rewrite(FOLDER / "zip.pt", FOLDER / "compressed.pt", zipfile.ZIP_DEFLATED)
    rewrite(FOLDER / "zip.pt", FOLDER / "big-endian.pt", zipfile.ZIP_STORED, {"byteorder": b"big"})
    rewrite(FOLDER / "zip.pt", FOLDER / "short-storage.pt", zipfile.ZIP_STORED, {"data/0": b"\0" * 8})
    rewrite(FOLDER / "zip.pt", FOLDER / "missing-storage.pt", zipfile.ZIP_STORED, {"data/0": None})


def rewrite(source, target, method, changes=None):
    """The archive with other compression or other content."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", method) as new:
        for info in old.infolist():
            content = (changes or {}).get(info.filename.split("/", 1)[1], old.read(info))
            if content is not None:
                new.writestr(zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0)), content, method)


class Call:
    """Pickled as a call of a function that must never be called."""

    def __init__(self, function, *args):
        self.function, self.args = function, args

    def __reduce__(self):
        return self.function, self.args


def write_hostile():
    import os
    import subprocess
    for name, call in {"system": Call(os.system, "touch executed"), "eval": Call(eval, "open('executed', 'w')"),
                       "popen": Call(subprocess.Popen, ["touch", "executed"]), "exit": Call(exit, 1)}.items():
        archive(f"hostile-{name}.pt", pickle.dumps({"weight": call}, protocol=2))
        archive(f"hostile-{name}-config.pt", pickle.dumps({"config": call, "weight": call}, protocol=4))


def archive(name, data):
    with zipfile.ZipFile(FOLDER / name, "w") as file:
        file.writestr(zipfile.ZipInfo("archive/data.pkl", (1980, 1, 1, 0, 0, 0)), data)


def write_model():
    """gpt2-tiny as a training script might save it: some matrices as views of their transposes, biases in float64."""
    folder = FOLDER / "gpt2-views"
    folder.mkdir()
    weights = load_file(FIXTURES / "gpt2-tiny" / "model" / "model.safetensors")
    state = {name: t.T.contiguous().T if "c_attn.weight" in name or "wte" in name else t.double() if name.endswith("bias") else t
             for name, t in weights.items()}
    torch.save({"model": state}, folder / "pytorch_model.bin")
    shutil.copy(FIXTURES / "gpt2-tiny" / "model" / "config.json", folder)


def main():
    import sys
    import types
    sys.modules["somewhere"] = types.ModuleType("somewhere")
    module = sys.modules["somewhere.config"] = types.ModuleType("somewhere.config")
    module.Config, module.SlotConfig = Config, SlotConfig
    torch.manual_seed(0)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    write_good()
    write_refused()
    write_hostile()
    write_model()


if __name__ == "__main__":
    main()
