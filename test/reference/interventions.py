"""Runs of gpt2-tiny with activations replaced, added to, scaled or ablated, and with dictionaries spliced in."""

import torch

import hooked_gpt2


def edit(spec, values):
    """The change of one tensor that `spec` describes (index.json, README.md)."""
    heads_first = spec["hook"].endswith(("hook_pattern", "hook_attn_scores"))

    def apply(x):
        place = [slice(None)] * x.dim()
        if "position" in spec:
            place[1 if heads_first else 0] = spec["position"]
        if "head" in spec:
            place[0 if heads_first else 1] = spec["head"]
        if "index" in spec:
            place[-1] = spec["index"]
        old = x[tuple(place)]
        value = values[spec["value"]] if "value" in spec else None
        new = {"ablate": lambda: torch.zeros_like(old), "scale": lambda: old * spec["factor"],
               "add": lambda: old + value, "replace": lambda: value.expand_as(old)}[spec["op"]]()
        y = x.clone()
        y[tuple(place)] = new
        return y

    return apply


ABLATE_HEAD = {"hook": "blocks.1.attn.hook_z", "op": "ablate", "head": 2}
REPLACE_MID = {"hook": "blocks.0.hook_resid_mid", "op": "replace", "position": 3, "value": "vector"}
STEER = {"hook": "blocks.1.hook_resid_pre", "op": "add", "value": "direction"}

INTERVENTIONS = {
    "ablate-head": [ABLATE_HEAD],
    "replace-resid-mid": [REPLACE_MID],
    "steer": [STEER],
    "scale-pattern": [{"hook": "blocks.2.attn.hook_pattern", "op": "scale", "head": 1, "factor": 0.5}],
    "scale-scores": [{"hook": "blocks.0.attn.hook_attn_scores", "op": "scale", "head": 3, "factor": 0.5}],
    "replace-query": [{"hook": "blocks.1.attn.hook_q", "op": "replace", "head": 0, "position": 5, "value": "query"}],
    "ablate-result": [{"hook": "blocks.2.attn.hook_result", "op": "ablate", "head": 0, "position": 16}],
    "ablate-neuron": [{"hook": "blocks.1.mlp.hook_post", "op": "ablate", "index": 5}],
    "freeze-scale": [{"hook": "blocks.2.ln1.hook_scale", "op": "replace", "value": "scale"}],
    "replace-embedding": [{"hook": "hook_embed", "op": "replace", "position": 4, "value": "vector"}],
    "several": [ABLATE_HEAD, REPLACE_MID, STEER],
}


def intervention_values(model, tokens):
    """The tensors the specifications name, float32 as they are stored."""
    randn = lambda *shape: torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))
    scale = hooked_gpt2.forward(model, tokens[::-1])["blocks.2.ln1.hook_scale"]
    return {"vector": randn(32), "direction": 0.5 * randn(1, 32)[0], "query": randn(8), "scale": scale.detach().float()}


def run_intervention(model, tokens, specs, values, metric):
    """`logits`, the last residual and the gradient of `metric` at hook_pos_embed (no change is made there)."""
    values = {n: v.double() for n, v in values.items()}
    edits = {spec["hook"]: edit(spec, values) for spec in specs}
    _, grads = hooked_gpt2.gradients(model, tokens, metric, edits)
    acts = hooked_gpt2.forward(model, tokens, edits)
    kept = {n: acts[n] for n in ("blocks.2.hook_resid_post", "logits")}
    return kept | {"grad.hook_pos_embed": grads["grad.hook_pos_embed"]}


class Splice:
    """Puts a dictionary at its hook point(s). `change` edits the features; the error term is held constant."""

    def __init__(self, dictionary, error, change=None):
        self.dictionary, self.error, self.change = dictionary, error, change or (lambda f: f)

    def edits(self):
        hook_in, hook_out = self.dictionary.cfg["hook_in"], self.dictionary.cfg["hook_out"]
        if hook_in == hook_out:
            return {hook_in: lambda x: self.output(x, x)}

        def remember(x):
            self.x = x
            return x

        return {hook_in: remember, hook_out: lambda target: self.output(self.x, target)}

    def output(self, x, target):
        clean = self.dictionary.encode(x)
        self.features = self.change(clean)
        self.features.retain_grad()
        y = self.dictionary.decode(self.features, x)
        if not self.error:
            return y
        self.error_term = (target - self.dictionary.decode(clean, x)).detach().requires_grad_()
        return y + self.error_term


def without_feature(j):
    keep = (torch.arange(48) != j).double()
    return lambda f: f * keep


def run_spliced(model, tokens, dictionary, metric):
    """(most active feature, tensors): logits replaced / with error / feature ablated, gradients with the error kept."""
    kept = Splice(dictionary, error=True)
    _, grads = hooked_gpt2.gradients(model, tokens, metric, kept.edits())
    feature = kept.features.sum(0).argmax().item()
    logits = {}
    for name, splice in {"reconstruction": Splice(dictionary, error=False), "with-error": Splice(dictionary, error=True),
                         "feature-ablated": Splice(dictionary, True, without_feature(feature))}.items():
        logits[f"logits.{name}"] = hooked_gpt2.forward(model, tokens, splice.edits())["logits"]
    clean = hooked_gpt2.forward(model, tokens)["logits"]
    hooked_gpt2.assert_same("run with error term", logits["logits.with-error"], clean)
    return feature, logits | {
        "feature_acts": kept.features, "grad.feature_acts": kept.features.grad, "error": kept.error_term,
        "grad.error": kept.error_term.grad, "grad.blocks.0.hook_resid_post": grads["grad.blocks.0.hook_resid_post"]}
