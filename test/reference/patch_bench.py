"""The pairs of texts and metrics of fixtures/patching, and the bench on which each result is computed twice."""

from pathlib import Path

import torch

import checkpoints
import dictionaries
from measure import nested_error
from patch_runs import Lab, metric_of, metric_text

FIXTURES = Path(__file__).parent / "fixtures"
BOTH = ("denoise", "noise")
DICTIONARIES = ("standard", "skip-transcoder")


def random_tokens(seed, count, vocabulary):
    return torch.randint(vocabulary, (count,), generator=torch.Generator().manual_seed(seed)).tolist()


def changed(tokens, positions, vocabulary):
    return [(t + 31) % vocabulary if p in positions else t for p, t in enumerate(tokens)]


def unequal_pair():
    """9 and 11 tokens: the corrupt text says position 2 in three tokens, and position 6 has no partner at all."""
    clean = random_tokens(73, 9, 300)
    extra = random_tokens(74, 4, 300)
    corrupt = [*clean[:2], *extra[:2], extra[3], *clean[3:6], extra[2], *clean[7:]]
    alignment = [[0, 0], [1, 1], [2, 4], [3, 5], [4, 6], [5, 7], [7, 9], [8, 10]]
    return {"model": "gpt2-tiny/model", "clean": clean, "corrupt": corrupt, "alignment": alignment}


def equal_pair(model, seed, count, positions, vocabulary):
    clean = random_tokens(seed, count, vocabulary)
    return {"model": model, "clean": clean, "corrupt": changed(clean, positions, vocabulary), "alignment": None}


PAIRS = {
    "tiny": equal_pair("gpt2-tiny/model", 75, 10, (2, 5, 8), 300),
    "odd": equal_pair("gpt2-odd/model", 72, 9, (1, 4, 6), 120),
    "tiny-unequal": unequal_pair(),
    # Tokens as saturated.py gives them meaning.
    "saturated": {"model": "patching/saturated/model", "clean": [0, 1, 2, 7, 3], "corrupt": [0, 1, 2, 7, 4],
                  "alignment": None},
}

LOGIT_DIFF = metric_of("logit_diff", [7], [280])
METRICS = [
    LOGIT_DIFF, metric_of("log_prob", [7]), metric_of("prob_diff", [7], [280]), metric_of("kl"), metric_of("loss"),
    metric_of("logit_diff", [7, 11, 42], [280, 90]), metric_of("log_prob", [7, 11, 42]),
    metric_of("prob_diff", [7, 11], [280, 90, 5]), metric_of("logit_diff", [7], [280], position=8),
    metric_of("log_prob", [7], position=8), metric_of("kl", position=8), metric_of("loss", position=8),
]
ODD_LOGIT_DIFF = metric_of("logit_diff", [7], [100])


def lab(pair, single=False):
    """The pair on its checkpoint as stored, in float64, or in float32 to see what rounding does."""
    model = checkpoints.load(FIXTURES / PAIRS[pair]["model"])
    attached = {}
    if pair.startswith("tiny"):
        for name in DICTIONARIES:
            cfg = dictionaries.CONFIGS[name]
            attached[name] = dictionaries.Dictionary(cfg, dictionaries.random_weights(name, cfg))
    if single:
        model = model.float()
        for dictionary in attached.values():
            dictionary.w = {name: tensor.float() for name, tensor in dictionary.w.items()}
    return Lab(model, PAIRS[pair], attached)


class Bench:
    """A pair in float64 and in float32: every result is computed in both and refused when rounding decides it."""

    def __init__(self, pair):
        self.pair, self.exact, self.single = pair, lab(pair), lab(pair, single=True)

    def checked(self, compute, bound, what):
        """`compute(lab)`, nested lists of numbers."""
        values = compute(self.exact)
        error = nested_error(compute(self.single), values)
        assert error < bound, f"{self.pair} {what}: badly conditioned, float32 noise {error:.1e}"
        return values

    def entry(self, metric, compute, bound, direction=None, **fields):
        """One entry: `compute(lab)` gives the values; `fields` say what they are."""
        values = self.checked(compute, bound, f"{fields.get('at')} {direction} {metric_text(metric)}")
        entry = {"pair": self.pair, "metric": metric_text(metric), "metricParts": metric}
        if direction:
            entry |= {"direction": direction}
            if PAIRS[self.pair]["alignment"]:
                entry["alignment"] = self.exact.turn(direction)[2]
        return entry | fields | {"values": values, "clean": self.exact.value(metric, "clean"),
                                 "corrupted": self.exact.value(metric, "corrupt")}


EXACT, GRADIENT = 1e-5, 1e-4
