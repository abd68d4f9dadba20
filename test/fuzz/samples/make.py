"""Writes the small PyTorch files that the fuzz suite damages: python test/fuzz/samples/make.py (torch 2.13)."""

from collections import OrderedDict
from pathlib import Path

import torch

HERE = Path(__file__).parent


def state_dict():
    """Every way in which a tensor lies in its storage."""
    shared = torch.arange(12, dtype=torch.float32)
    return OrderedDict(
        [
            ("whole", shared.view(3, 4)),
            ("view", shared.view(3, 4).T),
            ("column", shared.view(3, 4)[:, 1]),
            ("half", torch.ones(2, 2, dtype=torch.float16)),
            ("brain", torch.ones(3, dtype=torch.bfloat16)),
            ("ids", torch.tensor([1, 2, 3])),
            ("mask", torch.tensor([[True, False]])),
            ("scalar", torch.tensor(2.5)),
            ("empty", torch.zeros(0, 4)),
            ("parameter", torch.nn.Parameter(torch.zeros(2))),
        ]
    )


def main():
    wrapped = {"cfg": {"d_model": 4, "act_fn": "relu", "dtype": torch.float32}, "state_dict": state_dict()}
    torch.save(state_dict(), HERE / "zip.pt")
    torch.save(wrapped, HERE / "wrapped.pt")
    torch.save(wrapped, HERE / "protocol4.pt", pickle_protocol=4)
    torch.save(state_dict(), HERE / "legacy.pt", _use_new_zipfile_serialization=False)


main()
