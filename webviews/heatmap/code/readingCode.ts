/** Attribution, direct attribution, lenses and attention as Python. Pure. */
import type { AttributeRun, DirectRun, LensRun } from '../../../protocol/experimentSpec';
import type { RunResult } from '../../../protocol/experiments';
import { metricParts } from '../metricText';
import { python, pythonText } from './python';
import type { Code } from './sweepCode';

/** Which axes of `[pos, ...]` are summed, and what order is left, by site and axes. */
const SUMS: Readonly<Record<string, string>> = {
  'layer,position': 'pos ... -> pos',
  'layer,head': 'pos head d -> head',
  'layer,head,position': 'pos head d -> head pos',
  'layer,position,head': 'pos head d -> pos head',
};

/** AtP: (the other run's value - this run's) times the gradient of the metric, summed over the node. */
export function attributionCode(spec: AttributeRun, run: RunResult): Code {
  const method = spec.method ?? 'atp';
  if (method !== 'atp')
    return {
      why: `it has ${method === 'ig' ? 'no integrated gradients along one node' : 'neither the QK fix nor GradDrop of AtP*'}.`,
    };
  if (['pattern', 'features', 'error', 'mlp_pre', 'mlp_post', 'embed', 'pos_embed'].includes(spec.attribute))
    return {
      why: `AtP of ${spec.attribute} is not written out here; resid_*, attn_out, mlp_out, q, k, v and z are.`,
    };
  if (run.pairs.some(({ alignment }) => alignment?.some((there, here) => there !== here)))
    return {
      why: 'AtP between prompts whose positions do not correspond one to one is not written out here.',
    };
  const sum = SUMS[run.axes.join()];
  if (sum === undefined) return { why: `AtP over ${run.axes.join(' × ')} is not written out here.` };
  const [base, source] = run.direction === 'noise' ? ['clean', 'corrupt'] : ['corrupt', 'clean'];
  const indices = run.ticks.map((ticks) => python(ticks.map(({ index }) => index)));
  const [layers, ...inner] = indices as [string, ...string[]];
  const summed = spec.positions && !run.axes.includes('position') ? `e[${python(spec.positions)}]` : 'e';
  const chosen = inner.map((list, i) => `[:, ${':, '.repeat(i)}${list}]`).join('');
  return {
    lines: [
      'def values_of(pair):',
      `    _, cache = model.run_with_cache(tokens(pair["${source}"]))`,
      '    kept = {}',
      '',
      '    def keep(activation, hook):',
      '        activation.retain_grad()',
      '        kept[hook.name] = activation',
      '',
      `    names = [utils.get_act_name(${pythonText(spec.attribute)}, layer) for layer in ${layers}]`,
      '    with torch.enable_grad():',
      `        logits = model.run_with_hooks(tokens(pair["${base}"]), fwd_hooks=[(name, keep) for name in names])`,
      `        metric(logits, pair, "${base}").backward()`,
      '    estimates = [(cache[n][0] - kept[n][0].detach()) * kept[n].grad[0] for n in names]',
      `    return torch.stack([einops.reduce(${summed}, "${sum}", "sum") for e in estimates])${chosen}`,
    ],
  };
}

/** Contributions to a metric that is linear in the logits, the final norm's scale held fixed. */
export function directCode({ direct }: DirectRun, run: RunResult): Code {
  if (direct === 'features')
    return { why: 'it reads dictionary features, and TransformerLens has no dictionaries.' };
  const kind = metricParts(run.metric)?.kind;
  const direction =
    kind === 'logit'
      ? 'model.W_U[:, pair["a"]].mean(-1)'
      : 'model.W_U[:, pair["a"]].mean(-1) - model.W_U[:, pair["b"]].mean(-1)';
  const lists = run.ticks.map((ticks) => python(ticks.map(({ index }) => index)));
  return {
    lines: [
      'def values_of(pair):',
      '    _, cache = model.run_with_cache(tokens(pair["clean"]))',
      '    at = pair["clean_read_at"]',
      `    direction = ${direction}`,
      '    if hasattr(model.ln_final, "w"):  # not folded into the unembedding',
      '        direction = direction * model.ln_final.w',
      '    scale = cache["ln_final.hook_scale"][0, at]',
      '',
      '    def contribution(x):',
      '        """Of what is added to the residual stream, [read positions, ..., d_model]: [...]."""',
      '        if model.cfg.normalization_type.startswith("LN"):',
      '            x = x - x.mean(-1, keepdim=True)',
      '        return (x @ direction / scale.reshape(-1, *[1] * (x.ndim - 2))).mean(0)',
      '',
      ...directBody(direct, run, lists),
    ],
  };
}

function directBody(
  direct: 'layers' | 'heads' | 'neurons',
  run: RunResult,
  lists: readonly string[],
): readonly string[] {
  const [layers, inner] = lists;
  if (direct === 'heads')
    return [
      '    heads = [torch.einsum("phd,hdm->phm", cache["z", l][0, at], model.W_O[l]) for l in ' +
        `${layers}]`,
      `    return torch.stack([contribution(x) for x in heads])[:, ${inner}]`,
    ];
  if (direct === 'neurons')
    return [
      `    units = ${inner}`,
      `    neurons = [cache["post", l][0, at][:, units, None] * model.W_out[l][units] for l in ${layers}]`,
      '    return torch.stack([contribution(x) for x in neurons])',
    ];
  const names = run.ticks[0]!.map(({ label }) => {
    const [site = '', layer] = label.split(' ');
    return layer === undefined ? `hook_${site}` : `blocks.${layer}.hook_${site}`;
  });
  return [
    `    names = ${python(names)}`,
    '    return torch.stack([contribution(cache[name][0, at]) for name in names])',
  ];
}

/** The residual stream of every layer through the last norm and the unembedding; the metric at every position. */
export function lensCode({ lens }: LensRun, run: RunResult): Code {
  const kind = metricParts(run.metric)?.kind;
  if (kind === 'kl' || kind === 'loss')
    return { why: `a lens with the metric ${kind} is not written out here.` };
  return {
    lines: [
      'def values_of(pair):',
      '    """The metric [layer, position]; `likeliest` are the ids of the top tokens."""',
      '    logits, cache = model.run_with_cache(tokens(pair["clean"]))',
      '    rows = []',
      '    for layer in range(model.cfg.n_layers):',
      `        seen = model.unembed(model.ln_final(cache[${pythonText(lens)}, layer]))`,
      '        likeliest = seen[0].topk(5, dim=-1).indices',
      '        at = range(seen.shape[1])',
      '        rows.append(torch.stack([metric(seen, {**pair, "clean_read_at": [p]}, "clean") for p in at]))',
      '    return torch.stack(rows)',
    ],
  };
}

/** Attention of one head, [position, source]. */
export function attentionCode({ layer, head }: { readonly layer: number; readonly head: number }): Code {
  return {
    lines: [
      'def values_of(pair):',
      '    _, cache = model.run_with_cache(tokens(pair["clean"]))',
      `    return cache["pattern", ${layer}][0, ${head}]`,
    ],
  };
}
