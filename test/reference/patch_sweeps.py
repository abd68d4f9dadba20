"""Patching sweeps of fixtures/patching/patch.json: one forward pass per cell."""

from patch_bench import BOTH, DICTIONARIES, EXACT, LOGIT_DIFF, METRICS, ODD_LOGIT_DIFF, Bench
from patch_runs import ATTENTION, metric_of, nested

NEURONS = [3, 17, 40, 64, 99, 127]


def grid(bench, metric, direction, at, axes, cell, **fields):
    """A sweep: `cell(*place)` lists what is patched in the cell at that place of the axes."""
    base = bench.exact.turn(direction)[0]
    sizes = [axis_size(bench.exact, base, axis, fields) for axis in axes]
    compute = lambda lab: nested(sizes, lambda *place: lab.patched(metric, direction, cell(*place)))
    entry = bench.entry(metric, compute, EXACT, direction=direction, at=at, axes=axes, **fields)
    without = entry["corrupted" if base == "corrupt" else "clean"]
    assert differs(entry["values"], without), f"{at} {direction} changes nothing"
    return entry


def axis_size(lab, side, axis, fields):
    if axis in ("position", "source"):
        return len(lab.tokens[side])
    return {"layer": lab.layers, "head": lab.heads}.get(axis) or len(fields[f"{axis}s"])


def differs(values, base):
    if isinstance(values, list):
        return any(differs(v, base) for v in values)
    return values is not None and abs(values - base) > 1e-4


def by_position(bench, metric, direction, at):
    return grid(bench, metric, direction, at, ["layer", "position"],
                lambda layer, position: [{"at": at, "layer": layer, "position": position}])


def by_head(bench, metric, direction, at):
    return grid(bench, metric, direction, at, ["layer", "head"],
                lambda layer, head: [{"at": at, "layer": layer, "head": head}])


def by_head_and_position(bench, metric, direction, at):
    return grid(bench, metric, direction, at, ["layer", "position", "head"],
                lambda layer, position, head: [{"at": at, "layer": layer, "position": position, "head": head}])


def by_destination_and_source(bench, metric, direction, layer, head):
    place = {"layer": layer, "head": head}
    return grid(bench, metric, direction, "pattern", ["position", "source"],
                lambda position, source: [{"at": "pattern", **place, "position": position, "source": source}], **place)


def by_neuron(bench, metric, direction, layer):
    return grid(bench, metric, direction, "mlp_post", ["position", "neuron"],
                lambda position, i: [{"at": "mlp_post", "layer": layer, "position": position, "neuron": NEURONS[i]}],
                layer=layer, neurons=NEURONS)


def busiest_features(lab, name, count=6):
    """The features that differ most between the two runs, summed over positions."""
    clean, corrupt = (lab.runs[side][f"{name}.features"] for side in ("clean", "corrupt"))
    difference = (clean - corrupt).abs().sum(0) if clean.shape == corrupt.shape else clean.sum(0)
    return sorted(difference.topk(count).indices.tolist())


def by_feature(bench, metric, direction, name):
    features = busiest_features(bench.exact, name)
    return grid(bench, metric, direction, "features", ["position", "feature"],
                lambda position, i: [{"at": "features", "dictionary": name, "position": position, "feature": features[i]}],
                dictionary=name, features=features)


def by_error(bench, metric, direction, name):
    return grid(bench, metric, direction, "error", ["position"],
                lambda position: [{"at": "error", "dictionary": name, "position": position}], dictionary=name)


def in_sets(bench, metric, direction, sites):
    return grid(bench, metric, direction, "sites", ["site"], lambda i: sites[i], sites=sites)


def site_sets(bench):
    """Several sites at once, at different layers; in the last, features and error terms after a change upstream."""
    features = busiest_features(bench.exact, "standard")
    standard = {"dictionary": "standard"}
    return [
        [{"at": "resid_pre", "layer": 0, "position": 2}, {"at": "z", "layer": 1, "head": 1},
         {"at": "mlp_out", "layer": 2, "position": 9}],
        [{"at": "q", "layer": 0, "head": 0, "position": 8}, {"at": "k", "layer": 0, "head": 3},
         {"at": "pattern", "layer": 2, "head": 2}, {"at": "mlp_post", "layer": 1, "position": 5, "neuron": 17}],
        [{"at": "attn_out", "layer": 0, "position": 5}, {"at": "attn_out", "layer": 0, "position": 8},
         {"at": "features", **standard, "position": 5, "feature": features[0]},
         {"at": "features", **standard, "position": 9, "feature": features[1]},
         {"at": "error", **standard, "position": 8}, {"at": "v", "layer": 2, "head": 1, "position": 8}],
    ]


def sweeps():
    tiny, odd, unequal = Bench("tiny"), Bench("odd"), Bench("tiny-unequal")
    for direction in BOTH:
        yield from tiny_sweeps(tiny, direction)
        yield by_position(odd, ODD_LOGIT_DIFF, direction, "resid_pre")
        yield by_head(odd, ODD_LOGIT_DIFF, direction, "z")
        yield by_head(odd, ODD_LOGIT_DIFF, direction, "pattern")
        yield by_head_and_position(odd, ODD_LOGIT_DIFF, direction, "z")
        for at in ("resid_pre", "mlp_out"):
            yield by_position(unequal, LOGIT_DIFF, direction, at)
        yield by_position(unequal, metric_of("kl"), direction, "resid_pre")
        for at in ("z", "v"):
            yield by_head(unequal, LOGIT_DIFF, direction, at)
        yield by_head_and_position(unequal, LOGIT_DIFF, direction, "z")
        yield by_feature(unequal, LOGIT_DIFF, direction, "standard")
        yield by_error(unequal, LOGIT_DIFF, direction, "standard")


def tiny_sweeps(tiny, direction):
    for at in ("resid_pre", "resid_mid", "resid_post", "attn_out", "mlp_out"):
        for metric in METRICS if at == "resid_pre" else [LOGIT_DIFF]:
            yield by_position(tiny, metric, direction, at)
    for at in ATTENTION:
        for metric in METRICS if at == "z" else [LOGIT_DIFF]:
            yield by_head(tiny, metric, direction, at)
    for at in ("z", "q", "k", "v"):
        yield by_head_and_position(tiny, LOGIT_DIFF, direction, at)
    yield by_destination_and_source(tiny, LOGIT_DIFF, direction, 1, 2)
    yield by_neuron(tiny, LOGIT_DIFF, direction, 1)
    for name in DICTIONARIES:
        yield by_feature(tiny, LOGIT_DIFF, direction, name)
        yield by_error(tiny, LOGIT_DIFF, direction, name)
    yield in_sets(tiny, LOGIT_DIFF, direction, site_sets(tiny))
