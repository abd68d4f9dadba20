"""A hand-built GPT-2 on which attribution patching fails and the QK fix does not: fixtures/patching/saturated.

Tokens are rows of a Hadamard matrix (zero mean, unit variance: LayerNorm leaves them as they are). Head 0 of layer 0 lets
the last token look for KEYS[0] or KEYS[1], depending on which of QUERIES it is, and writes for the one answer what it
writes against it for the other. Its softmax is saturated, so the gradient at the query is nearly zero although another
query moves all of the attention. MLPs write nothing; all other weights are small noise.
"""

import torch

import attribution
import checkpoints
from patch_bench import BOTH, FIXTURES, PAIRS, lab
from patch_runs import hook_name, metric_of, metric_text

WIDTH, HEADS, CONTEXT = 16, 2, 8
KEYS, QUERIES, ANSWERS = (1, 2), (3, 4), (5, 6)
SATURATION, WRITTEN = 8.0, 0.1
METRIC = metric_of("logit_diff", [ANSWERS[0]], [ANSWERS[1]])


def codes():
    """[15, 16]: the rows of the Hadamard matrix that have zero mean."""
    rows = torch.ones(1, 1)
    while len(rows) < WIDTH:
        rows = torch.cat([torch.cat([rows, rows], 1), torch.cat([rows, -rows], 1)])
    return rows[1:]


def build():
    token = codes()
    model = checkpoints.random_model(7, n_layer=2, n_head=HEADS, n_embd=WIDTH, n_inner=8, n_positions=CONTEXT,
                                     vocab_size=len(token), bos_token_id=0, eos_token_id=0)
    generator = torch.Generator().manual_seed(8)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(0.02 * torch.randn(parameter.shape, generator=generator))
            if ".ln_" in name and name.endswith("weight"):
                parameter += 1
            if "mlp.c_proj" in name:
                parameter.zero_()
        model.transformer.wte.weight.copy_(token)
        attention = model.transformer.h[0].attn
        strength = (SATURATION * (WIDTH // HEADS) ** 0.5) ** 0.5 / WIDTH
        for i in range(2):
            attention.c_attn.weight[:, i] += strength * token[QUERIES[i]]
            attention.c_attn.weight[:, WIDTH + i] += strength * token[KEYS[i]]
            attention.c_attn.weight[:, 2 * WIDTH + i] += token[KEYS[i]] / WIDTH
            attention.c_proj.weight[i] += (-1) ** i * WRITTEN * (token[ANSWERS[0]] - token[ANSWERS[1]])
    return model


def measure(direction):
    """Exact effect and both estimates of the head's query at the last position."""
    pair = lab("saturated")
    base, _, _ = pair.turn(direction)
    layer, head, position = 0, 0, len(PAIRS["saturated"]["clean"]) - 1
    pattern = pair.runs[base][hook_name(layer, "pattern")][head, position]
    assert pattern.max() > 0.99, "not saturated"
    patched = pair.patched(METRIC, direction, [{"at": "q", "layer": layer, "head": head, "position": position}])
    exact = patched - pair.value(METRIC, base)
    place = (layer, position, head)
    atp = attribution.plain(pair, direction, "q", attribution.gradients(pair, base, METRIC))[place].item()
    star = attribution.atp_star(pair, direction, "q", METRIC)[place].item()
    single = lab("saturated", single=True)
    again = attribution.plain(single, direction, "q", attribution.gradients(single, base, METRIC))[place].item()
    assert abs(again - atp) < 1e-3 * abs(atp), "float32 decides the estimate"
    assert abs(atp) < 0.05 * abs(exact), "attribution patching does too well"
    assert abs(star - exact) < 0.1 * abs(exact), "the QK fix does not help"
    print(f"saturated {direction}: exact {exact:.4f}, AtP {atp:.4f}, AtP* {star:.4f}")
    return {"pair": "saturated", "metric": metric_text(METRIC), "metricParts": METRIC, "direction": direction, "at": "q",
            "layer": layer, "head": head, "position": position, "exact": exact, "atp": atp, "atpStar": star}


def save():
    checkpoints.save(build(), FIXTURES / PAIRS["saturated"]["model"])


def nodes():
    return [measure(direction) for direction in BOTH]
