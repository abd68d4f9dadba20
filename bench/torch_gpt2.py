"""The same GPT-2 pass in plain PyTorch, for the comparison in `npm run bench`. Not part of the product.

Usage: torch_gpt2.py MODEL_FOLDER LENGTH. Prints a line when ready; then every line on stdin ("forward" or "backward")
is answered by the milliseconds that one pass took. Both keep residual, attention and MLP outputs of every layer; `backward`
computes the last row of logits only, as ours does.
"""
import json
import mmap
import struct
import sys
import time

import torch
import torch.nn.functional as F


def read_weights(path):
    """Tensors of a float32 safetensors file, mapped."""
    with open(path, "rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    whole = torch.frombuffer(data, dtype=torch.uint8)
    start = 8 + length
    weights = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        weights[name] = whole[start + begin : start + end].clone().view(torch.float32).reshape(entry["shape"])
    return weights


def forward(w, config, ids, kept, last_row=False):
    heads, width, layers = config["n_head"], config["n_embd"], config["n_layer"]
    length = ids.shape[1]
    mask = torch.full((length, length), float("-inf")).triu(1)
    x = w["wte.weight"][ids] + w["wpe.weight"][:length]
    for layer in range(layers):
        at = f"h.{layer}."
        kept.append(x)
        normed = F.layer_norm(x, (width,), w[at + "ln_1.weight"], w[at + "ln_1.bias"])
        joint = normed @ w[at + "attn.c_attn.weight"] + w[at + "attn.c_attn.bias"]
        q, k, v = (part.view(1, length, heads, -1).transpose(1, 2) for part in joint.split(width, dim=2))
        pattern = torch.softmax(q @ k.transpose(2, 3) / (width // heads) ** 0.5 + mask, dim=-1)
        z = (pattern @ v).transpose(1, 2).reshape(1, length, width)
        attention = z @ w[at + "attn.c_proj.weight"] + w[at + "attn.c_proj.bias"]
        x = x + attention
        kept.extend((attention, x))
        normed = F.layer_norm(x, (width,), w[at + "ln_2.weight"], w[at + "ln_2.bias"])
        hidden = F.gelu(normed @ w[at + "mlp.c_fc.weight"] + w[at + "mlp.c_fc.bias"], approximate="tanh")
        mlp = hidden @ w[at + "mlp.c_proj.weight"] + w[at + "mlp.c_proj.bias"]
        x = x + mlp
        kept.extend((mlp, x))
    if last_row:
        x = x[:, -1:]
    return F.layer_norm(x, (width,), w["ln_f.weight"], w["ln_f.bias"]) @ w["wte.weight"].T


def main():
    folder, length = sys.argv[1], int(sys.argv[2])
    with open(f"{folder}/config.json") as file:
        config = json.load(file)
    weights = read_weights(f"{folder}/model.safetensors")
    ids = torch.tensor([[(i * 7919 + 13) % config["vocab_size"] for i in range(length)]])
    positions = weights["wpe.weight"].clone().requires_grad_(True)
    print("ready", flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        if line.strip() == "forward":
            with torch.no_grad():
                forward(weights, config, ids, [])
        else:
            kept = []
            logits = forward({**weights, "wpe.weight": positions}, config, ids, kept, last_row=True)
            torch.autograd.grad(logits[0, -1, 1] - logits[0, -1, 2], kept[0::5])
        print((time.perf_counter() - start) * 1000, flush=True)


main()
