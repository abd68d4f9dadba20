"""The runs of fixtures/graphs: checkpoints, tokens and one random transcoder a layer, of every kind that is read."""

from pathlib import Path

import torch

import checkpoints
import dictionaries
from graph_runs import Circuit
from graph_transcoder import Transcoder

FIXTURES = Path(__file__).parent / "fixtures"
FOLDER = FIXTURES / "graphs"
D_SAE = 20


def config(layer, d_model, architecture="transcoder", hook="mlp.hook_in", **fields):
    return dictionaries.new_config(architecture, f"blocks.{layer}.{hook}", f"blocks.{layer}.hook_mlp_out",
                                   **{"d_in": d_model, "d_out": d_model, "d_sae": D_SAE} | fields)


def topk(layer, d_model, **fields):
    return config(layer, d_model, activation_fn="topk", k=3, **fields)


MODEL, ODD = "graphs/model", "gpt2-odd/model"

#: Configurations by layer, None for a layer without a dictionary.
SETUPS = {
    "relu": (MODEL, 41, [config(layer, 16) for layer in range(4)]),
    "skip": (MODEL, 42, [config(layer, 16, "skip_transcoder") for layer in range(4)]),
    "mixed": (MODEL, 43, [topk(0, 16), config(1, 16, "jumprelu_transcoder"), None,
                          config(3, 16, "jumprelu_skip_transcoder")]),
    "normalised": (MODEL, 44, [
        config(0, 16, "skip_transcoder", normalize_activations="expected_average_only_in"),
        config(1, 16, "skip_transcoder", normalize_activations="layer_norm"),
        config(2, 16, hook="ln2.hook_normalized", normalize_activations="constant_norm_rescale"),
        topk(3, 16, rescale_acts_by_decoder_norm=True)]),
    "odd": (ODD, 45, [config(0, 24, "jumprelu_skip_transcoder"), config(1, 24, hook="ln2.hook_normalized")]),
}
NORM_FACTOR = 1.7
COUNT = 7


def factor_of(cfg):
    return NORM_FACTOR if cfg["normalize_activations"] == "expected_average_only_in" else None


def weights_of(name, layer, cfg):
    """As other random dictionaries, but few features fire."""
    weights = dictionaries.random_weights(f"graphs-{name}-{layer}", cfg)
    weights["b_enc"] -= 1.0
    return weights


def save_model():
    checkpoints.save(checkpoints.random_model(
        4, n_layer=4, n_head=4, n_embd=16, n_inner=32, n_positions=16, vocab_size=48, bos_token_id=47,
        eos_token_id=47), FIXTURES / MODEL)


def save_dictionaries():
    for name, (_, _, configs) in SETUPS.items():
        for layer, cfg in enumerate(configs):
            if cfg:
                dictionaries.save(FOLDER / f"{name}.{layer}", cfg, weights_of(name, layer, cfg))


def circuit(name, dtype=torch.float64):
    """In float64, or in float32 to see what rounding does."""
    path, seed, configs = SETUPS[name]
    model = checkpoints.load(FIXTURES / path).to(dtype)
    transcoders = []
    for layer, cfg in enumerate(configs):
        transcoder = cfg and Transcoder(cfg, weights_of(name, layer, cfg), factor_of(cfg))
        if transcoder:
            transcoder.w = {n: t.to(dtype) for n, t in transcoder.w.items()}
            transcoder.unit = transcoder.unit.to(dtype)
        transcoders.append(transcoder)
    vocabulary = model.config.vocab_size
    generator = torch.Generator().manual_seed(seed)
    tokens = [vocabulary - 1, *torch.randint(vocabulary - 1, (COUNT - 1,), generator=generator).tolist()]
    return Circuit(model, transcoders, tokens)
