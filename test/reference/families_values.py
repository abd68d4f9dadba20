"""What is stored of a checkpoint of any family: activations, gradients, patching grids and greedy text, each checked first."""

import math

import torch
from safetensors.torch import save_file

import families_hooks
from families_exact import in_float64
from hooked_gpt2 import assert_same, metric_value
from measure import row_error

# Derivatives are stored with respect to these (last dotted parts, and norms' scales).
DIFFERENTIATED = ("hook_embed", "hook_pos_embed", "hook_resid_pre", "hook_attn_out", "hook_mlp_out", "hook_q", "hook_k",
                  "hook_v", "hook_rot_q", "hook_rot_k", "hook_attn_scores", "hook_z", "hook_pre", "hook_post", "hook_scale")
SLIM = ("hook_embed", "hook_attn_out", "hook_mlp_out", "hook_resid_post", "hook_pattern", "hook_z", "logits")
# Of the loss, which reads every position, only these.
OF_LOSS = ("hook_embed", "hook_resid_pre", "hook_z")
LENGTH = 12


def write_tensors(path, tensors):
    save_file({n: t.detach().to(torch.float32).contiguous().clone() for n, t in tensors.items()}, path)


class BadlyConditioned(Exception):
    """float32 arithmetic would come too near to the tolerances on these tokens, or two logits nearly tie."""


def write(folder, model, seed, slim=False):
    """Values of one checkpoint for index.json: one sequence of 12 tokens, two metrics, two grids, 8 tokens of text.
    `slim`: what the parts write and what attention looks at only, and one metric."""
    for attempt in range(seed, seed + 100_000, 5_000):
        try:
            return write_for(folder, model, attempt, slim)
        except BadlyConditioned:
            continue
    raise AssertionError("no tokens on which the checkpoint is well conditioned")


def write_for(folder, model, seed, slim):
    hooked = hasattr(model, "at_hooks")
    vocabulary = model.vocabulary if hooked else model.config.get_text_config().vocab_size
    tokens = random_tokens(seed, LENGTH, vocabulary)
    acts = forward(model, tokens)
    single = noise(model, tokens, acts) if hooked else check(model, tokens)
    kept = {n: a for n, a in acts.items() if n.split(".")[-1] in SLIM} if slim else acts | (
        {} if hooked else families_hooks.head_results(model, acts))
    write_tensors(folder / "activations.safetensors", kept)
    a, b = 7, vocabulary - 9
    metrics = {"logit-diff": f"logit_diff:{a},{b}"} | ({} if slim else {"loss": "loss"})
    other = random_tokens(seed + 1000, LENGTH, vocabulary)
    corrupt = [*tokens[:4], *other[4:6], *tokens[6:]]
    return {
        "sequences": [{"name": "long", "tokens": tokens, "activations": "activations.safetensors"}],
        "gradients": [write_gradients(folder, model, tokens, label, metric) for label, metric in metrics.items()],
        **({} if hooked and not model.causal else {"greedy": greedy(model, tokens[:7], 8)}),
        "patches": [patch(model, tokens, corrupt, metrics["logit-diff"], at) for at in ("resid_pre", "z")],
        "float32": single,
    }


def forward(model, tokens, edits=None):
    """All hook points of a transformers model, or of a HookedTransformer as families_lens.py wraps it."""
    return model.at_hooks(tokens, edits) if hasattr(model, "at_hooks") else families_hooks.forward(model, tokens, edits)


def layer_count(model):
    return model.layers if hasattr(model, "at_hooks") else len(families_hooks.layers_of(model))


def random_tokens(seed, count, vocabulary):
    return torch.randint(vocabulary, (count,), generator=torch.Generator().manual_seed(seed)).tolist()


def gradients(model, tokens, metric):
    """(value, {"grad.<hook>": gradient}); masked scores and hooks without influence get zeros."""
    acts = forward(model, tokens)
    value = metric_value(metric, acts["logits"], tokens)
    value.backward()
    kept = OF_LOSS if metric == "loss" else DIFFERENTIATED
    # TransformerLens runs a layer's first norm once each for queries, keys and values.
    thrice = ".ln1.hook_scale" if hasattr(model, "at_hooks") else None
    wanted = {n: a for n, a in acts.items() if n.split(".")[-1] in kept and not (thrice and n.endswith(thrice))}
    return value.item(), {f"grad.{n}": torch.zeros_like(a) if a.grad is None else a.grad for n, a in wanted.items()}


def write_gradients(folder, model, tokens, label, metric):
    file = f"gradients.{label}.safetensors"
    value, grads = gradients(model, tokens, metric)
    rounded = gradients(in_float32(model), tokens, metric)[1]
    refuse_above(1e-4, {n: row_error(rounded[n].double(), g) for n, g in grads.items()})
    write_tensors(folder / file, grads)
    return {"sequence": "long", "metric": metric, "value": value, "file": file}


def refuse_above(bound, errors):
    """A fixture must leave room for float32 arithmetic below the tolerance it is for."""
    worst = max(errors, key=errors.get)
    assert not any(map(math.isnan, errors.values())), "NaN"
    if errors[worst] > bound:
        raise BadlyConditioned(f"{worst}: {errors[worst]:.1e} in float32")
    return errors[worst]


def in_float32(model):
    """The same checkpoint as the original implementation itself computes it in float32."""
    if hasattr(model, "at_hooks"):
        return model.single()
    single = type(model)(model.config).eval()
    single.load_state_dict({n: t.float() for n, t in model.state_dict().items()})
    return single


def check(model, tokens):
    """Asserts that transformers' untouched pass gives the same in float64; returns how far its float32 pass is from it."""
    acts = families_hooks.forward(model, tokens)
    with in_float64():
        out = model(torch.tensor([tokens]), output_hidden_states=True, output_attentions=True, use_cache=False)
    for i in range(len(families_hooks.layers_of(model))):
        assert_same(f"hidden state {i}", acts[f"blocks.{i}.hook_resid_pre"], out.hidden_states[i][0])
        assert_same(f"attention {i}", acts[f"blocks.{i}.attn.hook_pattern"], out.attentions[i][0])
    assert_same("logits", acts["logits"], out.logits[0])
    check_gradients(model, tokens)
    plain = in_float32(model)(torch.tensor([tokens]), use_cache=False).logits[0].detach()
    return max(noise(model, tokens, acts), float(f"{row_error(plain.double(), acts['logits'].detach()):.0e}"))


def noise(model, tokens, acts):
    """How far the pass in float32 is from the one in float64."""
    rounded = forward(in_float32(model), tokens)
    errors = {n: row_error(rounded[n].detach().double(), a.detach()) for n, a in acts.items()}
    return float(f"{refuse_above(1e-5, errors):.0e}")


def check_gradients(model, tokens):
    """The gradient by the embedding of a run with hooks is the gradient of transformers' own pass."""
    _, grads = gradients(model, tokens, "loss")
    table = model.get_input_embeddings().weight
    model.zero_grad(set_to_none=True)
    embedded = {}
    keep = lambda m, args, out: embedded.setdefault("x", out)
    handle = model.get_input_embeddings().register_forward_hook(keep)
    with in_float64():
        logits = model(torch.tensor([tokens]), use_cache=False).logits[0]
    handle.remove()
    embedded["x"].retain_grad()
    metric_value("loss", logits, tokens).backward()
    assert table.grad is not None
    assert_same("gradient by the embedding", grads["grad.hook_embed"], embedded["x"].grad[0])


def patch(model, clean, corrupt, metric, at):
    """Every cell is one pass of the corrupt text with one part of it taken from the clean run."""
    source = forward(model, clean)
    value = lambda edits=None, tokens=corrupt: metric_value(
        metric, forward(model, tokens, edits)["logits"].detach(), tokens).item()
    layers = layer_count(model)
    name = (lambda layer: f"blocks.{layer}.hook_resid_pre") if at == "resid_pre" else (
        lambda layer: f"blocks.{layer}.attn.hook_z")
    columns = len(clean) if at == "resid_pre" else source[name(0)].shape[1]
    place = (lambda i: (i,)) if at == "resid_pre" else (lambda i: (slice(None), i))

    def cell(layer, i):
        hook = name(layer)
        return value({hook: lambda x: replaced(x, source[hook], place(i))})

    axes = ["layer", "position"] if at == "resid_pre" else ["layer", "head"]
    values = [[round(cell(layer, i), 10) for i in range(columns)] for layer in range(layers)]
    found = {"at": at, "axes": axes, "direction": "denoise", "metric": metric, "clean": clean, "corrupt": corrupt,
             "cleanValue": value(tokens=clean), "corruptedValue": value(), "values": values}
    assert max(abs(v - found["corruptedValue"]) for row in values for v in row) > 1e-2, f"{at} changes nothing"
    return found


def replaced(x, source, place):
    y = x.clone()
    y[place] = source[place].detach()
    return y


def greedy(model, prompt, count):
    """transformers' own greedy text (with its cache); a prompt after which two logits nearly tie is shortened."""
    if hasattr(model, "at_hooks"):
        return model.greedy(prompt, count)
    model.generation_config.eos_token_id = None
    for length in range(len(prompt), 2, -1):
        with in_float64():
            out = model.generate(torch.tensor([prompt[:length]]), max_new_tokens=count, do_sample=False,
                                 output_logits=True, return_dict_in_generate=True)
        best = torch.stack(out.logits).topk(2).values
        if (best[..., 0] - best[..., 1]).min() > 1e-3:
            return {"prompt": prompt[:length], "continuation": out.sequences[0, length:].tolist()}
    raise BadlyConditioned("ties in every greedy text")


def assert_matters(name, model, tokens, model_class, folder, load, **config):
    """A part of the config that is tested must change the logits where it is left out."""
    without = load(model_class, folder, **config)
    logits = lambda m: families_hooks.forward(m, tokens)["logits"].detach()
    error = row_error(logits(without), logits(model))
    assert error > 1e-3, f"{name}: without {config} the logits differ by {error:.1e} only"
