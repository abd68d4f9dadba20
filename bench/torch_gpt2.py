"""The same GPT-2 pass in plain PyTorch, for the comparison in `npm run bench`. Not part of the product.

Usage: torch_gpt2.py MODEL_FOLDER LENGTH. Prints a line when ready; then every line on stdin ("forward" or "backward")
is answered by the milliseconds that it took. `forward` and `backward` keep residual, attention and MLP outputs of every layer; `backward`
computes the last row of logits only, as ours does. The sweeps are what a careful hand writes: `grid` and `heads` batch all sites of a layer,
start from that layer with cached residuals, and compute the last row of logits; `atp` is two forward passes and a backward one.
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


class Gpt2:
    def __init__(self, weights, config):
        self.w, self.config = weights, config

    def embed(self, ids):
        return self.w["wte.weight"][ids] + self.w["wpe.weight"][: ids.shape[1]]

    def heads(self, x, layer):
        """The heads' outputs [batch, pos, head, d_head]."""
        w, at = self.w, f"h.{layer}."
        batch, length, width = x.shape
        mask = torch.full((length, length), float("-inf")).triu(1)
        normed = F.layer_norm(x, (width,), w[at + "ln_1.weight"], w[at + "ln_1.bias"])
        joint = normed @ w[at + "attn.c_attn.weight"] + w[at + "attn.c_attn.bias"]
        split = (batch, length, self.config["n_head"], -1)
        q, k, v = (part.view(split).transpose(1, 2) for part in joint.split(width, dim=2))
        pattern = torch.softmax(q @ k.transpose(2, 3) / (width // split[2]) ** 0.5 + mask, dim=-1)
        return (pattern @ v).transpose(1, 2)

    def after_heads(self, x, z, layer, kept):
        w, at = self.w, f"h.{layer}."
        attention = z.reshape(x.shape) @ w[at + "attn.c_proj.weight"] + w[at + "attn.c_proj.bias"]
        x = x + attention
        kept.extend((attention, x))
        normed = F.layer_norm(x, x.shape[-1:], w[at + "ln_2.weight"], w[at + "ln_2.bias"])
        hidden = F.gelu(normed @ w[at + "mlp.c_fc.weight"] + w[at + "mlp.c_fc.bias"], approximate="tanh")
        mlp = hidden @ w[at + "mlp.c_proj.weight"] + w[at + "mlp.c_proj.bias"]
        x = x + mlp
        kept.extend((mlp, x))
        return x

    def block(self, x, layer, kept):
        kept.append(x)
        return self.after_heads(x, self.heads(x, layer), layer, kept)

    def logits(self, x, last_row=False):
        x = x[:, -1:] if last_row else x
        return F.layer_norm(x, x.shape[-1:], self.w["ln_f.weight"], self.w["ln_f.bias"]) @ self.w["wte.weight"].T

    def forward(self, ids, kept, last_row=False):
        x = self.embed(ids)
        for layer in range(self.config["n_layer"]):
            x = self.block(x, layer, kept)
        return self.logits(x, last_row)

    def rest(self, x, first):
        """Logit difference at the last position, from the residual input of layer `first` on."""
        for layer in range(first, self.config["n_layer"]):
            x = self.block(x, layer, [])
        logits = self.logits(x, last_row=True)[:, 0]
        return logits[:, 5] - logits[:, 6]


def residual_grid(model, base, source):
    length = base.shape[1]
    base_kept, source_kept = [], []
    model.forward(base, base_kept)
    model.forward(source, source_kept)
    places = torch.arange(length)
    for layer, (x, y) in enumerate(zip(base_kept[0::5], source_kept[0::5])):
        rows = x.repeat(length, 1, 1)
        rows[places, places] = y[0]
        model.rest(rows, layer)


def head_grid(model, base, source):
    count = model.config["n_head"]
    base_kept, source_kept = [], []
    model.forward(base, base_kept)
    model.forward(source, source_kept)
    places = torch.arange(count)
    for layer, (x, y) in enumerate(zip(base_kept[0::5], source_kept[0::5])):
        rows = model.heads(x, layer).repeat(count, 1, 1, 1)
        rows[places, :, places] = model.heads(y, layer)[0].transpose(0, 1)
        after = model.after_heads(x.repeat(count, 1, 1), rows, layer, [])
        model.rest(after, layer + 1)


def attribution(model, base, source):
    def run(ids):
        x, nodes = model.embed(ids), []
        for layer in range(model.config["n_layer"]):
            z = model.heads(x, layer)
            nodes.extend((x, z))
            x = model.after_heads(x, z, layer, [])
        logits = model.logits(x, last_row=True)[0, 0]
        return logits[5] - logits[6], nodes

    with torch.no_grad():
        _, others = run(source)
    metric, nodes = run(base)
    gradients = torch.autograd.grad(metric, nodes)
    return [((other - node) * gradient).sum(-1) for other, node, gradient in zip(others, nodes, gradients)]


def main():
    folder, length = sys.argv[1], int(sys.argv[2])
    with open(f"{folder}/config.json") as file:
        config = json.load(file)
    weights = read_weights(f"{folder}/model.safetensors")
    row = lambda count, start: torch.tensor([[(i * 7919 + start) % config["vocab_size"] for i in range(count)]])
    ids, base, source = row(length, 13), row(32, 13), row(32, 77)
    model = Gpt2(weights, config)
    trained = Gpt2({**weights, "wpe.weight": weights["wpe.weight"].clone().requires_grad_(True)}, config)
    print("ready", flush=True)
    for line in sys.stdin:
        work = line.strip()
        start = time.perf_counter()
        if work == "backward":
            kept = []
            logits = trained.forward(ids, kept, last_row=True)
            torch.autograd.grad(logits[0, -1, 1] - logits[0, -1, 2], kept[0::5])
        elif work == "atp":
            attribution(trained, base, source)
        else:
            with torch.no_grad():
                if work == "forward":
                    model.forward(ids, [])
                else:
                    {"grid": residual_grid, "heads": head_grid}[work](model, base, source)
        print((time.perf_counter() - start) * 1000, flush=True)


main()
