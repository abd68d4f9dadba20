"""Pairs of texts, metrics and runs with parts of another run patched in: what the fixtures of patching/ are made of.

Everything is one full forward pass of hooked_gpt2.py per cell; nothing is cached, batched or cut short.
"""

import torch
import torch.nn.functional as F

import hooked_gpt2

ATTENTION = ("q", "k", "v", "z", "pattern")


def hook_name(layer, at):
    """Hook point of a site's short name: `z` is in the attention, `mlp_post` in the MLP, the others in the block."""
    if at in ATTENTION:
        return f"blocks.{layer}.attn.hook_{at}"
    return f"blocks.{layer}.mlp.hook_post" if at == "mlp_post" else f"blocks.{layer}.hook_{at}"


def tensor_name(site):
    """What a site changes, as a run names it: a hook point, or `<dictionary>.features` and `<dictionary>.error`."""
    return f"{site['dictionary']}.{site['at']}" if "dictionary" in site else hook_name(site["layer"], site["at"])


def metric_text(metric):
    """The command line's grammar; a group of answers is joined by `+`."""
    answers = ",".join("+".join(map(str, group)) for group in metric["answers"])
    place = "" if metric["position"] is None else f"@{metric['position']}"
    return metric["kind"] + (f":{answers}" if answers else "") + place


def metric_of(kind, *answers, position=None):
    return {"kind": kind, "answers": [list(group) for group in answers], "position": position}


def metric_value(metric, logits, tokens, clean_logits):
    """The scalar of a run: its logits [pos, vocab], its own tokens, and the clean run's logits (for kl)."""
    kind, place = metric["kind"], -1 if metric["position"] is None else metric["position"]
    if kind == "loss":
        each = F.cross_entropy(logits[:-1], torch.tensor(tokens[1:]), reduction="none")
        return each.mean() if metric["position"] is None else each[place]
    row = logits[place]
    if kind == "kl":
        clean = clean_logits[place].log_softmax(-1)
        return (clean.exp() * (clean - row.log_softmax(-1))).sum()
    if kind == "log_prob":
        return row.softmax(-1)[metric["answers"][0]].sum().log()
    if kind == "logit":
        return row[metric["answers"][0]].mean()
    a, b = metric["answers"]
    if kind == "logit_diff":
        return row[a].mean() - row[b].mean()
    assert kind == "prob_diff"
    return row.softmax(-1)[a].sum() - row.softmax(-1)[b].sum()


class Lab:
    """One pair of texts on one model. `alignment` lists [clean position, corrupt position]; equal lengths need none."""

    def __init__(self, model, pair, dictionaries=()):
        self.model = model
        self.tokens = {"clean": pair["clean"], "corrupt": pair["corrupt"]}
        self.alignment = pair["alignment"] or [[p, p] for p in range(len(pair["clean"]))]
        self.dictionaries = dict(dictionaries)
        self.runs = {side: detached(hooked_gpt2.forward(model, tokens)) for side, tokens in self.tokens.items()}
        self.layers, self.heads = model.config.n_layer, model.config.n_head
        for name, dictionary in self.dictionaries.items():
            for run in self.runs.values():
                features, error = parts(dictionary, run)
                run |= {f"{name}.features": features, f"{name}.error": error}

    def turn(self, direction):
        """(base side, source side, [[base position, source position]])"""
        if direction == "denoise":
            return "corrupt", "clean", [[b, a] for a, b in self.alignment]
        return "clean", "corrupt", self.alignment

    def value(self, metric, side, edits=None):
        logits = hooked_gpt2.forward(self.model, self.tokens[side], edits)["logits"]
        return metric_value(metric, logits, self.tokens[side], self.runs["clean"]["logits"]).item()

    def patched(self, metric, direction, sites):
        """The metric of the base run with `sites` taken from the source run; None where a position has no partner."""
        base, source, aligned = self.turn(direction)
        named = [site[n] for site in sites for n in ("position", "source") if n in site]
        if not set(named) <= {b for b, _ in aligned}:
            return None
        return self.value(metric, base, self.edits(sites, self.runs[source], aligned))

    def edits(self, sites, source, aligned):
        """{hook: change of its activation}; sites of one hook are replaced together."""
        groups = {}
        for site in sites:
            groups.setdefault(tensor_name(site), []).append(site)
        put = lambda x, name: replaced(x, source[name], groups.get(name, []), aligned)
        edits = {name: lambda x, name=name: put(x, name) for name in groups if "hook" in name}
        for name in {site["dictionary"] for site in sites if "dictionary" in site}:
            edits |= spliced(self.dictionaries[name], lambda features, error, name=name: (
                put(features, f"{name}.features"), put(error, f"{name}.error")))
        return edits


def detached(activations):
    return {name: x.detach() for name, x in activations.items()}


def parts(dictionary, run):
    """(features [pos, d_sae], error [pos, d]) of a dictionary on a run."""
    x, target = run[dictionary.cfg["hook_in"]], run[dictionary.cfg["hook_out"]]
    features = dictionary.encode(x)
    return features, target - dictionary.decode(features, x)


def spliced(dictionary, change):
    """Edits that put decode(features) + error in the target's place, both of this run and passed through `change`."""
    hook_in, hook_out = dictionary.cfg["hook_in"], dictionary.cfg["hook_out"]
    seen = {}

    def read(x):
        seen["x"] = x
        return x

    def write(target):
        x = target if hook_in == hook_out else seen["x"]
        features = dictionary.encode(x)
        features, error = change(features, target - dictionary.decode(features, x))
        return dictionary.decode(features, x) + error

    return {hook_out: write} if hook_in == hook_out else {hook_in: read, hook_out: write}


def replaced(x, source, sites, aligned):
    """`x` with what each site covers taken from `source` at the aligned positions; the rest of `x` stays."""
    y = x.clone()
    for site in sites:
        for at, other in places(site, aligned, x.dim()):
            y[at] = source[other]
    return y


def places(site, aligned, dimensions):
    """[(index into the base's tensor, index into the source's)] of a site."""
    everything = slice(None)
    if site["at"] == "pattern":
        head = site.get("head", everything)
        return [((head, q, k), (head, q2, k2)) for q, q2 in aligned for k, k2 in aligned
                if site.get("position", q) == q and site.get("source", k) == k]
    rest = [everything] * (dimensions - 1)
    if "head" in site:
        rest[0] = site["head"]
    for unit in ("neuron", "feature"):
        if unit in site:
            rest[-1] = site[unit]
    return [((p, *rest), (p2, *rest)) for p, p2 in aligned if site.get("position", p) == p]


def nested(sizes, cell, place=()):
    """cell(i, j, ...) for every place of a grid, as nested lists."""
    if len(place) == len(sizes):
        return cell(*place)
    return [nested(sizes, cell, (*place, i)) for i in range(sizes[len(place)])]
