"""Compares fixtures/graphs with circuit-tracer (its TransformerLens backend), where that is installed. Writes nothing.

Usage: python crosscheck_graphs.py
"""

import types

import huggingface_hub.constants
import torch
from transformer_lens import HookedTransformerConfig
from transformer_lens.pretrained.weight_conversions import convert_gpt2_weights

# circuit-tracer asks for this name, which present versions no longer have.
huggingface_hub.constants.HF_HUB_ENABLE_HF_TRANSFER = False

from circuit_tracer import graph as their_graph
from circuit_tracer.attribution.attribute_transformerlens import attribute
from circuit_tracer.replacement_model.replacement_model_transformerlens import TransformerLensReplacementModel
from circuit_tracer.transcoder.single_layer_transcoder import SingleLayerTranscoder, TranscoderSet

import checkpoints
import graph_setups
import graphs
from graph_scores import Scored
from measure import row_error

#: The others read through norms that circuit-tracer has not.
NAMES = ("relu", "skip", "mixed", "odd")


class Activation(torch.nn.Module):
    """The non-linearity of one of our transcoders, given pre-activations."""

    def __init__(self, transcoder):
        super().__init__()
        self.transcoder = transcoder

    def forward(self, h):
        if self.transcoder is None:
            return torch.zeros_like(h)
        if self.transcoder.topk:
            return h.relu() * (h >= h.topk(self.transcoder.cfg["k"], dim=-1).values[..., -1:])
        return h.relu() * (h > self.transcoder.w["threshold"]) if "threshold" in self.transcoder.w else h.relu()


def theirs(transcoder, layer, norm):
    """The same transcoder on mlp.hook_in; a layer without one gets one that never fires."""
    width = len(norm.weight)
    one = SingleLayerTranscoder(width, graph_setups.D_SAE, Activation(transcoder), layer, skip_connection=True,
                                dtype=torch.float64)
    if transcoder is None:
        return one
    encoder, bias = transcoder.w["W_enc"], transcoder.w["b_enc"]
    if transcoder.cfg["hook_in"].endswith("hook_normalized"):
        encoder = encoder / norm.weight[:, None]
        bias = bias - norm.bias @ encoder
    with torch.no_grad():
        one.W_enc.copy_(encoder.T)
        one.b_enc.copy_(bias)
        one.W_dec.copy_(transcoder.rows())
        one.b_dec.copy_(transcoder.w["b_dec"])
        one.W_skip.copy_(transcoder.w.get("W_skip", torch.zeros(width, width)))
    return one


def replacement_model(name, circuit):
    hf = checkpoints.load(graph_setups.FIXTURES / graph_setups.SETUPS[name][0])
    config = hf.config
    cfg = HookedTransformerConfig(
        n_layers=config.n_layer, n_heads=config.n_head, d_model=config.n_embd, d_head=config.n_embd // config.n_head,
        d_mlp=config.n_inner or 4 * config.n_embd, n_ctx=config.n_positions, d_vocab=config.vocab_size,
        act_fn=config.activation_function, eps=config.layer_norm_epsilon, dtype=torch.float64, device="cpu",
        scale_attn_by_inverse_layer_idx=config.scale_attn_by_inverse_layer_idx, normalization_type="LN", seed=0)
    model = TransformerLensReplacementModel(cfg)
    model.load_state_dict(convert_gpt2_weights(hf, cfg), strict=False)
    model.double()
    transcoders = {layer: theirs(t, layer, hf.transformer.h[layer].ln_2) for layer, t in enumerate(circuit.transcoders)}
    model._configure_replacement_model(TranscoderSet(transcoders, "mlp.hook_in", "mlp.hook_out"))
    model.tokenizer = types.SimpleNamespace(
        all_special_ids=[circuit.tokens[0]], decode=str, padding_side="right", vocab_size=config.vocab_size)
    return model


def check_edges(name, circuit, graph):
    """Same nodes, and the same edges between them."""
    assert [tuple(place) for place in graph.active_features.tolist()] == circuit.active, "other active features"
    ids, weights = graphs.likely(circuit)
    assert [target.vocab_idx for target in graph.logit_targets] == ids
    rows = graphs.full_rows(circuit, graphs.all_targets(circuit))
    count, sources = len(circuit.active), rows.shape[1]
    ours = torch.zeros_like(graph.adjacency_matrix)
    ours[:count, :sources] = rows[:count]
    ours[sources:, :sources] = rows[count:count + len(ids)]
    error = row_error(graph.adjacency_matrix, ours)
    print(f"{name}: {int((ours != 0).sum())} edges, worst row error {error:.1e}")
    assert error < 1e-10
    return ours, weights


def check_scores(name, circuit, graph, edges, weights):
    graph.adjacency_matrix = edges
    ours = Scored(edges, weights, len(circuit.active), len(circuit.tokens))
    pruned = their_graph.prune_graph(graph)
    nodes, kept = ours.pruned()
    assert nodes.equal(pruned.node_mask) and kept.equal(pruned.edge_mask), f"{name}: pruned otherwise"
    influence = their_graph.compute_node_influence(edges, ours.weight)
    scores = zip(ours.scores(), their_graph.compute_graph_scores(graph))
    worst = max((influence - ours.influence).abs().max().item(), *(abs(a - b) for a, b in scores))
    some = torch.tensor(list(range(3, 12)) + list(range(len(edges) - len(weights), len(edges))))
    known = torch.zeros_like(edges)
    known[some] = edges[some]
    partial = their_graph.compute_partial_influences(edges[some], weights, some, device="cpu")
    known = Scored(known, weights, len(circuit.active), len(circuit.tokens)).influence
    worst = max(worst, (partial - known).abs().max().item())
    print(f"{name}: same {int(nodes.sum())} nodes and {int(kept.sum())} edges kept, influence and scores to {worst:.1e}")
    assert worst < 1e-12


def check_effects(name, circuit, model):
    """Three features ablated together."""
    changes = graphs.together(circuit, graphs.random.Random(name))[0]
    given = [(c["layer"], c["position"], c["index"], c["value"]) for c in changes]
    options = {"everything": {"constrained_layers": range(circuit.layers)}, "attention": {},
               "nothing": {"freeze_attention": False}}
    for hold, kwargs in options.items():
        logits, acts = model.feature_intervention(torch.tensor(circuit.tokens), given, **kwargs)
        ours, ours_acts = graphs.whole_effect(circuit, changes, hold)
        error = row_error(logits[0, -1], ours)
        if hold != "everything":
            error = max(error, row_error(acts, ours_acts))
        print(f"{name}: three features ablated, held {hold}: worst row error {error:.1e}")
        assert error < 1e-10


if __name__ == "__main__":
    for name in NAMES:
        torch.set_default_dtype(torch.float32)  # The setups' random numbers are drawn in it.
        circuit = graph_setups.circuit(name)
        torch.set_default_dtype(torch.float64)
        model = replacement_model(name, circuit)
        graph = attribute(torch.tensor(circuit.tokens), model, batch_size=7)
        check_scores(name, circuit, graph, *check_edges(name, circuit, graph))
        check_effects(name, circuit, model)
