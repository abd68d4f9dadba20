"""Attribution patching of fixtures/patching/attribution.json: AtP, AtP* and integrated gradients (math.md 6.1, 6.2, 6.5).

AtP* is recomputed naively: the whole attention pattern once per replaced query or key, one backward pass per dropped layer.
"""

import torch

import hooked_gpt2
from patch_bench import BOTH, DICTIONARIES, GRADIENT, LOGIT_DIFF, METRICS, ODD_LOGIT_DIFF, Bench
from patch_runs import hook_name, metric_text, metric_value, nested, replaced, spliced

WIDTH_SUMMED = ("resid_pre", "resid_mid", "resid_post", "attn_out", "mlp_out", "q", "k", "v", "z")
AXES = {at: ["layer", "position"] for at in ("resid_pre", "resid_mid", "resid_post", "attn_out", "mlp_out")} | {
    at: ["layer", "position", "head"] for at in "qkvz"} | {
    "pattern": ["layer", "head", "position", "source"], "mlp_post": ["layer", "position", "neuron"],
    "features": ["position", "feature"], "error": ["position"]}


def gradients(lab, side, metric, edits=None):
    """{hook: gradient of the metric on that run}; zeros where there is no influence."""
    acts = hooked_gpt2.forward(lab.model, lab.tokens[side], edits)
    metric_value(metric, acts["logits"], lab.tokens[side], lab.runs["clean"]["logits"]).backward()
    return {n: torch.zeros_like(a) if a.grad is None else a.grad for n, a in acts.items()}


def change(lab, direction, name, site):
    """source - base in the base's shape; zero where a position has no partner."""
    base, source, aligned = lab.turn(direction)
    x = lab.runs[base][name]
    return replaced(x, lab.runs[source][name], [site], aligned) - x


def plain(lab, direction, at, grads):
    """AtP: (source - base) . gradient, per layer, summed over d_model or d_head."""
    layers = []
    for layer in range(lab.layers):
        name = hook_name(layer, at)
        product = change(lab, direction, name, {"at": at}) * grads[name]
        layers.append(product.sum(-1) if at in WIDTH_SUMMED else product)
    return torch.stack(layers)


def pattern_after(lab, direction, at, layer, head, position):
    """Attention of one head [query, key] with the query or key at `position` taken from the source run."""
    base, _, _ = lab.turn(direction)
    rows = {n: lab.runs[base][hook_name(layer, n)][:, head] for n in "qk"}
    if at:
        name = hook_name(layer, at)
        rows[at] = rows[at] + change(lab, direction, name, {"at": at, "position": position})[:, head]
    scale = rows["q"].shape[-1] ** -0.5
    if lab.model.config.scale_attn_by_inverse_layer_idx:
        scale /= layer + 1
    future = torch.ones(len(rows["q"]), len(rows["k"]), dtype=torch.bool).triu(1)
    return (rows["q"] @ rows["k"].T * scale).masked_fill(future, -torch.inf).softmax(-1)


def qk_fixed(lab, direction, at, grads):
    """The QK fix at every query (or key): sum over the pattern of its exact change times its gradient."""
    base, _, _ = lab.turn(direction)
    values = torch.zeros(lab.layers, len(lab.tokens[base]), lab.heads, dtype=torch.float64)
    for layer in range(lab.layers):
        name = hook_name(layer, "pattern")
        for head in range(lab.heads):
            before = pattern_after(lab, direction, None, layer, head, None)
            assert (before - lab.runs[base][name][head]).abs().max() < 1e-5
            for position in range(len(lab.tokens[base])):
                after = pattern_after(lab, direction, at, layer, head, position)
                values[layer, position, head] = ((after - before) * grads[name][head]).sum()
    return values


def estimate(lab, direction, at, grads):
    return (qk_fixed if at in ("q", "k") else plain)(lab, direction, at, grads)


def atp_star(lab, direction, at, metric):
    return estimate(lab, direction, at, gradients(lab, lab.turn(direction)[0], metric))


def stop(x):
    return x.detach()


def dropped_gradients(lab, direction, metric, layer):
    """GradDrop: nothing flows back through what this layer's attention and MLP add to the residual."""
    grads = gradients(lab, lab.turn(direction)[0], metric,
                      {hook_name(layer, "attn_out"): stop, hook_name(layer, "mlp_out"): stop})
    assert torch.equal(grads[hook_name(layer, "resid_pre")], grads[hook_name(layer, "resid_post")])
    return grads


def atp_star_scores(lab, direction, at, metric):
    """1/(L-1) of the sum over dropped layers of |estimate|."""
    each = [estimate(lab, direction, at, dropped_gradients(lab, direction, metric, layer)).abs()
            for layer in range(lab.layers)]
    return sum(each) / (lab.layers - 1)


def integrated(lab, direction, at, metric, steps):
    """Integrated gradients of one hook point at a time, all its positions together (left Riemann sum, base included)."""
    base, _, _ = lab.turn(direction)
    layers = []
    for layer in range(lab.layers):
        name = hook_name(layer, at)
        delta = change(lab, direction, name, {"at": at})
        total = torch.zeros_like(delta)
        for k in range(steps):
            value = (lab.runs[base][name] + k / steps * delta).requires_grad_()
            total = total + gradients(lab, base, metric, {name: lambda x: value})[name]
        layers.append((total / steps * delta).sum(-1))
    return torch.stack(layers)


def dictionary_plain(lab, direction, name, at, metric):
    """AtP of every feature [position, feature], or of the error term summed over d_model [position]."""
    base, _, _ = lab.turn(direction)
    leaves = {}

    def watch(features, error):
        leaves.update(features=features.detach().requires_grad_(), error=error.detach().requires_grad_())
        return leaves["features"], leaves["error"]

    gradients(lab, base, metric, spliced(lab.dictionaries[name], watch))
    product = change(lab, direction, f"{name}.{at}", {"at": at, "dictionary": name}) * leaves[at].grad
    return product if at == "features" else product.sum(-1)


def as_lists(lab, direction, at, values):
    """Nested lists, null where a position has no partner in the other text."""
    aligned = {b for b, _ in lab.turn(direction)[2]}
    axes = AXES[at]

    def cell(*place):
        named = {i for i, axis in zip(place, axes) if axis in ("position", "source")}
        return values[place].item() if named <= aligned else None

    return nested(values.shape, cell)


def entry(bench, metric, direction, at, method, compute, scores=None, **fields):
    lists = lambda run: lambda lab: as_lists(lab, direction, at, run(lab))
    made = bench.entry(metric, lists(compute), GRADIENT, direction=direction, at=at, axes=AXES[at], method=method, **fields)
    assert any(abs(v) > 1e-3 for v in flat(made["values"])), f"{method} {at} {direction} is silent"
    if scores:
        made["scores"] = bench.checked(lists(scores), GRADIENT, f"{method} scores {at} {direction} {metric_text(metric)}")
    return made


def flat(nested_values):
    if isinstance(nested_values, list):
        return [v for part in nested_values for v in flat(part)]
    return [] if nested_values is None else [nested_values]


def atp(bench, metric, direction, at):
    return entry(bench, metric, direction, at, "atp",
                 lambda lab: plain(lab, direction, at, gradients(lab, lab.turn(direction)[0], metric)))


def star(bench, metric, direction, at):
    return entry(bench, metric, direction, at, "atp*", lambda lab: atp_star(lab, direction, at, metric),
                 lambda lab: atp_star_scores(lab, direction, at, metric))


def ig(bench, metric, direction, at, steps=10):
    return entry(bench, metric, direction, at, "ig", lambda lab: integrated(lab, direction, at, metric, steps), steps=steps)


def of_dictionary(bench, metric, direction, name, at):
    return entry(bench, metric, direction, at, "atp", lambda lab: dictionary_plain(lab, direction, name, at, metric),
                 dictionary=name)


def attributions():
    tiny, odd, unequal = Bench("tiny"), Bench("odd"), Bench("tiny-unequal")
    for direction in BOTH:
        check_derivatives(tiny.exact, direction)
        for at in (*WIDTH_SUMMED, "pattern", "mlp_post"):
            for metric in METRICS if at in ("resid_pre", "z") else [LOGIT_DIFF]:
                # At the clean run KL is at its minimum: every gradient is zero.
                if (metric["kind"], direction) != ("kl", "noise"):
                    yield atp(tiny, metric, direction, at)
        for name in DICTIONARIES:
            for at in ("features", "error"):
                yield of_dictionary(tiny, LOGIT_DIFF, direction, name, at)
        for at in ("resid_pre", "attn_out", "mlp_out", *"qkvz"):
            yield star(tiny, LOGIT_DIFF, direction, at)
        for at in ("resid_pre", "z", "mlp_out"):
            yield ig(tiny, LOGIT_DIFF, direction, at)
        for at in ("resid_pre", *"qkvz", "pattern"):
            yield atp(odd, ODD_LOGIT_DIFF, direction, at)
        for at in "qkz":
            yield star(odd, ODD_LOGIT_DIFF, direction, at)
        yield ig(odd, ODD_LOGIT_DIFF, direction, "resid_pre")
        for at in ("resid_pre", "z"):
            yield atp(unequal, LOGIT_DIFF, direction, at)


def check_derivatives(lab, direction, step=1e-5):
    """Each estimate is the derivative of a forward pass: AtP moves a node, the QK fix a pattern, towards the other run's.

    And with many steps, integrated gradients of a whole hook point add up to the effect of patching all of it.
    """
    base, _, _ = lab.turn(direction)
    grads = gradients(lab, base, LOGIT_DIFF)
    slope = lambda name, delta: (lab.value(LOGIT_DIFF, base, {name: lambda x: x + step * delta})
                                 - lab.value(LOGIT_DIFF, base, {name: lambda x: x - step * delta})) / (2 * step)
    for at in ("resid_pre", "attn_out", "mlp_out", *"qkvz"):
        values = plain(lab, direction, at, grads)
        for place in torch.cartesian_prod(*(torch.arange(n) for n in values.shape)).tolist():
            site = dict(zip(AXES[at], place), at=at)
            name = hook_name(site["layer"], at)
            expect_close(slope(name, change(lab, direction, name, site)), values[tuple(place)].item())
    for at in "qk":
        values = qk_fixed(lab, direction, at, grads)
        for layer, position, head in ((0, 5, 1), (1, 8, 3), (2, 9, 0), (1, 2, 2)):
            delta = torch.zeros_like(lab.runs[base][hook_name(layer, "pattern")])
            delta[head] = (pattern_after(lab, direction, at, layer, head, position)
                           - pattern_after(lab, direction, None, layer, head, None))
            expect_close(slope(hook_name(layer, "pattern"), delta), values[layer, position, head].item())
    everywhere = lab.patched(LOGIT_DIFF, direction, [{"at": "z", "layer": 1}]) - lab.value(LOGIT_DIFF, base)
    expect_close(integrated(lab, direction, "z", LOGIT_DIFF, 2000)[1].sum().item(), everywhere, 2e-3)


def expect_close(actual, expected, tolerance=1e-6):
    assert abs(actual - expected) < tolerance * max(1.0, abs(expected)), (actual, expected)
