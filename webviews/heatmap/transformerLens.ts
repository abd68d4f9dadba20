/**
 * A run as Python for TransformerLens, which computes the same numbers on the same weights: exact token ids, the same
 * direction, metric and sites. What has no equivalent there is refused with its reason. Pure.
 */
import type { ExperimentRun, ExperimentSpec } from '../../protocol/experimentSpec';
import type { Provenance, RunResult } from '../../protocol/experiments';
import { metricCode, pairsCode } from './code/metricCode';
import { modelCode } from './code/modelCode';
import { comment } from './code/python';
import { attentionCode, attributionCode, directCode, lensCode } from './code/readingCode';
import { sweepCode } from './code/sweepCode';
import type { Code } from './code/sweepCode';
import { metricSentence, runSentence } from './words';

/**
 * @param spec - the experiment
 * @param asked - its run
 * @param run - what came of it: tokens, read positions, and the places that were covered
 * @param source - the model that it ran on; null when the result does not say
 */
export function transformerLensCode(
  spec: ExperimentSpec,
  asked: ExperimentRun,
  run: RunResult,
  source: Provenance['model'] | null,
): { readonly text: string } | { readonly why: string } {
  const body = bodyOf(spec, asked, run);
  if ('why' in body) return body;
  const pairs = pairsCode(spec, run);
  if ('why' in pairs) return pairs;
  const metric = 'attention' in asked ? { lines: [] } : metricCode(run);
  if ('why' in metric) return metric;
  const model = modelCode(spec.model, source);
  if ('why' in model) return model;
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
    ...model.lines,
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
