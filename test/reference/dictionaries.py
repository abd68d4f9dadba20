"""Small random dictionaries in SAELens layout, and what they compute in float64.

Formulas: jbloomAus/SAELens v6.18 sae_lens/saes/{sae,standard_sae,jumprelu_sae,topk_sae,gated_sae,transcoder}.py and
loading/pretrained_sae_loaders.py (old configurations), written down here anew; crosscheck.py compares with that library.
"""

import json
import shutil

import torch
from safetensors.torch import save_file

D_IN, D_SAE, K = 32, 48, 6
RESIDUAL = "blocks.1.hook_resid_post"


def new_config(architecture, hook=RESIDUAL, hook_out=None, **fields):
    """cfg.json as SAELens 6 writes it."""
    metadata = {"sae_lens_version": "6.18.0", "model_name": "gpt2-tiny", "model_class_name": "HookedTransformer",
                "hook_name": hook, "hook_head_index": None, "context_size": 64, "prepend_bos": False,
                "dataset_path": None, "neuronpedia_id": None, "model_from_pretrained_kwargs": {}}
    if hook_out:
        metadata |= {"hook_name_out": hook_out, "hook_head_index_out": None}
    return {"architecture": architecture, "d_in": D_IN, "d_sae": D_SAE, "dtype": "float32", "device": "cpu",
            "apply_b_dec_to_input": not hook_out, "normalize_activations": "none", "reshape_activations": "none",
            "metadata": metadata} | fields


def old_config(**fields):
    """cfg.json as SAELens 5 wrote it: flat, architecture and defaults to be inferred."""
    return {"architecture": "standard", "d_in": D_IN, "d_sae": D_SAE, "activation_fn_str": "relu",
            "apply_b_dec_to_input": True, "finetuning_scaling_factor": False, "context_size": 64,
            "model_name": "gpt2-tiny", "hook_name": RESIDUAL, "hook_layer": 1, "hook_head_index": None,
            "prepend_bos": False, "dataset_path": None, "dataset_trust_remote_code": True,
            "normalize_activations": "none", "dtype": "torch.float32", "device": "cpu",
            "sae_lens_training_version": None, "neuronpedia_id": None, "model_from_pretrained_kwargs": {}} | fields


MLP = {"hook": "blocks.1.mlp.hook_in", "hook_out": "blocks.1.hook_mlp_out"}

CONFIGS = {
    "standard": new_config("standard"),
    "standard-input-bias-kept": new_config("standard", apply_b_dec_to_input=False),
    "standard-constant-norm": new_config("standard", normalize_activations="constant_norm_rescale"),
    "standard-layer-norm": new_config("standard", normalize_activations="layer_norm"),
    "standard-expected-average": new_config("standard", normalize_activations="expected_average_only_in"),
    "standard-hook-z": new_config("standard", hook="blocks.1.attn.hook_z", reshape_activations="hook_z"),
    "standard-v5": old_config(),
    "jumprelu": new_config("jumprelu", apply_b_dec_to_input=False),
    "jumprelu-hook-z-layer-norm": new_config("jumprelu", hook="blocks.1.attn.hook_z", reshape_activations="hook_z",
                                             normalize_activations="layer_norm"),
    "topk": new_config("topk", k=K, rescale_acts_by_decoder_norm=False),
    "topk-rescaled": new_config("topk", k=K, rescale_acts_by_decoder_norm=True),
    "topk-v5": old_config(activation_fn_str="topk", activation_fn_kwargs={"k": K},
                          normalize_activations="layer_norm"),
    "gated": new_config("gated"),
    "transcoder": new_config("transcoder", **MLP, d_out=D_IN),
    "transcoder-narrow": new_config("transcoder", **MLP, d_out=24),
    "skip-transcoder": new_config("skip_transcoder", **MLP, d_out=D_IN),
    "jumprelu-transcoder": new_config("jumprelu_transcoder", **MLP, d_out=D_IN),
    "jumprelu-skip-transcoder": new_config("jumprelu_skip_transcoder", **MLP, d_out=D_IN),
    "jumprelu-skip-transcoder-layer-norm": new_config("jumprelu_skip_transcoder", **MLP, d_out=D_IN,
                                                      normalize_activations="layer_norm"),
    "skip-transcoder-expected-average": new_config("skip_transcoder", **MLP, d_out=D_IN,
                                                   normalize_activations="expected_average_only_in"),
}


def meaning(cfg):
    """What a configuration of either style says, in SAELens 6's terms."""
    if "metadata" in cfg:
        hooks = cfg["metadata"]
        return {"k": None, "rescale_acts_by_decoder_norm": False, "d_out": cfg["d_in"]} | cfg | {
            "hook_in": hooks["hook_name"], "hook_out": hooks.get("hook_name_out", hooks["hook_name"])}
    k = cfg.get("activation_fn_kwargs", {}).get("k")
    return {"d_in": cfg["d_in"], "d_out": cfg["d_in"], "d_sae": cfg["d_sae"], "k": k,
            "rescale_acts_by_decoder_norm": False,
            "architecture": "topk" if cfg["activation_fn_str"] == "topk" else cfg["architecture"],
            "apply_b_dec_to_input": cfg["apply_b_dec_to_input"], "normalize_activations": cfg["normalize_activations"],
            "reshape_activations": "hook_z" if "hook_z" in cfg["hook_name"] else "none",
            "hook_in": cfg["hook_name"], "hook_out": cfg["hook_name"]}


def random_weights(name, cfg):
    """Decoder rows of differing norms, biases away from zero, thresholds of both signs."""
    generator = torch.Generator().manual_seed(sum(map(ord, name)))
    randn = lambda *shape: torch.randn(*shape, generator=generator)
    m = meaning(cfg)
    d_in, d_out, d_sae, architecture = m["d_in"], m["d_out"], m["d_sae"], m["architecture"]
    norms = 0.5 + 1.5 * torch.rand(d_sae, 1, generator=generator)
    weights = {"W_enc": randn(d_in, d_sae) / d_in**0.5, "b_dec": 0.3 * randn(d_out),
               "W_dec": torch.nn.functional.normalize(randn(d_sae, d_out), dim=1) * norms}
    if architecture == "gated":
        weights |= {"b_gate": 0.3 * randn(d_sae) - 0.2, "b_mag": 0.3 * randn(d_sae), "r_mag": 0.3 * randn(d_sae)}
    else:
        weights["b_enc"] = 0.3 * randn(d_sae) - 0.2
    if "jumprelu" in architecture:
        weights["threshold"] = 0.3 + 0.3 * randn(d_sae)
    if "skip" in architecture:
        weights["W_skip"] = 0.3 * randn(d_out, d_in)
    if name == "standard-v5":
        weights["scaling_factor"] = torch.ones(d_sae)
    return weights


class Dictionary:
    """encode and decode in float64; `norm_factor` is the constant of expected_average_only_in, if given."""

    def __init__(self, cfg, weights, norm_factor=None):
        self.cfg = meaning(cfg)
        self.w = {n: t.double() for n, t in weights.items()}
        if norm_factor is not None:
            assert self.cfg["normalize_activations"] == "expected_average_only_in"
            self.w["W_enc"] = self.w["W_enc"] * norm_factor
            self.w["W_dec"] = self.w["W_dec"] / norm_factor
            self.w["b_dec"] = self.w["b_dec"] / norm_factor

    def normalised(self, x):
        """(normalised x, the way back)"""
        if self.cfg["normalize_activations"] == "constant_norm_rescale":
            factor = self.cfg["d_in"] ** 0.5 / x.pow(2).sum(-1, keepdim=True).sqrt()
            return x * factor, lambda y: y / factor
        if self.cfg["normalize_activations"] == "layer_norm":
            mean, deviation = x.mean(-1, keepdim=True), x.std(-1, keepdim=True, correction=1)
            return (x - mean) / (deviation + 1e-5), lambda y: y * deviation + mean
        return x, lambda y: y

    def flat(self, x):
        return x.flatten(-2) if self.cfg["reshape_activations"] == "hook_z" else x

    def encode(self, x):
        w, cfg = self.w, self.cfg
        x, _ = self.normalised(self.flat(x))
        if cfg["apply_b_dec_to_input"]:
            x = x - w["b_dec"]
        if cfg["architecture"] == "gated":
            gate = x @ w["W_enc"] + w["b_gate"]
            clear_of(gate, 0)
            return (gate > 0) * (x @ (w["W_enc"] * w["r_mag"].exp()) + w["b_mag"]).relu()
        h = x @ w["W_enc"] + w["b_enc"]
        clear_of(h, 0)
        if cfg["architecture"] == "topk":
            return self.top(h)
        if "threshold" in w:
            clear_of(h, w["threshold"])
            return h.relu() * (h > w["threshold"])
        return h.relu()

    def top(self, h):
        if self.cfg["rescale_acts_by_decoder_norm"]:
            h = h * self.w["W_dec"].norm(dim=-1)
        ordered = h.sort(-1, descending=True).values
        kth, next_one = ordered[..., self.cfg["k"] - 1, None], ordered[..., self.cfg["k"], None]
        clear_of(kth, next_one)
        return h.relu() * (h >= kth)

    def decode(self, f, x):
        """`x` is the input that was encoded: it says how to undo the normalisation, and feeds the skip."""
        if self.cfg["rescale_acts_by_decoder_norm"]:
            f = f / self.w["W_dec"].norm(dim=-1)
        y = f @ self.w["W_dec"] + self.w["b_dec"]
        if "transcoder" in self.cfg["architecture"]:
            return y + x @ self.w["W_skip"].T if "W_skip" in self.w else y
        _, back = self.normalised(self.flat(x))
        return back(y).reshape(x.shape)


def clear_of(values, border):
    """Refuses an example in which float32 rounding could decide whether a feature fires."""
    assert (values - border).abs().min() > 2e-5, "an activation is too close to its threshold"


def expected(dictionary, x, seed):
    """What the fixture stores for input `x`: activations, reconstruction and gradients of sum(c * reconstruction)."""
    x = x.double().requires_grad_()
    f = dictionary.encode(x)
    f.retain_grad()
    y = dictionary.decode(f, x)
    c = torch.randn(y.shape, generator=torch.Generator().manual_seed(seed))
    (c.double() * y).sum().backward()
    return {"x": x, "feature_acts": f, "reconstruction": y, "c": c, "grad.x": x.grad, "grad.feature_acts": f.grad}


def save(folder, cfg, weights):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "cfg.json").write_text(json.dumps(cfg, indent=2) + "\n")
    save_file(weights, folder / "sae_weights.safetensors")
