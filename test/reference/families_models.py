"""Small random checkpoints of every family, by transformers' classes. Sizes differ wherever a family lets them differ."""

import torch
import transformers

SMALL = {"vocab_size": 64, "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4,
         "max_position_embeddings": 64, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": None}
LLAMA = SMALL | {"intermediate_size": 28, "num_key_value_heads": 2, "head_dim": 8, "rms_norm_eps": 0.05}
GEMMA = SMALL | {"intermediate_size": 28, "num_key_value_heads": 2, "head_dim": 8, "rms_norm_eps": 0.05}
NEOX = SMALL | {"hidden_size": 32, "intermediate_size": 40}
LLAMA3 = {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 32}
THETA = {"rope_type": "default", "rope_theta": 10000.0}
OTHER_THETA = {"rope_type": "default", "rope_theta": 300.0}
SMALL_EPSILON = {"rms_norm_eps": 1e-6}

# name: (class, config, what it is, configs without which the logits must differ)
CHECKPOINTS = {
    "gpt2": ("GPT2LMHeadModel", {"vocab_size": 64, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 32,
                                 "bos_token_id": 1, "eos_token_id": 2},
             "GPT-2 as transformers writes it", []),
    "gpt-neox": ("GPTNeoXForCausalLM", NEOX | {"rope_parameters": THETA | {"partial_rotary_factor": 0.25}},
                 "parallel residual, rotary on a quarter of each head",
                 [{"use_parallel_residual": False}]),
    "gpt-neox-sequential": ("GPTNeoXForCausalLM", NEOX | {
        "use_parallel_residual": False, "tie_word_embeddings": True, "layer_norm_eps": 0.05,
        "rope_parameters": {"rope_type": "default", "rope_theta": 500.0, "partial_rotary_factor": 0.5}},
        "sequential residual, tied, rotary on half of each head", [{"use_parallel_residual": True}, {"layer_norm_eps": 1e-5}]),
    "gpt-neox-no-bias": ("GPTNeoXForCausalLM", NEOX | {"attention_bias": False, "hidden_act": "gelu_new",
                                                       "rope_parameters": THETA | {"partial_rotary_factor": 1.0}},
                         "no biases in the attention, rotary on the whole head", []),
    "gpt-neo": ("GPTNeoForCausalLM", {
        "vocab_size": 64, "hidden_size": 24, "num_layers": 3, "num_heads": 4, "max_position_embeddings": 32,
        "attention_types": [[["global", "local"], 1], [["local"], 1]], "window_size": 4, "layer_norm_epsilon": 0.05,
        "bos_token_id": 1, "eos_token_id": 2},
        "global, local and local layers, window 4", [{"window_size": 30}, {"layer_norm_epsilon": 1e-5}]),
    "llama": ("LlamaForCausalLM", LLAMA | {"num_key_value_heads": 4, "rope_parameters": THETA},
              "as many keys as heads, heads wider than d_model", [SMALL_EPSILON]),
    "llama-gqa": ("LlamaForCausalLM", LLAMA | {"rope_parameters": LLAMA3},
                  "grouped queries, rope scaling llama3", [{"rope_parameters": THETA}]),
    "llama-linear": ("LlamaForCausalLM", LLAMA | {
        "attention_bias": True, "mlp_bias": True,
        "rope_parameters": {"rope_type": "linear", "rope_theta": 300.0, "factor": 4.0}},
        "linear rope scaling, biases in attention and MLP",
        [{"rope_parameters": OTHER_THETA}, {"rope_parameters": THETA | {"rope_type": "linear", "factor": 4.0}}]),
    "llama-tied": ("LlamaForCausalLM", LLAMA | {
        "tie_word_embeddings": True, "num_key_value_heads": 1, "hidden_act": "gelu",
        "rope_parameters": {"rope_type": "default", "rope_theta": 500.0}},
        "tied, one key head, erf gelu", []),
    "llama-plain": ("LlamaForCausalLM", SMALL | {"intermediate_size": 28, "max_position_embeddings": 2048,
                                                 "pad_token_id": None},
                    "heads of d_model / heads, epsilon 1e-6, everything else by default", []),
    "mistral": ("MistralForCausalLM", LLAMA | {"head_dim": 10, "sliding_window": 5, "rope_parameters": OTHER_THETA},
                "sliding window 5, heads of 10", [{"sliding_window": None}, {"rope_parameters": THETA}, SMALL_EPSILON]),
    "gemma": ("GemmaForCausalLM", GEMMA | {"num_key_value_heads": 1, "rope_parameters": OTHER_THETA},
              "gains 1 + w, embedding scaled, tied", [{"rope_parameters": THETA}, SMALL_EPSILON]),
    "gemma2": ("Gemma2ForCausalLM", GEMMA | {
        "num_hidden_layers": 3, "query_pre_attn_scalar": 3, "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0,
        "sliding_window": 4, "rope_parameters": OTHER_THETA},
        "soft caps 2 and 3 in use, query_pre_attn_scalar 3, layers 0 and 2 see 4 tokens",
        [{"attn_logit_softcapping": None}, {"final_logit_softcapping": None}, {"sliding_window": 30},
         {"query_pre_attn_scalar": 8}, {"rope_parameters": THETA}, SMALL_EPSILON]),
    "gemma3": ("Gemma3ForCausalLM", GEMMA | {
        "num_hidden_layers": 3, "query_pre_attn_scalar": 6, "sliding_window": 4, "layer_types": [
            "sliding_attention", "sliding_attention", "full_attention"],
        "rope_parameters": {"full_attention": {"rope_type": "linear", "rope_theta": 300.0, "factor": 4.0},
                            "sliding_attention": {"rope_type": "default", "rope_theta": 700.0}}},
        "two ropes (linear scaling in the full layer), norms of queries and keys, window 4",
        [{"sliding_window": 30}, {"query_pre_attn_scalar": 8}, SMALL_EPSILON]),
    "qwen2": ("Qwen2ForCausalLM", {k: v for k, v in LLAMA.items() if k != "head_dim"} | {
        "num_hidden_layers": 3, "use_sliding_window": True, "sliding_window": 4, "max_window_layers": 1,
        "rope_parameters": {"rope_type": "default", "rope_theta": 1000000.0}},
        "biases of queries, keys and values; layers 1 and 2 see 4 tokens",
        [{"layer_types": ["full_attention"] * 3}, {"rope_parameters": THETA}, SMALL_EPSILON]),
    "qwen2-full": ("Qwen2ForCausalLM", {k: v for k, v in LLAMA.items() if k != "head_dim"} | {
        "sliding_window": 4, "max_window_layers": 1, "tie_word_embeddings": True, "rope_parameters": THETA},
        "use_sliding_window false, tied", [{"layer_types": ["sliding_attention"] * 2, "sliding_window": 4}]),
    "qwen3": ("Qwen3ForCausalLM", LLAMA | {"head_dim": 12, "rope_parameters": OTHER_THETA},
              "norms of queries and keys, heads of 12", [{"rope_parameters": THETA}, SMALL_EPSILON]),
    "phi": ("PhiForCausalLM", NEOX | {"rope_parameters": THETA | {"partial_rotary_factor": 0.5}},
            "parallel residual with one norm, rotary on half of each head, bias of the unembedding", []),
    "phi-qk-norm": ("PhiForCausalLM", NEOX | {
        "num_key_value_heads": 2, "qk_layernorm": True, "layer_norm_eps": 0.05,
        "rope_parameters": OTHER_THETA | {"partial_rotary_factor": 0.5}},
        "layer norms of queries and keys, grouped queries",
        [{"rope_parameters": THETA | {"partial_rotary_factor": 0.5}}, {"layer_norm_eps": 1e-5}]),
}


def class_of(name):
    return getattr(transformers, CHECKPOINTS[name][0])


def random_model(name, seed):
    """A model in which nothing is trivially 0 or 1, attention is far from uniform and activations bend."""
    torch.manual_seed(seed)
    model_class = class_of(name)
    model = model_class(model_class.config_class(**CHECKPOINTS[name][1])).eval()
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            randomise(parameter_name, parameter, model.config)
    return model


def randomise(name, parameter, config):
    gemma = config.model_type.startswith("gemma")
    if name.endswith("bias"):
        parameter.normal_(0, 0.2)
    elif parameter.dim() == 1:
        parameter.normal_(0 if gemma else 1, 0.25)
    elif any(part in name for part in ("wte", "embed", "lm_head")):
        scaled = gemma and "lm_head" not in name
        parameter.normal_(0, 0.5 / (config.hidden_size**0.5 if scaled and not config.tie_word_embeddings else 1))
    elif "wpe" in name:
        parameter.normal_(0, 0.3)
    else:
        fan_in = parameter.shape[0] if config.model_type == "gpt2" else parameter.shape[1]
        parameter.normal_(0, 1.2 / fan_in**0.5)


