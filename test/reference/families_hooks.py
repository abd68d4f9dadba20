"""TransformerLens hook points of any family, read from transformers' own modules while its own forward pass runs.

Blocks, masks, rotary embedding, residual streams and projections are transformers'. Written out here, because it names none of
these tensors: norms and the attention of one layer. `families_values.check` asserts that an untouched model gives the same.
No batch axis: [pos, d_model], [pos, head, d_head], [head, query, key], scales [pos, 1] ([pos, head, 1] of norms over heads).
"""

import contextlib
import copy
import functools
import sys

import torch
from torch import nn

from families_exact import in_float64
from hooked_gpt2 import Recorder

NORMS = {
    "gpt2": {"ln_1": "ln1", "ln_2": "ln2"},
    "gpt_neo": {"ln_1": "ln1", "ln_2": "ln2"},
    "gemma2": {"input_layernorm": "ln1", "post_attention_layernorm": "ln1_post", "pre_feedforward_layernorm": "ln2",
               "post_feedforward_layernorm": "ln2_post"},
    "phi": {"input_layernorm": "ln1"},
}
NORMS["gemma3_text"] = NORMS["gemma2"]
OTHERS = {"input_layernorm": "ln1", "post_attention_layernorm": "ln2"}
FINAL_NORMS = ("ln_f", "final_layer_norm", "final_layernorm", "norm")
PRE = ("c_fc", "fc1", "dense_h_to_4h", "gate_proj")
OUT = ("c_proj", "fc2", "dense_4h_to_h", "down_proj")
ATTENTION_OUT = ("c_proj", "out_proj", "dense", "o_proj")


def child(module, names):
    return next(getattr(module, name) for name in names if hasattr(module, name))


def base_of(model):
    return child(model, ("transformer", "gpt_neox", "model"))


def layers_of(model):
    return child(base_of(model), ("h", "layers"))


def attention_of(block):
    attention = child(block, ("attn", "attention", "self_attn"))
    return getattr(attention, "attention", attention)


def forward(model, tokens, edits=None):
    """All hook points and `logits` of one sequence, as a dict in order of computation; `edits` change values on the way."""
    at = Recorder(edits)
    watched = copy.deepcopy(model)
    for parameter, original in zip(watched.parameters(), model.parameters()):
        parameter.data = original.data
    watch(watched, at)
    module = sys.modules[type(model).__module__]
    eager = getattr(module, "eager_attention_forward", None)
    module.eager_attention_forward = attend
    try:
        with in_float64() if model.dtype == torch.float64 else contextlib.nullcontext():
            at("logits", watched(torch.tensor([tokens]), use_cache=False).logits[0])
    finally:
        if eager is not None:
            module.eager_attention_forward = eager
    return at.activations


def watch(model, at):
    kind, base = model.config.model_type, base_of(model)
    for i, block in enumerate(layers_of(model)):
        watch_block(at, kind, f"blocks.{i}", block)
    final = child(base, FINAL_NORMS)
    final.forward = functools.partial(norm, at, "ln_final", final)
    embedding = child(base, ("wte", "embed_in", "embed_tokens"))
    pass_output(embedding, lambda x: at("hook_embed", x))
    if hasattr(base, "wpe"):
        pass_output(base.wpe, lambda x: at("hook_pos_embed", x))


def watch_block(at, kind, b, block):
    names = NORMS.get(kind, OTHERS)
    for name, hook in names.items():
        module = getattr(block, name)
        module.forward = functools.partial(norm, at, f"{b}.{hook}", module)
    block.register_forward_pre_hook(lambda m, args: (at(f"{b}.hook_resid_pre", args[0][0])[None], *args[1:]))
    first_output(block, lambda x: at(f"{b}.hook_resid_post", x))
    attention = attention_of(block)
    watch_attention(at, f"{b}.attn", attention)
    post = {hook: getattr(block, name) for name, hook in names.items()}
    if kind == "phi":
        block.forward = functools.partial(phi_block, at, b, block)
    if "ln2" in post and not is_parallel(block):
        post["ln2"].register_forward_pre_hook(lambda m, args: seen(at, f"{b}.hook_resid_mid", args[0][0]))
    first_output(post.get("ln1_post", attention), lambda x: at(f"{b}.hook_attn_out", x))
    watch_mlp(at, f"{b}.mlp", block.mlp)
    pass_output(post.get("ln2_post", block.mlp), lambda x: at(f"{b}.hook_mlp_out", x))


def is_parallel(block):
    return getattr(block, "use_parallel_residual", False)


def seen(at, name, x):
    """Recorded only: what flows on is not this tensor, so that it has neither edits nor a gradient."""
    at.activations[name] = x.detach()


def phi_block(at, b, block, hidden_states, **rest):
    """As PhiDecoderLayer's, with the one norm run for attention and MLP each, as TransformerLens does (ln1, ln2)."""
    attention, _ = block.self_attn(hidden_states=block.input_layernorm(hidden_states), **rest)
    second = norm(at, f"{b}.ln2", block.input_layernorm, hidden_states)
    return attention + block.mlp(second) + hidden_states


def pass_output(module, change):
    """`change` is given the output without batch axis."""
    module.register_forward_hook(lambda m, args, out: change(out[0])[None])


def first_output(module, change):
    """As pass_output, of modules that may return a tuple."""
    module.register_forward_hook(lambda m, args, out: (change(out[0][0])[None], *out[1:]) if isinstance(out, tuple)
                                 else change(out[0])[None])


def pass_input(module, change):
    module.register_forward_pre_hook(lambda m, args: (change(args[0][0])[None], *args[1:]))


def norm(at, prefix, module, x):
    """LayerNorm or RMSNorm of [1, pos, d] or, over heads, of [1, head, pos, d] (Qwen 3: [1, pos, head, d]); hook_normalized is
    before the gain."""
    heads_first = x.dim() == 4 and not type(module).__name__.startswith("Qwen")
    rows = x[0].transpose(0, 1) if heads_first else x[0]
    centred = rows - rows.mean(-1, keepdim=True) if isinstance(module, nn.LayerNorm) else rows
    epsilon = module.variance_epsilon if hasattr(module, "variance_epsilon") else module.eps
    scale = at(f"{prefix}.hook_scale", (centred.pow(2).mean(-1, keepdim=True) + epsilon).sqrt())
    normalized = at(f"{prefix}.hook_normalized", centred / scale)
    gain = module.weight + 1 if type(module).__name__.startswith("Gemma") else module.weight
    out = normalized * gain
    out = out + module.bias if getattr(module, "bias", None) is not None else out
    return (out.transpose(0, 1) if heads_first else out)[None]


def watch_attention(at, a, module):
    module.hooks = at, a
    if hasattr(module, "query_key_value"):
        pass_output(module.query_key_value, lambda x: interleaved(at, a, x, module.head_size))
    elif hasattr(module, "c_attn"):
        pass_output(module.c_attn, lambda x: joint(at, a, x, module.head_dim))
    else:
        for n in "qkv":
            pass_output(getattr(module, f"{n}_proj"), lambda x, n=n: heads(at, f"{a}.hook_{n}", x, module.head_dim))
    for n in "qk":
        over = getattr(module, f"{n}_norm", None) or getattr(module, f"{n}_layernorm", None)
        if over is not None:
            over.forward = functools.partial(norm, at, f"{a}.{n}_norm", over)
    if hasattr(module, "_attn"):
        module._attn = functools.partial(attend_neo, module)


def heads(at, name, x, width):
    return at(name, x.view(len(x), -1, width)).reshape(x.shape)


def interleaved(at, a, x, width):
    parts = x.view(len(x), -1, 3, width)
    return torch.stack([at(f"{a}.hook_{n}", parts[:, :, i]) for i, n in enumerate("qkv")], 2).reshape(x.shape)


def joint(at, a, x, width):
    parts = x.view(len(x), 3, -1, width)
    return torch.stack([at(f"{a}.hook_{n}", parts[:, i]) for i, n in enumerate("qkv")], 1).reshape(x.shape)


def attend(module, query, key, value, attention_mask, scaling=None, dropout=0.0, softcap=None, **_):
    """In place of eager_attention_forward; [1, head, pos, d_head] after norms and rotary. A mask's least number is -inf here."""
    at, a = module.hooks
    q, k = query[0].transpose(0, 1), key[0].transpose(0, 1)
    if "GPT2" not in type(module).__name__:
        q, k = at(f"{a}.hook_rot_q", q), at(f"{a}.hook_rot_k", k)
    hidden = attention_mask[0, 0] < -1e30
    return weighed(at, a, q, k, value[0].transpose(0, 1), hidden, scaling, softcap)


def attend_neo(module, query, key, value, attention_mask=None):
    at, a = module.hooks
    pos = query.shape[2]
    q, k, v = (x[0].transpose(0, 1) for x in (query, key, value))
    z, pattern = weighed(at, a, q, k, v, ~module.bias[0, 0, :pos, :pos], 1.0, None)
    return z.transpose(1, 2), pattern


def weighed(at, a, q, k, v, hidden, scaling, softcap):
    group = q.shape[1] // k.shape[1]
    wide_k, wide_v = (x.repeat_interleave(group, 1) for x in (k, v))
    scores = torch.einsum("qhd,khd->hqk", q, wide_k) * scaling
    if softcap is not None:
        scores = softcap * (scores / softcap).tanh()
    scores = at(f"{a}.hook_attn_scores", scores.masked_fill(hidden, -torch.inf))
    pattern = at(f"{a}.hook_pattern", scores.softmax(-1))
    z = at(f"{a}.hook_z", torch.einsum("hqk,khd->qhd", pattern, wide_v))
    return z[None], pattern[None]


def watch_mlp(at, m, mlp):
    pass_input(mlp, lambda x: at(f"{m}.hook_in", x))
    pass_output(child(mlp, PRE), lambda x: at(f"{m}.hook_pre", x))
    if hasattr(mlp, "up_proj"):
        pass_output(mlp.up_proj, lambda x: at(f"{m}.hook_pre_linear", x))
    pass_input(child(mlp, OUT), lambda x: at(f"{m}.hook_post", x))


def head_results(model, acts):
    """{blocks.L.attn.hook_result: [pos, head, d_model]}"""
    results = {}
    for i, block in enumerate(layers_of(model)):
        z, out = acts[f"blocks.{i}.attn.hook_z"], child(attention_of(block), ATTENTION_OUT)
        weight = out.weight.T if isinstance(out, nn.Linear) else out.weight
        per_head = weight.reshape(*z.shape[1:], -1)
        results[f"blocks.{i}.attn.hook_result"] = torch.einsum("phd,hdm->phm", z, per_head).detach()
    return results
