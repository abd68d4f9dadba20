"""Direct logit attribution and logit lens: fixtures/patching/direct.json and lens.json.

The final norm is x -> gain * (x - mean(x)) / scale + bias. With `scale` frozen at the run's own value it is linear, so
that a logit is a sum over what was added to the residual stream, plus what the two biases give.
"""

import torch

from measure import nested_error
from patch_bench import DICTIONARIES, EXACT, LOGIT_DIFF, METRICS, ODD_LOGIT_DIFF, Bench
from patch_runs import hook_name, metric_of, metric_text, metric_value, parts


def unembedding_direction(lab, metric):
    """[d_model]: the metric is its product with the normalised residual (GPT-2 has no bias of the unembedding)."""
    rows = lab.model.lm_head.weight.detach()
    toward = rows[metric["answers"][0]].mean(0)
    if metric["kind"] == "logit":
        return toward
    assert metric["kind"] == "logit_diff"
    return toward - rows[metric["answers"][1]].mean(0)


def contributions(lab, metric):
    """Every component's contribution to the metric of the clean run, as nested lists (patchingFixtures.ts says which)."""
    run, model = lab.runs["clean"], lab.model.transformer
    position = len(lab.tokens["clean"]) - 1 if metric["position"] is None else metric["position"]
    toward = unembedding_direction(lab, metric)
    gain, scale = model.ln_f.weight.detach(), run["ln_final.hook_scale"][position]
    through = lambda x: (x - x.mean(-1, keepdim=True)) / scale * gain @ toward
    at = lambda name: through(run[name][position])
    layers = range(lab.layers)
    heads, attention_bias, neurons, mlp_bias = [], [], [], []
    for layer, block in enumerate(model.h):
        w_o = block.attn.c_proj.weight.detach().view(lab.heads, -1, len(toward))
        z = run[hook_name(layer, "z")][position]
        heads.append(torch.stack([through(z[h] @ w_o[h]) for h in range(lab.heads)]))
        attention_bias.append(through(block.attn.c_proj.bias.detach()))
        post = run[hook_name(layer, "mlp_post")][position]
        neurons.append(through(post[:, None] * block.mlp.c_proj.weight.detach()))
        mlp_bias.append(through(block.mlp.c_proj.bias.detach()))
    found = {
        "embed": at("hook_embed"), "posEmbed": at("hook_pos_embed"),
        "attnOut": torch.stack([at(hook_name(i, "attn_out")) for i in layers]),
        "mlpOut": torch.stack([at(hook_name(i, "mlp_out")) for i in layers]),
        "heads": torch.stack(heads), "attentionBias": torch.stack(attention_bias),
        "neurons": torch.stack(neurons), "mlpBias": torch.stack(mlp_bias),
        "constant": model.ln_f.bias.detach() @ toward}
    check_sums(lab, metric, found)
    return {name: value.tolist() for name, value in found.items()} | {
        "dictionaries": [of_dictionary(lab, name, position, through) for name in lab.dictionaries]}


def check_sums(lab, metric, found):
    whole = found["embed"] + found["posEmbed"] + found["attnOut"].sum() + found["mlpOut"].sum() + found["constant"]
    value = lab.value(metric, "clean")
    close = lambda a, b: (torch.as_tensor(a) - b).abs().max() < (1e-10 if found["heads"].dtype == torch.float64 else 1e-3)
    assert close(whole, value)
    assert close(found["heads"].sum(1) + found["attentionBias"], found["attnOut"])
    assert close(found["neurons"].sum(1) + found["mlpBias"], found["mlpOut"])


def of_dictionary(lab, name, position, through):
    """What stands at the dictionary's output: its features, what it writes without any (`rest`), and its error."""
    dictionary, run = lab.dictionaries[name], lab.runs["clean"]
    cfg, x = dictionary.cfg, run[dictionary.cfg["hook_in"]]
    features, error = parts(dictionary, run)
    nothing = dictionary.decode(torch.zeros_like(features), x)[position]
    each = torch.stack([through(features[position, j] * dictionary.w["W_dec"][j]) for j in range(cfg["d_sae"])])
    rest, missing = through(nothing), through(error[position])
    assert (each.sum() + rest + missing - through(run[cfg["hook_out"]][position])).abs() < 1e-3
    return {"dictionary": name, "features": each.tolist(), "rest": rest.item(), "error": missing.item()}


def direct_entries():
    tiny, odd = Bench("tiny"), Bench("odd")
    groups = next(m for m in METRICS if m["kind"] == "logit_diff" and len(m["answers"][0]) > 1)
    at_middle = metric_of("logit_diff", [7], [280], position=8)
    for bench, metric in ((tiny, LOGIT_DIFF), (tiny, metric_of("logit", [7])), (tiny, groups), (tiny, at_middle),
                          (odd, ODD_LOGIT_DIFF)):
        found, single = contributions(bench.exact, metric), contributions(bench.single, metric)
        numbers = [k for k in found if isinstance(found[k], list) and k != "dictionaries"]
        assert all(nested_error(single[k], found[k]) < EXACT for k in numbers)
        yield {"pair": bench.pair, "metric": metric_text(metric), "metricParts": metric,
               "value": bench.exact.value(metric, "clean")} | found


def lens_logits(lab, layer, at):
    """[pos, vocab]: the residual stream there through the final norm (on its own scale) and the unembedding."""
    x = lab.runs["clean"][hook_name(layer, at)]
    return (lab.model.transformer.ln_f(x) @ lab.model.lm_head.weight.T).detach()


def lens_values(lab, at, metric):
    read = lambda logits: [metric_value(metric, row[None], None, None).item() for row in logits]
    return [read(lens_logits(lab, layer, at)) for layer in range(lab.layers)]


def likeliest(lab, at, count=3):
    """(ids, log-probabilities) [layer][position][rank]; no near ties."""
    ids, log_probs = [], []
    for layer in range(lab.layers):
        top = lens_logits(lab, layer, at).log_softmax(-1).topk(count + 1)
        assert (top.values[:, :-1] - top.values[:, 1:]).min() > 1e-4, "a tie in the lens"
        ids.append(top.indices[:, :count].tolist())
        log_probs.append(top.values[:, :count].tolist())
    return {"ids": ids, "logProbs": log_probs}


def lens_entries():
    tiny, odd = Bench("tiny"), Bench("odd")
    plain = [m for m in METRICS if m["kind"] in ("logit_diff", "log_prob", "prob_diff") and m["position"] is None]
    for bench, metrics in ((tiny, plain), (odd, [ODD_LOGIT_DIFF])):
        for at in ("resid_pre", "resid_mid", "resid_post"):
            for metric in metrics:
                entry = bench.entry(metric, lambda lab: lens_values(lab, at, metric), EXACT, at=at,
                                    axes=["layer", "position"], top=likeliest(bench.exact, at))
                if at == "resid_post":
                    assert abs(entry["values"][-1][-1] - entry["clean"]) < 1e-10
                yield entry
