"""What TransformerLens (>= 3, on the path) itself computes: toy HookedTransformers, and models of other families with processed weights.

Usage: python families_lens.py [fixture name ...]; after families.py, whose folders it adds to.
"""

import json
import shutil
import sys

import torch
from safetensors.torch import save_file
from transformer_lens import HookedTransformer, HookedTransformerConfig
from transformer_lens.pretrained import weight_conversions as convert

import families
import families_exact
import families_hooks
import families_models
import families_values
from hooked_gpt2 import Recorder
from measure import row_error

SMALL = {"n_layers": 2, "d_model": 24, "d_head": 7, "n_heads": 3, "n_ctx": 32, "d_vocab": 64, "device": "cpu", "seed": 3}
# name: (config, description, how the state dict is written)
HOOKED = {
    "lens-attention-only": ({"attn_only": True, "normalization_type": None}, "attention only, no norms", "safetensors"),
    "lens-bidirectional": ({"attention_dir": "bidirectional", "normalization_type": "LN", "act_fn": "gelu", "d_mlp": 40,
                            "eps": 0.05},
                           "every position sees all", "pickle"),
    "lens-ln-pre": ({"normalization_type": "LNPre", "act_fn": "gelu_new", "d_mlp": 40, "use_attn_scale": False,
                     "use_local_attn": True, "window_size": 4, "attn_types": ["global", "local"]},
                    "folded layer norms, no scaling of scores, window 4 in layer 1", "one file"),
    "lens-gated-rotary": ({
        "normalization_type": "RMS", "act_fn": "silu", "gated_mlp": True, "d_mlp": 40, "positional_embedding_type": "rotary",
        "d_head": 8, "rotary_dim": 4, "n_heads": 4, "n_key_value_heads": 2, "attn_scores_soft_cap": 3.0,
        "output_logits_soft_cap": 4.0, "parallel_attn_mlp": True, "eps": 0.05, "rotary_base": 300},
        "gated MLP, root mean square norms, rotary on half of each head, grouped queries, soft caps, parallel residual",
        "safetensors"),
}
# name of a checkpoint: (config beyond what all share, conversion)
PROCESSED = {
    "gpt2": ({"n_heads": 3, "n_ctx": 32, "act_fn": "gelu_new", "eps": 1e-5, "normalization_type": "LN"}, convert.convert_gpt2_weights),
    "gpt-neox": ({"d_model": 32, "n_heads": 4, "d_mlp": 40, "act_fn": "gelu", "eps": 1e-5, "normalization_type": "LN",
                  "positional_embedding_type": "rotary", "rotary_dim": 2, "parallel_attn_mlp": True}, convert.convert_neox_weights),
    "qwen2-full": ({"n_heads": 4, "n_key_value_heads": 2, "d_mlp": 28, "d_head": 6, "act_fn": "silu", "eps": 0.05,
                    "normalization_type": "RMS", "positional_embedding_type": "rotary", "rotary_dim": 6, "gated_mlp": True,
                    "final_rms": True}, convert.convert_qwen2_weights),
}

RMS = {"normalization_type": "RMS", "final_rms": True, "n_heads": 4, "n_key_value_heads": 2, "d_mlp": 28, "gated_mlp": True,
       "positional_embedding_type": "rotary", "rotary_dim": 8, "act_fn": "silu", "eps": 0.05, "rotary_base": 300}
GEMMA = RMS | {"act_fn": "gelu_pytorch_tanh", "use_normalization_before_and_after": True, "use_local_attn": True,
               "n_layers": 3, "window_size": 4}
# As PROCESSED; only compared with what families_hooks.py reads.
COMPARED = PROCESSED | {
    "gpt-neo": ({"n_heads": 4, "d_head": 6, "n_ctx": 32, "n_layers": 3, "act_fn": "gelu_new", "eps": 0.05, "use_attn_scale": False,
                 "normalization_type": "LN", "use_local_attn": True, "window_size": 4,
                 "attn_types": ["global", "local", "local"]}, convert.convert_neo_weights),
    "llama-gqa": (RMS | {"rotary_base": 10000, "use_NTK_by_parts_rope": True, "NTK_by_parts_factor": 8.0, "NTK_original_ctx_len": 32},
                  convert.convert_llama_weights),
    "mistral": (RMS | {"d_head": 10, "rotary_dim": 10, "use_local_attn": True, "window_size": 5,
                       "attn_types": ["local", "local"]}, convert.convert_mistral_weights),
    "gemma": (RMS | {"act_fn": "gelu_pytorch_tanh", "n_key_value_heads": 1}, convert.convert_gemma_weights),
    "gemma2": (GEMMA | {"attn_scores_soft_cap": 2.0, "output_logits_soft_cap": 3.0, "attn_scale": 3**0.5,
                        "attn_types": ["local", "global", "local"]}, convert.convert_gemma_weights),
    "gemma3": (GEMMA | {"use_qk_norm": True, "attn_scale": 6**0.5, "attn_types": ["local", "local", "global"],
                        "rotary_base_local": 700, "rotary_scaling_factor": 4.0,
                        "original_architecture": "Gemma3ForCausalLM"}, convert.convert_gemma_weights),
    "qwen3": (RMS | {"d_head": 12, "rotary_dim": 12, "use_qk_norm": True}, convert.convert_qwen3_weights),
    "phi": ({"d_model": 32, "n_heads": 4, "d_mlp": 40, "act_fn": "gelu_new", "eps": 1e-5, "normalization_type": "LN",
             "positional_embedding_type": "rotary", "rotary_dim": 4, "parallel_attn_mlp": True}, convert.convert_phi_weights),
}


class Hooked:
    """A HookedTransformer as families_values takes models."""

    def __init__(self, model):
        self.model = model
        self.layers, self.vocabulary = model.cfg.n_layers, model.cfg.d_vocab
        self.causal = model.cfg.attention_dir == "causal"

    def at_hooks(self, tokens, edits=None):
        at = Recorder(edits)

        def keep(x, hook):
            # Norms over heads see [pos * head, d_head].
            part = x.view(len(tokens), -1, x.shape[-1]) if "_norm." in hook.name else x[0]
            return at(hook.name, part).view_as(x)

        with torch.enable_grad():
            logits = self.model.run_with_hooks(torch.tensor([tokens]), fwd_hooks=[(is_stored, keep)])
            at("logits", logits[0])
        return at.activations

    def single(self):
        model = HookedTransformer(HookedTransformerConfig.from_dict(self.model.cfg.to_dict() | {"dtype": torch.float32}))
        model.load_state_dict({n: t.float() for n, t in self.model.state_dict().items()})
        return Hooked(model)

    def greedy(self, prompt, count):
        tokens, gaps = list(prompt), []
        for _ in range(count):
            row = self.at_hooks(tokens)["logits"][-1].detach()
            best = row.topk(2)
            gaps.append((best.values[0] - best.values[1]).item())
            tokens.append(best.indices[0].item())
        if min(gaps) < 1e-3:
            raise families_values.BadlyConditioned("a tie in the greedy text")
        return {"prompt": prompt, "continuation": tokens[len(prompt):]}


def is_stored(name):
    """The unembedding's own input and output are the last norm's and the logits."""
    return not name.startswith("unembed.")


def write_hooked(name):
    config, description, form = HOOKED[name]
    model = HookedTransformer(HookedTransformerConfig(**(SMALL | config), dtype=torch.float32))
    torch.manual_seed(families.seed_of(name))
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            randomise(parameter_name, parameter)
    folder = families.FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "model").mkdir(parents=True)
    state = {n: t.detach().clone().contiguous() for n, t in model.state_dict().items()}
    if form == "one file":
        torch.save({"model": state, "config": model.cfg.to_dict()}, folder / "model" / "toy.pt")
    else:
        config_file = folder / "model" / "config.json"
        config_file.write_text(json.dumps(plain(model.cfg.to_dict()), indent=1) + "\n")
        if form == "safetensors":
            save_file(state, folder / "model" / "model.safetensors")
        else:
            torch.save(state, folder / "model" / "pytorch_model.bin")
    exact = HookedTransformer(HookedTransformerConfig(**(SMALL | config), dtype=torch.float64))
    exact.load_state_dict({n: t.double() for n, t in state.items()})
    index = {"family": "transformer_lens", "description": f"{description}; {form}", "model": "model"}
    families.write_index(folder, index | families_values.write(folder, Hooked(exact), families.seed_of(name)))
    print(name)


def plain(config):
    """As the field writes such configs: JSON without torch's objects."""
    return {k: v.item() if hasattr(v, "item") else str(v) if isinstance(v, torch.dtype) else v for k, v in config.items()
            if k not in ("device", "n_params")}


def randomise(name, parameter):
    last = name.split(".")[-1]
    if last == "w":
        parameter.normal_(1, 0.25)
    elif last.startswith(("b_", "_b_")) or last == "b":
        parameter.normal_(0, 0.2)
    elif last == "W_E" or last == "W_pos":
        parameter.normal_(0, 0.6)
    else:
        fan_in = parameter.shape[0] * parameter.shape[1] if last == "W_O" else parameter.shape[-2]
        parameter.normal_(0, 1.2 / fan_in**0.5)


def lens_of(name, **flags):
    """A checkpoint of families.py in TransformerLens, in float64, its weights processed as the flags say."""
    more, converted = COMPARED[name]
    hf = families_exact.load(families_models.class_of(name), families.FOLDER / name / "model")
    hf.embed_out = hf.lm_head  # its name of old in GPT-NeoX
    cfg = HookedTransformerConfig(**({k: v for k, v in SMALL.items() if k != "d_head"} | {"d_head": 8, "n_ctx": 64} | more),
                                  dtype=torch.float64)
    model = HookedTransformer(cfg)
    model.load_and_process_state_dict({n: t.detach() for n, t in converted(hf, cfg).items()}, **flags)
    return Hooked(model), hf


FLAGS = ("fold_ln", "center_writing_weights", "center_unembed", "fold_value_biases")


def write_processed(name):
    folder = families.FOLDER / name
    index = json.loads((folder / "index.json").read_text())
    tokens = index["sequences"][0]["tokens"]
    compare(name, tokens)
    lens, _ = lens_of(name, **dict.fromkeys(FLAGS, True))
    families_values.write_tensors(folder / "processed.safetensors", lens.at_hooks(tokens))
    families.write_index(folder, index | {"processed": {"flags": FLAGS, "file": "processed.safetensors"}})


def compare(name, tokens):
    """TransformerLens, unprocessed, has the same hook points with the same values as families_hooks.py."""
    lens, hf = lens_of(name, **dict.fromkeys(FLAGS, False))
    theirs, ours = lens.at_hooks(tokens), families_hooks.forward(hf, tokens)
    assert set(theirs) <= set(ours), set(theirs) - set(ours)
    worst = max((row_error(theirs[n].detach(), ours[n].detach()), n) for n in theirs)
    print(f"{name}: {len(theirs)} hook points, TransformerLens differs by {worst[0]:.1e} at {worst[1]}")
    assert worst[0] < 1e-6, worst


def compare_only(name):
    compare(name, json.loads((families.FOLDER / name / "index.json").read_text())["sequences"][0]["tokens"])


ALL = {n: lambda n=n: compare_only(n) for n in COMPARED} | {n: lambda n=n: write_hooked(n) for n in HOOKED} | {n: lambda n=n: write_processed(n) for n in PROCESSED}

if __name__ == "__main__":
    for chosen in sys.argv[1:] or ALL:
        ALL[chosen]()
