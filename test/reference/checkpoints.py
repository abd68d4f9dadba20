"""Small random GPT-2 checkpoints, written by transformers' own save_pretrained."""

import json
import shutil

import torch
from safetensors.torch import load_file, save_file
from transformers import GPT2Config, GPT2LMHeadModel

SPREAD = {"attn.c_attn.weight": 0.2, "attn.c_proj.weight": 0.15, "c_fc.weight": 0.25, "mlp.c_proj.weight": 0.15,
          "wte.weight": 0.5, "wpe.weight": 0.2, "lm_head.weight": 0.5}


def random_model(seed, dtype=torch.float32, **config):
    """A model in which nothing is trivially 0 or 1 and attention is far from uniform.

    The first position's embedding is made 20 times larger, as in trained GPT-2 models, so that a comparison which
    scales errors by the whole tensor would not notice an error elsewhere.
    """
    torch.manual_seed(seed)
    model = GPT2LMHeadModel(GPT2Config(resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, **config))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0, 0.1)
            elif ".ln_" in name:
                parameter.normal_(1, 0.2)
            else:
                parameter.normal_(0, next(s for suffix, s in SPREAD.items() if name.endswith(suffix)))
        model.transformer.wpe.weight[0] *= 20
    return model.to(dtype)


def save(model, folder, **options):
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, **options)
    # Generation defaults are no part of what is tested, and they name the version that wrote them.
    (folder / "generation_config.json").unlink(missing_ok=True)


def load(folder):
    """The checkpoint as transformers reads it, in float64, with attention written out (no fused kernel)."""
    return GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()


def make_hub_like(folder):
    """Renames tensors as in the hub's `gpt2`: no `transformer.` prefix, and the causal masks among the weights."""
    weights = load_file(folder / "model.safetensors")
    config = json.loads((folder / "config.json").read_text())
    plain = {name.removeprefix("transformer."): tensor for name, tensor in weights.items()}
    mask = torch.ones(config["n_positions"], config["n_positions"]).tril()[None, None]
    plain |= {f"h.{i}.attn.bias": mask.clone() for i in range(config["n_layer"])}
    save_file(plain, folder / "model.safetensors", metadata={"format": "pt"})
