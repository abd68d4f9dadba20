"""transformers' models in float64 throughout.

Whatever the dtype of the weights, transformers takes norms, softmax and rotary angles in float32. Inside `in_float64` those casts go to
float64, so that its own code gives numbers which an exact reference can be held against to 1e-10.
"""

import contextlib

import torch


@contextlib.contextmanager
def in_float64():
    kept = (torch.float32, torch.float, torch.Tensor.float, torch.get_default_dtype())
    torch.float32 = torch.float = torch.float64
    torch.Tensor.float = torch.Tensor.double
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.float32, torch.float, torch.Tensor.float = kept[:3]
        torch.set_default_dtype(kept[3])


def load(model_class, folder, **config):
    """The checkpoint as from_pretrained reads it, widened to float64, with attention written out (no fused kernel)."""
    options = {"dtype": torch.float64, "attn_implementation": "eager"}
    if config:
        options["config"] = changed_config(model_class, folder, config)
    model = model_class.from_pretrained(folder, **options).eval()
    with in_float64():
        recompute_buffers(model)
    return model


def changed_config(model_class, folder, changes):
    config = model_class.config_class.from_pretrained(folder)
    for name, value in changes.items():
        setattr(config, name, value)
    return config


def recompute_buffers(model):
    """Rotary frequencies and Gemma's embedding scale were computed in float32 when the modules were made."""
    for parent in list(model.modules()):
        for name, module in list(parent.named_children()):
            if type(module).__name__.endswith("RotaryEmbedding") and hasattr(module, "config"):
                setattr(parent, name, type(module)(module.config))
            elif hasattr(module, "scalar_embed_scale"):
                module.embed_scale = torch.tensor(module.scalar_embed_scale, dtype=torch.float64)
