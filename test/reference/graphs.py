"""Writes fixtures/graphs (see README.md). Wired into generate.py."""

import json
import random

import torch
from safetensors.torch import save_file

import graph_setups
from graph_scores import Scored
from measure import row_error

FOLDER = graph_setups.FOLDER
GROWN = {"maxFeatures": 12, "batch": 5}


def node(kind, **place):
    return {"kind": kind} | place


def feature(layer, position, index, **fields):
    return node("feature", layer=layer, position=position, index=index, **fields)


def likely(circuit, most=10, share=0.95):
    """(ids, probabilities), likeliest first."""
    probabilities, ids = circuit.clean["logits"][-1].detach().softmax(-1).sort(descending=True)
    reached = int((probabilities.cumsum(0) < share).sum()) + 1
    count = min(most, reached)
    return ids[:count].tolist(), probabilities[:count]


def logit_targets(circuit, ids):
    """Likely tokens, then a difference of means, a logit as it is, and a direction."""
    a, b, width = ids[:2], [ids[-1], 3, 5], circuit.model.config.n_embd
    direction = torch.randn(width, generator=torch.Generator().manual_seed(width)).tolist()
    logits = lambda ids, weights, centred=True: node("logits", ids=ids, weights=weights, centred=centred)
    return [*(logits([i], [1.0]) for i in ids), logits([*a, *b], [0.5] * 2 + [-1 / 3] * 3), logits([9], [1.0], False),
            node("direction", vector=direction)]


def all_targets(circuit):
    return [feature(*place) for place in circuit.active] + logit_targets(circuit, likely(circuit)[0])


def full_rows(circuit, targets):
    """[target, features + errors + tokens]"""
    run = circuit.linear_run()
    return torch.stack([torch.cat([part.flatten() for part in circuit.row(t, run)]) for t in targets]).detach()


def packed(circuit, targets, rows):
    """What the engine's rows have: features and errors of layers below the target's, then tokens; one after the other."""
    features, positions, parts = len(circuit.active), len(circuit.tokens), []
    for target, row in zip(targets, rows):
        below = target.get("layer", circuit.layers)
        start = sum(layer < below for layer, *_ in circuit.active)
        errors = row[features:features + circuit.layers * positions]
        assert not row[start:features].any() and not errors[below * positions:].any(), "an edge from a later layer"
        parts += [row[:start], errors[:below * positions], row[features + circuit.layers * positions:]]
    return torch.cat(parts)


def nodes_of(circuit):
    """All sources in the order of a row."""
    errors = [node("error", layer=l, position=p) for l in range(circuit.layers) for p in range(len(circuit.tokens))]
    return [*(feature(*place) for place in circuit.active), *errors,
            *(node("token", position=p) for p in range(len(circuit.tokens)))]


def doubled(circuit, source):
    if source["kind"] != "feature":
        return source | {"factor": 2}
    return source | {"value": 2 * circuit.features[source["layer"]][source["position"], source["index"]].item()}


def random_nodes(circuit, rng):
    """14 features, 4 errors and 2 tokens."""
    sources = nodes_of(circuit)
    of = lambda kind: [s for s in sources if s["kind"] == kind and (kind == "token" or s["position"] > 0)]
    return [s for kind, count in (("feature", 14), ("error", 4), ("token", 2)) for s in rng.sample(of(kind), count)]


def together(circuit, rng):
    """Lists of changes that are made together: three ablated features, and one change of each kind."""
    early = [place for place in circuit.active if place[0] < circuit.layers - 1]
    ablated = [feature(*place, value=0.0) for place in rng.sample(early, 3)]
    mixed = [feature(*rng.choice(early), value=2.5), node("error", layer=1, position=3, factor=0.0),
             node("token", position=2, factor=0.5)]
    return [ablated, mixed]


def inserted(circuit):
    """A feature of the first layer that is not active where it is set."""
    acts = circuit.features[0]
    return [feature(0, 3, int((acts[3] == 0).nonzero()[0, 0]), value=1.5)]


def whole_effect(circuit, changes, hold):
    """Logits behind the last token, and all activations [layer x pos x feature] (of layers without a dictionary: zeros)."""
    run = circuit.changed_run(changes, hold)
    acts = [circuit.encoded(layer, run) for layer in range(circuit.layers)]
    empty = torch.zeros(len(circuit.tokens), graph_setups.D_SAE, dtype=run["logits"].dtype)
    return run["logits"][-1].detach(), torch.stack([empty if a is None else a for a in acts])


def strong_edges(circuit, targets, rows, rng):
    """Of the strongest edges ten between different positions, from all kinds of sources, and two that stay at theirs."""
    sources, last = nodes_of(circuit), len(circuit.tokens) - 1
    edges = sorted(((abs(weight), s, t) for t, row in enumerate(rows.tolist()) for s, weight in enumerate(row) if weight),
                   reverse=True)
    crosses = lambda s, t: sources[s]["position"] != targets[t].get("position", last)
    chosen = rng.sample([e for e in edges if not crosses(*e[1:])][:40], 2)
    for kind, count in (("feature", 6), ("error", 2), ("token", 2)):
        chosen += rng.sample([e for e in edges if crosses(*e[1:]) and sources[e[1]]["kind"] == kind][:40], count)
    return [(sources[s], targets[t]) for _, s, t in chosen]


def carriers(circuit, targets, rows, rng):
    entries = []
    for source, target in strong_edges(circuit, targets, rows, rng):
        weight, heads, direct = circuit.carriers(source, target)
        entries.append({"source": source, "target": target, "weight": weight.item(), "direct": direct.item(),
                        "heads": heads.flatten().tolist()})
    return entries


def adjacency(circuit, rows, count):
    """Edges of the graph of all active features and `count` logits, [target, source], of rows as they are stored."""
    features, sources = len(circuit.active), rows.shape[1]
    edges = torch.zeros(sources + count, sources + count, dtype=torch.float64)
    edges[:features, :sources] = rows[:features].float().double()
    edges[sources:, :sources] = rows[features:features + count].float().double()
    return edges


def grown(circuit, edges, weights):
    """Features that become nodes when only some may: `batch` at a time, the most influential of those not yet taken."""
    count, taken = len(circuit.active), []
    logits = len(edges) - len(weights)
    while len(taken) < GROWN["maxFeatures"]:
        known = torch.zeros_like(edges)
        rows = taken + list(range(logits, len(edges)))
        known[rows] = edges[rows]
        influence = Scored(known, weights, count, len(circuit.tokens)).influence[:count]
        ranked = [i for i in influence.sort(descending=True, stable=True).indices.tolist() if i not in taken]
        size = min(GROWN["batch"], GROWN["maxFeatures"] - len(taken))
        border = influence[ranked[size - 1 : size + 1]]
        assert border[0] > border[1] * (1 + 1e-9), "a tie in growth"
        taken += ranked[:size]
    return sorted(taken)


def scored(circuit, rows):
    weights = likely(circuit)[1]
    edges = adjacency(circuit, rows, len(weights))
    graph = Scored(edges, weights, len(circuit.active), len(circuit.tokens))
    assert graph.margin() > 1e-9, "a score at a threshold"
    nodes, kept = graph.pruned()
    replacement, completeness = graph.scores()
    return {"weights": weights.tolist(), "influence": graph.influence.tolist(), "entersAt": graph.enters_at().tolist(),
            "keptNodes": nodes.int().tolist(),
            "keptEdges": {t: row.nonzero()[:, 0].tolist() for t, row in enumerate(kept) if row.any()},
            "replacement": replacement, "completeness": completeness,
            "grown": GROWN | {"features": grown(circuit, edges, weights)}}


def check_rounding(name, targets, rows):
    """Plain float32 arithmetic must stay well within the tolerance for rows, 1e-4."""
    error = row_error(full_rows(graph_setups.circuit(name, torch.float32), targets).double(), rows)
    print(f"graphs {name}: {len(rows)} targets, float32 noise of rows {error:.1e}")
    assert error < 1e-5, "badly conditioned fixture"


def check_doubling(circuit, sources, effects, rows):
    """What was computed forward equals what was computed backward."""
    all_sources = nodes_of(circuit)
    columns = torch.stack([rows[:, all_sources.index(source)] for source in sources])
    assert (columns - effects).abs().max() < 1e-10, "edges and frozen interventions differ"


def write_setup(name):
    rng = random.Random(name)
    circuit = graph_setups.circuit(name)
    targets = all_targets(circuit)
    rows = full_rows(circuit, targets)
    check_rounding(name, targets, rows)
    sources = random_nodes(circuit, rng)
    effects = torch.stack([circuit.effects([doubled(circuit, s)], "everything", targets) for s in sources])
    check_doubling(circuit, sources, effects, rows)
    lists = [*together(circuit, rng), inserted(circuit)]
    tensors = {"rows": packed(circuit, targets, rows), "doubled": effects,
               "activations": torch.stack([circuit.features[l][p, i] for l, p, i in circuit.active]),
               "errorNorms": circuit.errors.norm(dim=-1), "logits": circuit.clean["logits"][-1]}
    for at, changes in enumerate(lists):
        for hold in ("everything", "attention", "nothing"):
            tensors[f"changed.{at}.{hold}.logits"], acts = whole_effect(circuit, changes, hold)
            if hold != "everything":
                tensors[f"changed.{at}.{hold}.features"] = acts
    save_file({n: t.detach().float().contiguous() for n, t in tensors.items()}, FOLDER / f"{name}.safetensors")
    path, _, configs = graph_setups.SETUPS[name]
    return {"name": name, "model": path, "tokens": circuit.tokens, "layers": circuit.layers, "features": circuit.active,
            "dictionaries": [cfg and {"folder": f"graphs/{name}.{layer}", "normFactor": graph_setups.factor_of(cfg)}
                             for layer, cfg in enumerate(configs)],
            "targets": targets[len(circuit.active):], "doubled": [doubled(circuit, s) for s in sources],
            "changed": lists, "carriers": carriers(circuit, targets, rows, rng), "scored": scored(circuit, rows)}


def rounded(value, digits=12):
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, (list, tuple)):
        return [rounded(v, digits) for v in value]
    return {k: rounded(v, digits) for k, v in value.items()} if isinstance(value, dict) else value


def write():
    FOLDER.mkdir(exist_ok=True)
    graph_setups.save_model()
    graph_setups.save_dictionaries()
    for name in graph_setups.SETUPS:
        text = json.dumps(rounded(write_setup(name)), separators=(",", ":"))
        (FOLDER / f"{name}.json").write_text(text + "\n")
