/**
 * A run as Python for TransformerLens, which computes the same numbers on the same weights: exact token ids, the same
 * direction, metric and sites. What has no equivalent there is refused with its reason. Pure.
 */
import type { ExperimentRun, ExperimentSpec } from '../../protocol/experimentSpec';
import type { RunResult } from '../../protocol/experiments';
import { metricCode, pairsCode } from './code/metricCode';
import { comment, pythonText } from './code/python';
import { attentionCode, attributionCode, directCode, lensCode } from './code/readingCode';
import { sweepCode } from './code/sweepCode';
import type { Code } from './code/sweepCode';
import { metricSentence, runSentence } from './words';

/**
 * @param spec - the experiment
 * @param asked - its run
 * @param run - what came of it: tokens, read positions, and the places that were covered
 */
export function transformerLensCode(
  spec: ExperimentSpec,
  asked: ExperimentRun,
  run: RunResult,
): { readonly text: string } | { readonly why: string } {
  const body = bodyOf(spec, asked, run);
  if ('why' in body) return body;
  const pairs = pairsCode(spec, run);
  if ('why' in pairs) return pairs;
  const metric = 'attention' in asked ? { lines: [] } : metricCode(run);
  if ('why' in metric) return metric;
  const code = [...pairs.lines, ...metric.lines, ...body.lines].join('\n');
  const lines = [
    ...comment(`${spec.title ?? run.name}: ${runSentence(run, asked)}`),
    ...comment(metricSentence(run)),
    ...comment(
      'For TransformerLens’ HookedTransformer. The numbers are those of Featurescope up to the rounding of float32.',
    ),
    ...(run.pairs.length > 1
      ? comment('The mean over the pairs is taken here cell by cell, with NaN where a pair has no number.')
      : []),
    ...imports(code),
    '',
    'torch.set_grad_enabled(False)',
    ...modelLines(spec.model),
    '',
    '',
    'def tokens(ids):',
    '    """Exact ids, BOS included where there is one: nothing is prepended."""',
    '    return torch.tensor([ids], device=model.cfg.device)',
    '',
    '',
    ...pairs.lines,
    '',
    '',
    ...(metric.lines.length > 0 ? [...metric.lines, '', ''] : []),
    ...body.lines,
    '',
    '',
    'values = torch.stack([values_of(pair) for pair in pairs]).mean(0)',
    `print(values)  # [${run.axes.join(', ')}]`,
    '',
  ];
  return { text: lines.join('\n') };
}

function bodyOf(spec: ExperimentSpec, asked: ExperimentRun, run: RunResult): Code {
  if ('patch' in asked || 'ablate' in asked) return sweepCode(spec, asked, run);
  if ('attribute' in asked) return attributionCode(asked, run);
  if ('direct' in asked) return directCode(asked, run);
  if ('lens' in asked) return lensCode(asked, run);
  if ('attention' in asked) return attentionCode(asked.attention);
  return { why: 'steered text is not written out here.' };
}

function imports(code: string): readonly string[] {
  const standard = ['functools', 'json'];
  const names = ['HookedTransformer', 'patching', 'utils'];
  const used = names.filter((name) => name === 'HookedTransformer' || code.includes(`${name}.`));
  return [
    ...standard.filter((name) => code.includes(`${name}.`)).map((name) => `import ${name}`),
    ...(code.includes('einops.') ? ['import einops'] : []),
    'import torch',
    `from transformer_lens import ${used.join(', ')}`,
  ];
}

/** A name that TransformerLens may know; anything else is a folder or a file. */
const HUB_NAME = /^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/;

function modelLines(model: string | undefined): readonly string[] {
  if (model !== undefined && model !== 'demo' && HUB_NAME.test(model))
    return [
      '# The weights as they are: no folding, no centring.',
      `model = HookedTransformer.from_pretrained_no_processing(${pythonText(model)})`,
    ];
  const folder = model === undefined || model === 'demo' ? 'media/demo/model' : model;
  const where =
    model === undefined || model === 'demo'
      ? 'The folder of the checkpoint: here that of the demo model, inside the extension’s folder.'
      : 'The folder of the checkpoint, of the GPT-2 architecture.';
  return [
    'from transformer_lens import HookedTransformerConfig',
    'from transformer_lens.pretrained.weight_conversions import convert_gpt2_weights',
    'from transformers import AutoTokenizer, GPT2LMHeadModel',
    '',
    ...comment(where),
    `folder = ${pythonText(folder)}`,
    'checkpoint = GPT2LMHeadModel.from_pretrained(folder)',
    'c = checkpoint.config',
    'cfg = HookedTransformerConfig(',
    '    n_layers=c.n_layer, n_heads=c.n_head, d_model=c.n_embd, d_head=c.n_embd // c.n_head,',
    '    d_mlp=c.n_inner or 4 * c.n_embd, n_ctx=c.n_positions, d_vocab=c.vocab_size, act_fn=c.activation_function,',
    '    eps=c.layer_norm_epsilon, scale_attn_by_inverse_layer_idx=c.scale_attn_by_inverse_layer_idx,',
    '    normalization_type="LN", device="cpu",',
    ')',
    'try:',
    '    tokenizer = AutoTokenizer.from_pretrained(folder)',
    'except Exception:',
    '    tokenizer = None  # then answers must be ids',
    'model = HookedTransformer(cfg, tokenizer=tokenizer)',
    '# The weights as they are: no folding, no centring.',
    'model.load_state_dict(convert_gpt2_weights(checkpoint, cfg), strict=False)',
  ];
}
