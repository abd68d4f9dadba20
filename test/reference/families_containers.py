"""The same checkpoints written down otherwise: 16 bits, shards, PyTorch files, older names and configs. Each is read back by
transformers and must give the same logits, so that what is tested is a spelling that transformers itself takes."""

import json
import shutil
import tempfile
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import Gemma3Config, Gemma3ForConditionalGeneration

import families_exact
import families_models
import families_values
from hooked_gpt2 import assert_same

V5_ONLY = ("rope_parameters", "layer_types", "dtype", "transformers_version")


def configs():
    """{name: (checkpoint, description, function of the saved config)}; only config.json differs."""
    return {
        "llama-v4-linear": ("llama-linear", "rope_theta, rope_scaling with `type`", lambda c: old(
            c, rope_theta=300.0, rope_scaling={"type": "linear", "factor": 4.0})),
        "llama-v4-llama3": ("llama-gqa", "rope_theta, rope_scaling with `rope_type`", lambda c: old(
            c, rope_theta=10000.0, rope_scaling=without(families_models.LLAMA3, "rope_theta"), pretraining_tp=1)),
        "llama-minimal": ("llama-plain", "only sizes: everything else is the class's default", lambda c: only(
            c, "architectures", "model_type", "hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers",
            "vocab_size")),
        "mistral-v4": ("mistral", "rope_theta, sliding_window", lambda c: old(c, rope_theta=300.0)),
        "gpt-neox-minimal": ("gpt-neox", "neither rotary_pct, base, bias nor kind of residual", lambda c: only(
            c, "architectures", "model_type", "hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers",
            "vocab_size", "max_position_embeddings")),
        "gpt-neox-v4": ("gpt-neox-sequential", "rotary_pct, rotary_emb_base", lambda c: old(
            c, rotary_pct=0.5, rotary_emb_base=500, rope_scaling=None)),
        "gemma-hub": ("gemma", "hidden_act `gelu` meaning gelu_pytorch_tanh, no tie_word_embeddings", lambda c: old(
            without(c, "tie_word_embeddings"), hidden_act="gelu", hidden_activation=None, rope_theta=300.0,
            rope_scaling=None)),
        "gemma2-v4": ("gemma2", "no layer_types: every second layer slides", lambda c: old(
            without(c, "tie_word_embeddings"), hidden_act="gelu_pytorch_tanh", rope_theta=300.0,
            cache_implementation="hybrid")),
        "gemma3-v4": ("gemma3", "sliding_window_pattern, rope_local_base_freq, rope_scaling", lambda c: old(
            without(c, "tie_word_embeddings"), sliding_window_pattern=3, rope_theta=300.0, rope_local_base_freq=700.0,
            rope_scaling={"factor": 4.0, "rope_type": "linear"})),
        "qwen2-v4": ("qwen2", "use_sliding_window and max_window_layers, no layer_types", lambda c: old(
            c, use_sliding_window=True, sliding_window=4, max_window_layers=1, rope_theta=1000000.0)),
        "qwen2-v4-full": ("qwen2-full", "a sliding_window that use_sliding_window switches off", lambda c: old(
            c, use_sliding_window=False, sliding_window=4, max_window_layers=1, rope_theta=10000.0)),
        "qwen3-v4": ("qwen3", "rope_theta, no layer_types", lambda c: old(
            c, rope_theta=300.0, rope_scaling=None, sliding_window=None)),
        "phi-v4": ("phi-qk-norm", "partial_rotary_factor, rope_theta", lambda c: old(
            c, partial_rotary_factor=0.5, rope_theta=300.0, rope_scaling=None)),
        "phi-minimal": ("phi", "neither partial_rotary_factor nor rope", lambda c: without(c, *V5_ONLY, "qk_layernorm",
                                                                                         "hidden_act", "layer_norm_eps")),
    }


def old(config, **fields):
    return without(config, *V5_ONLY) | {"torch_dtype": "float32", "transformers_version": "4.40.0"} | fields


def without(config, *names):
    return {k: v for k, v in config.items() if k not in names}


def only(config, *names):
    return {k: config[k] for k in names}


def weights():
    """{name: (checkpoint, description, function that writes a model folder)}; the whole folder is stored."""
    return {
        "llama-sharded": ("llama-gqa", "three safetensors files with an index", lambda m, to: m.save_pretrained(
            to, max_shard_size="25KB")),
        "llama-bin": ("llama-gqa", "pytorch_model.bin (zip)", lambda m, to: torch_file(m, to)),
        "gpt-neox-bin-sharded": ("gpt-neox", "pytorch_model.bin in two files with an index, stray buffers", torch_shards),
        "gemma3-images-v4": ("gemma3", "in a model for images, `language_model.model.` and a text_config of old spelling",
                             lambda m, to: with_images(m, to, True)),
        "gemma3-images-v5": ("gemma3", "in a model for images, `model.language_model.`",
                             lambda m, to: with_images(m, to, False)),
        "gpt2-hub": ("gpt2", "no `transformer.` in names, causal masks among the weights, n_ctx", gpt2_hub),
        "gpt2-legacy-bin": ("gpt2", "pytorch_model.bin from before PyTorch 1.6, masks, lm_head duplicated", gpt2_legacy),
        "gpt-neo-hub": ("gpt-neo", "pytorch_model.bin, masks, lm_head duplicated, attention_layers", gpt_neo_hub),
    }


def state(model):
    return {n: t.clone() for n, t in model.state_dict().items()}


def write_config(model, to, change=lambda c: c):
    model.config.architectures = [type(model).__name__]
    model.config.save_pretrained(to)
    path = to / "config.json"
    path.write_text(json.dumps(change(json.loads(path.read_text())), indent=2) + "\n")


def torch_file(model, to, tensors=None, legacy=False, change=lambda c: c):
    write_config(model, to, change)
    torch.save(tensors or state(model), to / "pytorch_model.bin", _use_new_zipfile_serialization=not legacy)


def torch_shards(model, to):
    write_config(model, to)
    tensors = {n.replace("lm_head", "embed_out"): t for n, t in state(model).items()}
    tensors |= buffers(model, "gpt_neox.layers.{}.attention.bias", "gpt_neox.layers.{}.attention.masked_bias")
    tensors |= {f"gpt_neox.layers.{i}.attention.rotary_emb.inv_freq": torch.ones(1) for i in range(2)}
    names, files = list(tensors), [f"pytorch_model-0000{i}-of-00002.bin" for i in (1, 2)]
    halves = [names[: len(names) // 2], names[len(names) // 2:]]
    for file, half in zip(files, halves):
        torch.save({n: tensors[n] for n in half}, to / file)
    index = {"metadata": {"total_size": sum(t.nbytes for t in tensors.values())},
             "weight_map": {n: file for file, half in zip(files, halves) for n in half}}
    (to / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=2) + "\n")


def buffers(model, mask, masked):
    size, layers = model.config.max_position_embeddings, model.config.num_hidden_layers
    causal = torch.ones(size, size, dtype=torch.bool).tril()[None, None]
    return {mask.format(i): causal.clone() for i in range(layers)} | {
        masked.format(i): torch.tensor(-1e9) for i in range(layers)}


def gpt2_hub(model, to):
    write_config(model, to, lambda c: without(old(c, n_ctx=c["n_positions"], task_specific_params={
        "text-generation": {"do_sample": True, "max_length": 50}}), "tie_word_embeddings"))
    plain = {n.removeprefix("transformer."): t for n, t in state(model).items() if n != "lm_head.weight"}
    mask = {f"h.{i}.attn.bias": torch.ones(32, 32).tril()[None, None].clone() for i in range(model.config.n_layer)}
    save_file(plain | mask, to / "model.safetensors", metadata={"format": "pt"})


def gpt2_legacy(model, to):
    masks = buffers(model, "transformer.h.{}.attn.bias", "transformer.h.{}.attn.masked_bias")
    torch_file(model, to, state(model) | masks, legacy=True)


def gpt_neo_hub(model, to):
    masks = buffers(model, "transformer.h.{}.attn.attention.bias", "transformer.h.{}.attn.attention.masked_bias")
    layers = ["global", "local", "local"]
    torch_file(model, to, state(model) | masks, change=lambda c: old(c, attention_layers=layers, intermediate_size=None))


def with_images(model, to, original):
    """Gemma3ForConditionalGeneration around the text model; `original`: as the hub has it, else as version 5 names tensors."""
    vision = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 8,
              "patch_size": 4, "vision_use_head": False}
    whole = Gemma3ForConditionalGeneration(Gemma3Config(
        text_config=without(model.config.to_dict(), "_name_or_path"), vision_config=vision, mm_tokens_per_image=4))
    whole.model.language_model.load_state_dict(model.model.state_dict())
    whole.save_pretrained(to, save_original_format=original)
    if original:
        path = to / "config.json"
        config = without(json.loads(path.read_text()), "dtype", "transformers_version", "tie_word_embeddings")
        text = old(without(config["text_config"], "architectures", "tie_word_embeddings", "_sliding_window_pattern"),
                   sliding_window_pattern=3, rope_theta=300.0, rope_local_base_freq=700.0,
                   rope_scaling={"factor": 4.0, "rope_type": "linear"})
        path.write_text(json.dumps(config | {"text_config": text, "torch_dtype": "float32"}, indent=2) + "\n")


def sixteen_bit():
    """{name: (checkpoint, type, options of save_pretrained)}; values of their own, the rounded weights widened."""
    return {
        "llama-bf16": ("llama-gqa", torch.bfloat16, {}),
        "gemma2-bf16": ("gemma2", torch.bfloat16, {}),
        "gemma3-bf16": ("gemma3", torch.bfloat16, {"max_shard_size": "20KB"}),
        "gpt-neox-f16": ("gpt-neox", torch.float16, {}),
        "phi-f16": ("phi", torch.float16, {}),
        "gpt2-f16": ("gpt2", torch.float16, {}),
    }


def checkpoint(base, families):
    """The base's model in float32, its index and the logits that it must give."""
    folder = families.FOLDER / base
    model = families_models.class_of(base).from_pretrained(folder / "model")
    return folder, model, json.loads((folder / "index.json").read_text())


def must_equal(base, folder, families):
    """transformers reads the folder as the base's model."""
    model_class = families_models.class_of(base)
    tokens = torch.tensor([families_values.random_tokens(5, 12, 60)])
    images = "vision_config" in json.loads((folder / "config.json").read_text())
    found = families_exact.load(Gemma3ForConditionalGeneration if images else model_class, folder)
    wanted = families_exact.load(model_class, families.FOLDER / base / "model")
    assert_same(f"{folder}", found(tokens).logits, wanted(tokens).logits, 1e-6)


def write_config_variant(name, families):
    base, description, change = configs()[name]
    source, _, index = checkpoint(base, families)
    to = families.FOLDER / name / "model"
    shutil.rmtree(to.parent, ignore_errors=True)
    to.mkdir(parents=True)
    config = change(json.loads((source / "model" / "config.json").read_text()))
    (to / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    with tempfile.TemporaryDirectory() as whole:
        for file in (*(source / "model").iterdir(), to / "config.json"):
            shutil.copy(file, whole)
        must_equal(base, Path(whole), families)
    families.write_index(to.parent, {"family": index["family"], "description": description, "written": "config",
                                     "model": "model", "weights": base, "values": base})


def write_weight_variant(name, families):
    base, description, write = weights()[name]
    _, model, index = checkpoint(base, families)
    to = families.FOLDER / name / "model"
    shutil.rmtree(to.parent, ignore_errors=True)
    to.mkdir(parents=True)
    write(model, to)
    (to / "generation_config.json").unlink(missing_ok=True)
    must_equal(base, to, families)
    families.write_index(to.parent, {"family": index["family"], "description": description, "written": "weights",
                                     "model": "model", "values": base})


def write_sixteen_bit(name, families):
    base, dtype, options = sixteen_bit()[name]
    _, model, index = checkpoint(base, families)
    folder = families.FOLDER / name
    families.save(model.to(dtype), folder / "model", **options)
    loaded = families_exact.load(families_models.class_of(base), folder / "model")
    shards = " in several files" if options else ""
    description = f"{'bfloat16' if dtype == torch.bfloat16 else 'float16'}{shards}; {index['description']}"
    values = families_values.write(folder, loaded, families.seed_of(name), slim=True)
    families.write_index(folder, {"family": index["family"], "description": description, "written": "weights",
                                  "model": "model"} | values)


def all_of(families):
    return {
        **{n: lambda n=n: write_config_variant(n, families) for n in configs()},
        **{n: lambda n=n: write_weight_variant(n, families) for n in weights()},
        **{n: lambda n=n: write_sixteen_bit(n, families) for n in sixteen_bit()},
    }
