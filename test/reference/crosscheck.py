"""Compares the fixtures with TransformerLens (>= 3) and SAELens (>= 6), where those are installed. Writes nothing.

Usage: python crosscheck.py [model] [dictionaries] [splices] [patching]
"""

import json
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file

import checkpoints
import generate
import hooked_gpt2
import interventions
import measure
import patch_runs


def report(what, errors):
    worst, name = max((error, name) for name, error in errors.items())
    print(f"{what}: {len(errors)} tensors, worst row error {worst:.1e} at {name}")
    assert all(error < 1e-5 for error in errors.values()), what


def lens(folder, saelens=True):
    """The checkpoint in TransformerLens, unprocessed, float64; SAELens's subclass adds `mlp.hook_in`."""
    from transformer_lens import HookedTransformer, HookedTransformerConfig
    from transformer_lens.pretrained.weight_conversions import convert_gpt2_weights

    hf = checkpoints.load(folder)
    config = hf.config
    cfg = HookedTransformerConfig(
        n_layers=config.n_layer, n_heads=config.n_head, d_model=config.n_embd, d_head=config.n_embd // config.n_head,
        d_mlp=config.n_inner or 4 * config.n_embd, n_ctx=config.n_positions, d_vocab=config.vocab_size,
        act_fn=config.activation_function, eps=config.layer_norm_epsilon, dtype=torch.float64, device="cpu",
        scale_attn_by_inverse_layer_idx=config.scale_attn_by_inverse_layer_idx, normalization_type="LN",
        use_attn_result=True, seed=0)
    if saelens:
        from sae_lens.analysis.hooked_sae_transformer import HookedSAETransformer as HookedTransformer
    model = HookedTransformer(cfg)
    state = convert_gpt2_weights(hf, cfg)
    missing = model.load_state_dict(state, strict=False).missing_keys
    assert all("mask" in name or "IGNORE" in name or name.endswith("b_U") for name in missing), missing
    return model.double()


def lens_values(model, tokens, metric, edits):
    """(activations, gradients) by hook name, from TransformerLens's own hooks.

    TransformerLens applies ln1 three times (for q, k and v), so that its hooks fire three times; the gradient with
    respect to the one activation is the sum.
    """
    fired = {}

    def keep(x, hook):
        y = edits[hook.name](x[0])[None] if hook.name in edits else x
        if y.requires_grad:
            y.retain_grad()
        fired.setdefault(hook.name, []).append(y)
        return y

    model.zero_grad()
    with model.hooks(fwd_hooks=[(lambda name: name != "hook_tokens", keep)]):
        logits = model(torch.tensor([tokens]))
        logits.retain_grad()
        fired["logits"] = [logits]
        hooked_gpt2.metric_value(metric, logits[0], tokens).backward()
    grads = {n: sum(a.grad[0] for a in many if a.grad is not None) for n, many in fired.items()}
    return {n: many[0][0] for n, many in fired.items()}, {n: g for n, g in grads.items() if torch.is_tensor(g)}


def compare(stored, computed, prefix=""):
    return {n: generate.row_error(computed[n].detach(), stored[prefix + n].double())
            for n in computed if prefix + n in stored}


def check_model(name):
    folder = generate.FIXTURES / name
    index = json.loads((folder / "index.json").read_text())
    model = lens(folder / "model")
    tokens = {s["name"]: s["tokens"] for s in index["sequences"]}
    for entry in index["gradients"]:
        sequence = tokens[entry["sequence"]]
        acts, grads = lens_values(model, sequence, entry["metric"], {})
        stored = load_file(folder / f"activations.{entry['sequence']}.safetensors")
        assert set(stored) <= set(acts), set(stored) - set(acts)
        report(f"{name} {entry['sequence']} activations", compare(stored, acts))
        report(f"{name} {entry['sequence']} {entry['metric']}", compare(load_file(folder / entry["file"]), grads, "grad."))
    for run in index.get("interventions", {"runs": []})["runs"]:
        values = {n: v.double() for n, v in load_file(folder / index["interventions"]["values"]).items()}
        edits = {spec["hook"]: interventions.edit(spec, values) for spec in run["edits"]}
        acts, grads = lens_values(model, tokens["long"], index["interventions"]["metric"], edits)
        stored = load_file(folder / run["file"])
        report(f"{name} {run['name']}", compare(stored, acts) | compare(stored, grads, "grad."))


def check_splices():
    """gpt2-tiny with SAELens's SAEs attached, by its own hooks. Version 6.18 cannot attach transcoders."""
    folder = generate.FIXTURES / "gpt2-tiny"
    index = json.loads((folder / "index.json").read_text())
    tokens, metric = index["sequences"][0]["tokens"], index["splices"]["metric"]
    model = lens(folder / "model")
    for run in index["splices"]["runs"]:
        if "transcoder" in run["dictionary"]:
            continue
        sae, stored = saved_sae(run["dictionary"]), load_file(folder / run["file"])
        hook = sae.cfg.metadata.hook_name
        ablate = {f"{hook}.hook_sae_acts_post": interventions.without_feature(run["feature"])}
        computed = {}
        for name, error, edits in (("reconstruction", False, {}), ("feature-ablated", True, ablate), ("with-error", True, {})):
            model.add_sae(sae, use_error_term=error)
            acts, grads = lens_values(model, tokens, metric, edits)
            model.reset_saes()
            computed[f"logits.{name}"] = acts["logits"]
        computed |= {"feature_acts": acts[f"{hook}.hook_sae_acts_post"], "error": acts[f"{hook}.hook_sae_error"],
                     "grad.feature_acts": grads[f"{hook}.hook_sae_acts_post"],
                     "grad.blocks.0.hook_resid_post": grads["blocks.0.hook_resid_post"]}
        report(f"splice of {run['dictionary']}", compare(stored, computed))


def patching_function(entry):
    """TransformerLens's own function for a sweep of patch.json, and what of its result the entry stores; None: it has none."""
    from transformer_lens import patching

    at, axes = entry["at"], tuple(entry["axes"])
    whole = slice(None)
    if axes == ("layer", "position") and hasattr(patching, f"get_act_patch_{at}"):
        return getattr(patching, f"get_act_patch_{at}"), whole
    head = "attn_head_out" if at == "z" else f"attn_head_{at}"
    if axes == ("layer", "head"):
        return getattr(patching, f"get_act_patch_{head}_all_pos"), whole
    if axes == ("layer", "position", "head"):
        return getattr(patching, f"get_act_patch_{head}_by_pos"), whole
    if axes == ("position", "source"):
        return patching.get_act_patch_attn_head_pattern_dest_src_pos, (entry["layer"], entry["head"])
    return None


def check_patching():
    """Sweeps of equal lengths with transformer_lens.patching, which denoises; noising is the same with the roles changed."""
    folder = generate.FIXTURES / "patching"
    pairs = json.loads((folder / "index.json").read_text())["pairs"]
    models, errors = {}, {}
    for entry in json.loads((folder / "patch.json").read_text()):
        pair, found = pairs[entry["pair"]], patching_function(entry)
        if pair["alignment"] or not found:
            continue
        if pair["model"] not in models:
            models[pair["model"]] = lens(generate.FIXTURES / pair["model"], saelens=False)
        model, (function, part) = models[pair["model"]], found
        source, base = ("clean", "corrupt") if entry["direction"] == "denoise" else ("corrupt", "clean")
        with torch.no_grad():
            clean_logits = model(torch.tensor([pair["clean"]]))[0]
            cache = model.run_with_cache(torch.tensor([pair[source]]))[1]
            metric = lambda logits: patch_runs.metric_value(entry["metricParts"], logits[0], pair[base], clean_logits)
            result = function(model, torch.tensor([pair[base]]), cache, metric)[part]
        name = " ".join([entry["pair"], entry["at"], *entry["axes"], entry["metric"], entry["direction"]])
        errors[name] = generate.row_error(result.double(), measure.numbers(entry["values"]))
    report("patching sweeps", errors)


def saved_sae(name):
    """SAELens reads the folder itself, in float64 (cfg.dtype overridden in a copy of the folder)."""
    from sae_lens.saes.sae import SAE

    folder = generate.FIXTURES / "dictionaries" / name
    with tempfile.TemporaryDirectory() as copy:
        for file in folder.iterdir():
            Path(copy, file.name).write_bytes(file.read_bytes())
        cfg = json.loads((folder / "cfg.json").read_text()) | {"dtype": "float64"}
        Path(copy, "cfg.json").write_text(json.dumps(cfg))
        return SAE.load_from_disk(copy).double()  # W_skip stays float32 otherwise


def check_dictionary(entry):
    folder = generate.FIXTURES / "dictionaries" / entry["folder"]
    sae = saved_sae(entry["folder"])
    if entry["normFactor"]:
        sae.fold_activation_norm_scaling_factor(entry["normFactor"])
    stored = load_file(folder / entry["expected"])
    x = stored["x"].double().requires_grad_()
    f = sae.encode(x)
    f.retain_grad()
    hidden = f * 1
    # SAELens's decode of a skip transcoder knows no input; its forward adds the skip.
    y = sae.decode(hidden) + (x @ sae.W_skip.T if hasattr(sae, "W_skip") else 0)
    (stored["c"].double() * y).sum().backward()
    computed = {"feature_acts": f, "reconstruction": y, "grad.x": x.grad, "grad.feature_acts": f.grad}
    report(f"dictionary {entry['folder']} {entry['normFactor'] or ''}", compare(stored, computed))
    report(f"dictionary {entry['folder']} forward", compare(stored, {"reconstruction": sae(stored["x"].double())}))


def check_dictionaries():
    from sae_lens.registry import SAE_CLASS_REGISTRY

    for entry in json.loads((generate.FIXTURES / "dictionaries" / "index.json").read_text())["dictionaries"]:
        if entry["kind"] in SAE_CLASS_REGISTRY:
            check_dictionary(entry)
        else:
            print(f"dictionary {entry['folder']}: this SAELens has no {entry['kind']}")


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["model", "dictionaries", "splices", "patching"]
    if "model" in wanted:
        for fixture in ("gpt2-tiny", "gpt2-odd", "gpt2-f16"):
            check_model(fixture)
    if "dictionaries" in wanted:
        check_dictionaries()
    if "splices" in wanted:
        check_splices()
    if "patching" in wanted:
        check_patching()
