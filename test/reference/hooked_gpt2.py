"""GPT-2's forward pass with every TransformerLens hook point, on the modules of a transformers GPT2LMHeadModel.

The arithmetic is written out here because transformers names only a few of these tensors; `check_against_transformers`
asserts that what it does name (hidden states, attentions, logits, weight gradients) is the same to 1e-10.
No batch axis: [pos, d_model], [pos, head, d_head], [head, query, key], scales [pos, 1].
"""

import torch
import torch.nn.functional as F


class Recorder:
    """Passes each activation through its edit (if any), keeps it under its hook name and keeps its gradient."""

    def __init__(self, edits=None):
        self.edits = edits or {}
        self.activations = {}

    def __call__(self, name, x):
        if name in self.edits:
            x = self.edits[name](x)
        if x.requires_grad:
            x.retain_grad()
        self.activations[name] = x
        return x


def norm(at, prefix, module, x):
    """LayerNorm; hook_normalized is (x - mean) / scale, before gain and bias (TransformerLens 3)."""
    centred = x - x.mean(-1, keepdim=True)
    scale = at(f"{prefix}.hook_scale", (centred.pow(2).mean(-1, keepdim=True) + module.eps).sqrt())
    return at(f"{prefix}.hook_normalized", centred / scale) * module.weight + module.bias


def attention(at, prefix, module, x):
    """Returns the attention output [pos, d_model]; `x` is the normalised input with gain and bias."""
    pos, d_model = x.shape
    heads = module.num_heads
    qkv = (x @ module.c_attn.weight + module.c_attn.bias).view(pos, 3, heads, -1)
    q, k, v = (at(f"{prefix}.hook_{n}", qkv[:, i]) for i, n in enumerate("qkv"))
    scale = 1.0 / q.shape[-1] ** 0.5 if module.config.scale_attn_weights else 1.0
    if module.config.scale_attn_by_inverse_layer_idx:
        scale /= module.layer_idx + 1
    future = torch.ones(pos, pos, dtype=torch.bool).triu(1)
    scores = (torch.einsum("qhd,khd->hqk", q, k) * scale).masked_fill(future, -torch.inf)
    pattern = at(f"{prefix}.hook_pattern", at(f"{prefix}.hook_attn_scores", scores).softmax(-1))
    z = at(f"{prefix}.hook_z", torch.einsum("hqk,khd->qhd", pattern, v))
    w_o = module.c_proj.weight.view(heads, -1, d_model)
    result = at(f"{prefix}.hook_result", torch.einsum("phd,hdm->phm", z, w_o))
    return result.sum(1) + module.c_proj.bias


def forward(model, tokens, edits=None):
    """All hook points and `logits` of one sequence, as a dict in order of computation."""
    at = Recorder(edits)
    gpt2 = model.transformer
    ids = torch.tensor(tokens)
    x = at("hook_embed", gpt2.wte.weight[ids]) + at("hook_pos_embed", gpt2.wpe.weight[: len(tokens)] * 1)
    for i, block in enumerate(gpt2.h):
        b = f"blocks.{i}"
        x = at(f"{b}.hook_resid_pre", x)
        attn_in = norm(at, f"{b}.ln1", block.ln_1, x)
        x = at(f"{b}.hook_resid_mid", x + at(f"{b}.hook_attn_out", attention(at, f"{b}.attn", block.attn, attn_in)))
        mlp_in = at(f"{b}.mlp.hook_in", norm(at, f"{b}.ln2", block.ln_2, x))
        pre = at(f"{b}.mlp.hook_pre", mlp_in @ block.mlp.c_fc.weight + block.mlp.c_fc.bias)
        post = at(f"{b}.mlp.hook_post", block.mlp.act(pre))
        mlp_out = at(f"{b}.hook_mlp_out", post @ block.mlp.c_proj.weight + block.mlp.c_proj.bias)
        x = at(f"{b}.hook_resid_post", x + mlp_out)
    at("logits", norm(at, "ln_final", gpt2.ln_f, x) @ model.lm_head.weight.T)
    return at.activations


def metric_value(metric, logits, tokens):
    """The scalar named by `metric` in the command line's grammar: KIND[:A[,B]][@position]."""
    spec, _, place = metric.partition("@")
    kind, _, answers = spec.partition(":")
    if kind == "loss":
        return F.cross_entropy(logits[:-1], torch.tensor(tokens[1:]))
    row = logits[int(place) if place else -1]
    ids = [int(a) for a in answers.split(",")]
    if kind == "log_prob":
        return row.log_softmax(-1)[ids[0]]
    values = {"logit_diff": row, "prob_diff": row.softmax(-1)}[kind]
    return values[ids[0]] - values[ids[1]]


def gradients(model, tokens, metric, edits=None):
    """(value, {"grad.<hook>": gradient}); masked attention scores and hooks without influence get zeros."""
    model.zero_grad(set_to_none=True)
    acts = forward(model, tokens, edits)
    value = metric_value(metric, acts["logits"], tokens)
    value.backward()
    return value.item(), {f"grad.{n}": torch.zeros_like(a) if a.grad is None else a.grad for n, a in acts.items()}


def weight_gradients(model, tokens, metric):
    """{"grad.<parameter>": gradient}; a tied lm_head is counted within transformer.wte.weight."""
    gradients(model, tokens, metric)
    return {f"grad.{n}": p.grad.clone() for n, p in model.named_parameters()}


def assert_same(what, actual, expected, tolerance=1e-10):
    error = (actual - expected).abs().max().item()
    scale = max(1.0, expected.abs().max().item())
    assert error <= tolerance * scale, f"{what}: differs by {error}"


def check_against_transformers(model, tokens):
    """Asserts that the pass above is the one transformers makes, in the same dtype (eager attention)."""
    acts = forward(model, tokens)
    ids = torch.tensor([tokens])
    out = model(ids, output_hidden_states=True, output_attentions=True, use_cache=False)
    layers = len(model.transformer.h)
    for i in range(layers):
        assert_same(f"hidden state {i}", acts[f"blocks.{i}.hook_resid_pre"], out.hidden_states[i][0])
        assert_same(f"attention {i}", acts[f"blocks.{i}.attn.hook_pattern"], out.attentions[i][0])
    final = model.transformer.ln_f
    normalised = acts["ln_final.hook_normalized"] * final.weight + final.bias
    assert_same("last hidden state", normalised, out.hidden_states[layers][0])
    assert_same("logits", acts["logits"], out.logits[0])
    if len(tokens) < 2:
        return
    ours = weight_gradients(model, tokens, "loss")
    model.zero_grad(set_to_none=True)
    # Not transformers' own `loss`: that one rounds the logits to float32 first.
    metric_value("loss", model(ids, use_cache=False).logits[0], tokens).backward()
    for name, parameter in model.named_parameters():
        assert_same(f"gradient of {name}", ours[f"grad.{name}"], parameter.grad)
