"""Attribution graphs in float64 by plain autograd, one target at a time (definitions: README.md, Graphs)."""

import torch

import hooked_gpt2

SILENT = 1


class Circuit:
    """One run of a model with one transcoder a layer at most, `transcoders[layer]` or None."""

    def __init__(self, model, transcoders, tokens):
        self.model, self.transcoders, self.tokens = model, transcoders, tokens
        self.layers, self.heads = len(transcoders), model.config.n_head
        with torch.no_grad():
            self.clean = hooked_gpt2.forward(model, tokens)
            self.features = [self.encoded(layer, self.clean) for layer in range(self.layers)]
            self.errors = torch.stack([self.error(layer) for layer in range(self.layers)])
            self.token_vectors = model.transformer.wte.weight[torch.tensor(tokens)].detach()
        #: (layer, position, index) of all that are active, sorted.
        self.active = [(layer, *place) for layer, acts in enumerate(self.features) if acts is not None
                       for place in acts.nonzero().tolist()]

    # The unchanged run

    def read(self, layer, activations):
        return activations[self.transcoders[layer].cfg["hook_in"]]

    def encoded(self, layer, activations):
        """Activations [pos, feature], none at silent positions; None without a transcoder."""
        if self.transcoders[layer] is None:
            return None
        acts = self.transcoders[layer].encode(self.read(layer, activations)).clone()
        acts[:SILENT] = 0
        return acts

    def error(self, layer):
        """[pos, d_model]"""
        out = self.clean[f"blocks.{layer}.hook_mlp_out"]
        transcoder = self.transcoders[layer]
        error = out - transcoder.reconstruction(self.read(layer, self.clean)) if transcoder else out.clone()
        error[:SILENT] = 0
        return error

    def skip(self, layer, x):
        return self.transcoders[layer].skip(x) if self.transcoders[layer] else 0.0

    def input_hook(self, layer):
        transcoder = self.transcoders[layer]
        return transcoder.cfg["hook_in"] if transcoder else f"blocks.{layer}.mlp.hook_in"

    # Derivatives

    def linear_run(self, cut=()):
        """The run as derivatives see it: patterns, scales and what features and errors write are constants.

        `cut`: (layer, head) pairs through whose z nothing flows.
        """
        stop = lambda x: x.detach()
        edits = {"ln_final.hook_scale": stop}
        for layer in range(self.layers):
            b = f"blocks.{layer}"
            edits |= {f"{b}.attn.hook_pattern": stop, f"{b}.ln1.hook_scale": stop, f"{b}.ln2.hook_scale": stop}
            edits |= self.through_skip(layer)
            heads = [head for at, head in cut if at == layer]
            if heads:
                edits[f"{b}.attn.hook_z"] = lambda z, heads=heads: torch.stack(
                    [z[:, h].detach() if h in heads else z[:, h] for h in range(self.heads)], 1)
        return hooked_gpt2.forward(self.model, self.tokens, edits)

    def through_skip(self, layer):
        """mlp_out := skip + detach(out - skip)"""
        seen = {}

        def keep(x):
            seen["x"] = x
            return x

        def write(out):
            skip = self.skip(layer, seen["x"])
            return skip + (out - skip).detach().requires_grad_()

        return {self.input_hook(layer): keep, f"blocks.{layer}.hook_mlp_out": write}

    def frozen_pre_activation(self, layer, activations):
        """[pos, feature], the scale of its input normalisation as in the unchanged run."""
        transcoder = self.transcoders[layer]
        return transcoder.pre_activations(self.read(layer, activations), transcoder.scale(self.read(layer, self.clean)))

    def target_value(self, target, activations, frozen=True):
        if target["kind"] == "feature":
            layer = target["layer"]
            transcoder = self.transcoders[layer]
            x = self.read(layer, activations)
            h = self.frozen_pre_activation(layer, activations) if frozen else transcoder.pre_activations(
                x, transcoder.scale(x))
            return h[target["position"], target["index"]]
        if target["kind"] == "logits":
            logits = activations["logits"][-1]
            if target["centred"]:
                logits = logits - logits.mean()
            return logits[target["ids"]] @ torch.tensor(target["weights"], dtype=logits.dtype)
        final = self.model.transformer.ln_f
        behind = activations["ln_final.hook_normalized"][-1] * final.weight + final.bias
        return behind @ torch.tensor(target["vector"], dtype=behind.dtype)

    def row(self, target, run):
        """Direct effects on one target: of all features, errors [layer, pos] and tokens [pos]."""
        writes = [run[f"blocks.{layer}.hook_mlp_out"] for layer in range(self.layers)]
        grads = torch.autograd.grad(self.target_value(target, run), [run["hook_embed"], *writes], retain_graph=True,
                                    allow_unused=True)
        embed, *outs = [torch.zeros_like(self.clean["hook_embed"]) if g is None else g for g in grads]
        features = [outs[layer][p] @ self.written(layer, p, i) for layer, p, i in self.active]
        errors = [(g * e).sum(-1) for g, e in zip(outs, self.errors)]
        return torch.stack(features), torch.stack(errors), (embed * self.token_vectors).sum(-1)

    def written(self, layer, position, index):
        """activation x decoder row"""
        return self.features[layer][position, index] * self.transcoders[layer].rows()[index]

    def edge(self, source, target, run):
        features, errors, tokens = self.row(target, run)
        if source["kind"] == "feature":
            return features[self.active.index((source["layer"], source["position"], source["index"]))]
        return errors[source["layer"], source["position"]] if source["kind"] == "error" else tokens[source["position"]]

    def carriers(self, source, target):
        """(weight, weight lost without each head [layer, head], weight left without any)."""
        everyone = [(layer, head) for layer in range(self.layers) for head in range(self.heads)]
        weight = self.edge(source, target, self.linear_run())
        lost = [weight - self.edge(source, target, self.linear_run([one])) for one in everyone]
        return weight, torch.stack(lost).view(self.layers, self.heads), self.edge(source, target, self.linear_run(everyone))

    # Changed runs

    @torch.no_grad()
    def changed_run(self, changes, hold):
        """Activations when the changes are made together. hold: everything, attention or nothing."""
        edits, seen = {}, {}
        for layer in range(self.layers):
            b, hook = f"blocks.{layer}", self.input_hook(layer)
            edits[hook] = lambda x, layer=layer: seen.setdefault(layer, x)
            edits[f"{b}.hook_mlp_out"] = lambda out, layer=layer: self.changed_out(layer, out, seen[layer], changes, hold)
            names = [f"{b}.attn.hook_pattern"] if hold != "nothing" else []
            names += [f"{b}.ln1.hook_scale", f"{b}.ln2.hook_scale"] if hold == "everything" else []
            edits |= {name: lambda _, name=name: self.clean[name] for name in names}
        if hold == "everything":
            edits["ln_final.hook_scale"] = lambda _: self.clean["ln_final.hook_scale"]
        edits["hook_embed"] = lambda x: self.changed_embedding(x, changes)
        return hooked_gpt2.forward(self.model, self.tokens, edits)

    def changed_embedding(self, x, changes):
        x = x.clone()
        for change in changes:
            if change["kind"] == "token":
                x[change["position"]] += (change["factor"] - 1) * self.token_vectors[change["position"]]
        return x

    def changed_out(self, layer, out, x, changes, hold):
        """MLP output of a changed run: `out` is what the MLP gives for the changed input `x`."""
        if hold == "everything":
            clean_x = self.clean[self.input_hook(layer)]
            out = self.clean[f"blocks.{layer}.hook_mlp_out"] + self.skip(layer, x) - self.skip(layer, clean_x)
        out = out.clone()
        for change in changes:
            if change.get("layer") != layer:
                continue
            p = change["position"]
            if change["kind"] == "error":
                out[p] += (change["factor"] - 1) * self.errors[layer, p]
            elif change["kind"] == "feature":
                acts = self.features[layer] if hold == "everything" else self.transcoders[layer].encode(x)
                out[p] += (change["value"] - acts[p, change["index"]]) * self.transcoders[layer].rows()[change["index"]]
        return out

    def effects(self, changes, hold, targets):
        """Change of each target, [target]."""
        run, frozen = self.changed_run(changes, hold), hold == "everything"
        value = lambda target, at: self.target_value(target, at, frozen)
        with torch.no_grad():
            return torch.stack([value(target, run) - value(target, self.clean) for target in targets])
