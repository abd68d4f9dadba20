"""Ablations of fixtures/patching/ablation.json: the clean run with heads or MLP outputs replaced by uninformative values."""

import torch

import hooked_gpt2
from patch_bench import EXACT, LOGIT_DIFF, ODD_LOGIT_DIFF, Bench, random_tokens
from patch_runs import detached, hook_name, metric_of, nested, replaced
from patch_sweeps import differs


def texts(lengths, vocabulary):
    return [random_tokens(90 + i, length, vocabulary) for i, length in enumerate(lengths)]


def ablation_values(lab, method, over):
    """{hook: what stands in for it in the clean run}, in the shape of that run's activation."""
    clean = lab.runs["clean"]
    if method == "zero":
        return {name: torch.zeros_like(x) for name, x in clean.items()}
    if method == "resample":
        return lab.runs["corrupt"]
    runs = [detached(hooked_gpt2.forward(lab.model, tokens)) for tokens in over]
    hooks = [name for name in clean if name.endswith(("hook_z", "hook_mlp_out"))]
    if method == "mean":
        means = {name: torch.cat([run[name] for run in runs]).mean(0) for name in hooks}
        return {name: means[name].expand_as(clean[name]) for name in hooks}
    assert method == "position-mean"
    count = len(lab.tokens["clean"])
    at = lambda name, p: torch.stack([run[name][p] for run in runs if p < len(run[name])]).mean(0)
    return {name: torch.stack([at(name, p) for p in range(count)]) for name in hooks}


def ablated(lab, metric, site, values):
    """The metric of the clean run with one site ablated."""
    positions = [[p, p] for p in range(len(lab.tokens["clean"]))]
    name = hook_name(site["layer"], site["at"])
    return lab.value(metric, "clean", {name: lambda x: replaced(x, values[name], [site], positions)})


def ablation(bench, metric, at, method, over=None):
    unit = "head" if at == "z" else "position"

    def compute(lab):
        values = ablation_values(lab, method, over)
        sizes = [lab.layers, lab.heads if at == "z" else len(lab.tokens["clean"])]
        return nested(sizes, lambda layer, i: ablated(lab, metric, {"at": at, "layer": layer, unit: i}, values))

    fields = {"at": at, "with": method, "axes": ["layer", unit]} | ({"over": over} if over else {})
    entry = bench.entry(metric, compute, EXACT, **fields)
    assert differs(entry["values"], entry["clean"])
    return entry


def ablations():
    tiny, odd = Bench("tiny"), Bench("odd")
    equal, unequal = texts((10, 10, 10), 300), texts((8, 10, 12), 300)
    for at in ("z", "mlp_out"):
        for metric in (LOGIT_DIFF, metric_of("kl"), metric_of("loss")):
            yield ablation(tiny, metric, at, "zero")
        yield ablation(tiny, LOGIT_DIFF, at, "resample")
        for over in (equal, unequal):
            yield ablation(tiny, LOGIT_DIFF, at, "mean", over)
            yield ablation(tiny, LOGIT_DIFF, at, "position-mean", over)
        yield ablation(odd, ODD_LOGIT_DIFF, at, "zero")
        yield ablation(odd, ODD_LOGIT_DIFF, at, "mean", texts((9, 9, 9), 120))
