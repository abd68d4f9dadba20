"""Writes test/reference/fixtures (see README.md). Usage: python generate.py [fixture name ...]"""

import json
import math
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file

import checkpoints
import dictionaries
import graphs
import hooked_gpt2
import interventions
import patching
import tokenizer
from measure import row_error

FIXTURES = Path(__file__).parent / "fixtures"


def write_tensors(path, tensors):
    """Stores results as float32; the comparison's tolerance (1e-4) is far above that rounding."""
    save_file({n: t.detach().to(torch.float32).contiguous().clone() for n, t in tensors.items()}, path)


def float32_noise(model, tokens, metric=None):
    """How far plain float32 arithmetic is from float64 on this fixture: it must leave room below the tolerance."""
    single = checkpoints.GPT2LMHeadModel(model.config).eval()
    single.load_state_dict(model.state_dict())
    run = (lambda m: hooked_gpt2.gradients(m, tokens, metric)[1]) if metric else (
        lambda m: hooked_gpt2.forward(m, tokens))
    exact, rounded = run(model), run(single)
    errors = {n: row_error(rounded[n].detach().double(), exact[n].detach()) for n in exact}
    assert not any(map(math.isnan, errors.values()))
    return max((error, name) for name, error in errors.items())


def write_activations(folder, model, name, tokens):
    hooked_gpt2.check_against_transformers(model, tokens)
    error, worst = float32_noise(model, tokens)
    print(f"{folder.name} {name}: float32 noise of activations {error:.1e} at {worst}")
    assert error < 1e-5, "badly conditioned fixture"
    file = f"activations.{name}.safetensors"
    write_tensors(folder / file, hooked_gpt2.forward(model, tokens))
    return {"name": name, "tokens": tokens, "activations": file}


def write_gradients(folder, model, sequence, label, metric):
    tokens = sequence["tokens"]
    error, worst = float32_noise(model, tokens, metric)
    print(f"{folder.name} {sequence['name']} {metric}: float32 noise of gradients {error:.1e} at {worst}")
    assert error < 1e-4, "badly conditioned fixture"
    file = f"gradients.{sequence['name']}.{label}.safetensors"
    value, grads = hooked_gpt2.gradients(model, tokens, metric)
    write_tensors(folder / file, grads)
    return {"sequence": sequence["name"], "metric": metric, "value": value, "file": file}


def write_weight_gradients(folder, model, sequence, metric="loss"):
    file = f"weight-gradients.{sequence['name']}.{metric}.safetensors"
    write_tensors(folder / file, hooked_gpt2.weight_gradients(model, sequence["tokens"], metric))
    value = hooked_gpt2.metric_value(metric, hooked_gpt2.forward(model, sequence["tokens"])["logits"], sequence["tokens"])
    return {"sequence": sequence["name"], "metric": metric, "value": value.item(), "file": file}


def random_tokens(seed, count, vocabulary):
    return torch.randint(vocabulary, (count,), generator=torch.Generator().manual_seed(seed)).tolist()


def write_model_fixture(name, description, model, tokens_seed, hub_like=False, every_metric=True):
    """Saves the model, reads it back with transformers in float64 and stores what it computes."""
    folder = FIXTURES / name
    checkpoints.save(model, folder / "model")
    if hub_like:
        checkpoints.make_hub_like(folder / "model")
    loaded = checkpoints.load(folder / "model")
    for key, tensor in model.state_dict().items():
        assert torch.equal(tensor.double(), loaded.state_dict()[key]), f"{key} was not read back"
    vocabulary = model.config.vocab_size
    long = write_activations(folder, loaded, "long", random_tokens(tokens_seed, 17, vocabulary))
    single = write_activations(folder, loaded, "single", random_tokens(tokens_seed + 1, 1, vocabulary))
    a, b = 7, vocabulary - 20
    metrics = {"logit-diff-last": f"logit_diff:{a},{b}", "loss": "loss"}
    if every_metric:
        metrics |= {"logit-diff-middle": f"logit_diff:{a},{b}@8", "log-prob": f"log_prob:{a}",
                    "prob-diff": f"prob_diff:{a},{b}"}
    grads = [write_gradients(folder, loaded, long, label, metric) for label, metric in metrics.items()]
    grads.append(write_gradients(folder, loaded, single, "logit-diff-last", f"logit_diff:{a},{b}"))
    index = {"description": description, "model": "model", "sequences": [long, single], "gradients": grads,
             "weightGradients": [write_weight_gradients(folder, loaded, long)]}
    return folder, loaded, index


def write_index(folder, index):
    (folder / "index.json").write_text(json.dumps(index, indent=2) + "\n")


def greedy(model, prompt, count):
    """transformers' own greedy continuation, refused where the two best logits are close."""
    model.generation_config.eos_token_id = None
    out = model.generate(torch.tensor([prompt]), max_new_tokens=count, do_sample=False, output_logits=True,
                         return_dict_in_generate=True)
    best = torch.stack(out.logits).topk(2).values
    assert (best[..., 0] - best[..., 1]).min() > 1e-3, "a tie in the greedy continuation"
    return {"prompt": prompt, "continuation": out.sequences[0, len(prompt):].tolist()}


def write_interventions(folder, model, tokens, metric="logit_diff:7,280"):
    values = interventions.intervention_values(model, tokens)
    write_tensors(folder / "intervention-values.safetensors", values)
    runs = []
    for name, specs in interventions.INTERVENTIONS.items():
        file = f"intervention.{name}.safetensors"
        write_tensors(folder / file, interventions.run_intervention(model, tokens, specs, values, metric))
        runs.append({"name": name, "edits": specs, "file": file})
    return {"sequence": "long", "metric": metric, "values": "intervention-values.safetensors", "runs": runs}


def stored_dictionary(name, **options):
    cfg = dictionaries.CONFIGS[name]
    return dictionaries.Dictionary(cfg, dictionaries.random_weights(name, cfg), **options)


def write_splices(folder, model, tokens, metric="logit_diff:7,280"):
    runs = []
    for name in ("standard", "topk-v5", "standard-hook-z", "skip-transcoder"):
        file = f"splice.{name}.safetensors"
        feature, tensors = interventions.run_spliced(model, tokens, stored_dictionary(name), metric)
        write_tensors(folder / file, tensors)
        runs.append({"dictionary": name, "feature": feature, "file": file})
    return {"sequence": "long", "metric": metric, "runs": runs}


def write_dictionaries():
    """Inputs are gpt2-tiny's own activations at the dictionary's hook point."""
    folder, entries = FIXTURES / "dictionaries", []
    tiny = json.loads((FIXTURES / "gpt2-tiny" / "index.json").read_text())
    model = checkpoints.load(FIXTURES / "gpt2-tiny" / "model")
    activations = hooked_gpt2.forward(model, tiny["sequences"][0]["tokens"][:9])
    for seed, (name, cfg) in enumerate(dictionaries.CONFIGS.items()):
        dictionaries.save(folder / name, cfg, dictionaries.random_weights(name, cfg))
        factors = (None, 1.7) if "expected-average" in name else (None,)
        for factor in factors:
            dictionary = stored_dictionary(name, norm_factor=factor)
            x = activations[dictionary.cfg["hook_in"]].detach().float()
            file = "expected.safetensors" if factor is None else "expected.norm-factor.safetensors"
            write_tensors(folder / name / file, dictionaries.expected(dictionary, x, seed))
            entries.append({"folder": name, "expected": file, "normFactor": factor,
                            "kind": dictionary.cfg["architecture"]})
    write_index(folder, {"dictionaries": entries})


def gpt2_tiny():
    model = checkpoints.random_model(1, n_layer=3, n_head=4, n_embd=32, n_positions=64, vocab_size=300,
                                     bos_token_id=299, eos_token_id=299)
    folder, loaded, index = write_model_fixture("gpt2-tiny", "GPT-2 as transformers writes it: tied, gelu_new", model,
                                                tokens_seed=15)
    checkpoints.save(model, folder / "model-sharded", max_shard_size="60KB")
    sharded = checkpoints.load(folder / "model-sharded").state_dict()
    assert all(torch.equal(tensor, sharded[name]) for name, tensor in loaded.state_dict().items())
    tokenizer.write_cases(folder / "tokenizer-cases.json", tokenizer.write(folder / "model"))
    tokens = index["sequences"][0]["tokens"]
    index |= {"sharded": "model-sharded", "tokenizerCases": "tokenizer-cases.json",
              "greedy": greedy(loaded, tokens[:5], 20),
              "interventions": write_interventions(folder, loaded, tokens),
              "splices": write_splices(folder, loaded, tokens)}
    write_index(folder, index)


def gpt2_odd():
    model = checkpoints.random_model(
        2, n_layer=2, n_head=2, n_embd=24, n_inner=40, n_positions=32, vocab_size=120, layer_norm_epsilon=1e-4,
        activation_function="gelu", scale_attn_by_inverse_layer_idx=True, tie_word_embeddings=False,
        bos_token_id=119, eos_token_id=119)
    folder, _, index = write_model_fixture(
        "gpt2-odd", "Unusual config (erf gelu, n_inner, epsilon, scaling by layer, untied) under hub-like names "
        "with mask buffers", model, tokens_seed=12, hub_like=True)
    write_index(folder, index)


def gpt2_f16():
    model = checkpoints.random_model(
        3, dtype=torch.float16, n_layer=2, n_head=2, n_embd=24, n_positions=32, vocab_size=120,
        activation_function="relu", bos_token_id=119, eos_token_id=119)
    folder, _, index = write_model_fixture("gpt2-f16", "float16 weights, relu", model, tokens_seed=12,
                                           every_metric=False)
    write_index(folder, index)


ALL = {"gpt2-tiny": gpt2_tiny, "gpt2-odd": gpt2_odd, "gpt2-f16": gpt2_f16, "dictionaries": write_dictionaries,
       "patching": patching.write, "graphs": graphs.write}

if __name__ == "__main__":
    transformers.utils.logging.disable_progress_bar()
    for chosen in sys.argv[1:] or ALL:
        ALL[chosen]()
