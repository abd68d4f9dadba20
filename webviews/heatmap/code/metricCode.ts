/** A metric and the prompts of an experiment as Python. Pure. */
import type { Answer, ExperimentSpec, PromptPair } from '../../../protocol/experimentSpec';
import type { PairSummary, RunResult } from '../../../protocol/experiments';
import { metricParts } from '../metricText';
import { promptsOf } from '../places';
import { indented, python, pythonText } from './python';

const IDS = [
  'def ids(answers):',
  '    """Token ids of one answer, or of a group of answers: ids, or texts that are one token each."""',
  '    answers = answers if isinstance(answers, list) else [answers]',
  '    return [a if isinstance(a, int) else model.to_single_token(a) for a in answers]',
];

/** By kind: what a metric does to `rows`, the logits [read positions, d_vocab] where it is read. */
const METRICS: Readonly<Record<string, readonly string[]>> = {
  logit_diff: ['return (rows[:, pair["a"]].mean(-1) - rows[:, pair["b"]].mean(-1)).mean()'],
  logit: ['return rows[:, pair["a"]].mean()'],
  log_prob: ['return rows.log_softmax(-1)[:, pair["a"]].logsumexp(-1).mean()'],
  prob_diff: [
    'probabilities = rows.softmax(-1)',
    'return (probabilities[:, pair["a"]].sum(-1) - probabilities[:, pair["b"]].sum(-1)).mean()',
  ],
  kl: [
    'clean = pair["clean_logits"][0, pair["clean_read_at"]].log_softmax(-1)',
    'return (clean.exp() * (clean - rows.log_softmax(-1))).sum(-1).mean()',
  ],
  loss: [
    'following = [pair[side][p + 1] for p in pair[f"{side}_read_at"]]',
    'return -rows.log_softmax(-1)[range(len(following)), following].mean()',
  ],
};

/** How many groups of answers a kind takes. */
const GROUPS: Readonly<Record<string, number>> = { logit_diff: 2, prob_diff: 2, logit: 1, log_prob: 1 };

/** The definition of the metric, or why there is none. */
export function metricCode(run: RunResult): { readonly lines: readonly string[] } | { readonly why: string } {
  const parts = metricParts(run.metric);
  const body = parts && METRICS[parts.kind];
  if (!parts || !body)
    return {
      why:
        parts?.kind === 'feature'
          ? 'the metric is a dictionary feature’s activation, and TransformerLens has no dictionaries.'
          : `the metric ${run.metric} is not known there.`,
    };
  const needsLogits = parts.kind === 'kl';
  return {
    lines: [
      ...(needsLogits
        ? ['for pair in pairs:', '    pair["clean_logits"] = model(tokens(pair["clean"]))', '', '']
        : []),
      'def metric(logits, pair, side):',
      '    """The metric of one run, from its logits [1, pos, d_vocab]."""',
      '    rows = logits[0, pair[f"{side}_read_at"]]',
      ...indented(body),
    ],
  };
}

/** The pairs with exact ids, or why they cannot be given. */
export function pairsCode(
  { prompts }: ExperimentSpec,
  run: RunResult,
): { readonly lines: readonly string[] } | { readonly why: string } {
  if (run.pairs.length === 0) return { why: 'this run ended before its prompts were read.' };
  const parts = metricParts(run.metric);
  const wanted = GROUPS[parts?.kind ?? ''] ?? 0;
  const named = parts?.groups ?? [];
  const isFromFile = typeof prompts === 'string' && named.length < wanted;
  const listed: readonly PromptPair[] =
    typeof prompts === 'string' ? [] : 'clean' in prompts ? [prompts] : prompts;
  const lines = [
    ...(wanted > 0 ? [...IDS, '', ''] : []),
    ...(isFromFile
      ? [
          `rows = [json.loads(line) for line in open(${pythonText(prompts)}, encoding="utf-8") if line.strip()]`,
        ]
      : []),
    'pairs = [',
    ...run.pairs.flatMap((pair, i) => {
      const own = listed[i];
      const answers = [named[0] ?? groupOf(own?.answer), named[1] ?? groupOf(own?.wrong)].slice(0, wanted);
      const groups = isFromFile
        ? [`a=ids(rows[${i}]["answer"])`, `b=ids(rows[${i}]["wrong"])`].slice(0, wanted)
        : answers.map((group, j) => `${'ab'[j]!}=ids(${python(group)})`);
      return indented(pairLines(run, pair, groups));
    }),
    ']',
  ];
  const isMissing = !isFromFile && wanted > 0 && listed.length === 0 && named.length < wanted;
  return isMissing ? { why: 'its answers are not known.' } : { lines };
}

function groupOf(answer: PromptPair['answer']): readonly Answer[] {
  if (answer === undefined) return [];
  return typeof answer === 'object' ? answer : [answer];
}

function pairLines(run: RunResult, pair: PairSummary, answers: readonly string[]): readonly string[] {
  const { clean, corrupt, alignment } = pair;
  const idsOf = (side: PairSummary['clean']): string => python(side.tokens.map(({ id }) => id));
  const { base, other } = promptsOf(run, pair);
  const isIdentity =
    alignment === null ||
    (alignment.length === other?.tokens.length &&
      base.tokens.length === alignment.length &&
      alignment.every((there, here) => there === here));
  const fields = [
    `clean=${idsOf(clean)}`,
    `clean_read_at=${python(clean.readAt)}`,
    ...(corrupt ? [`corrupt=${idsOf(corrupt)}`, `corrupt_read_at=${python(corrupt.readAt)}`] : []),
    ...(isIdentity ? [] : [`counterparts=${python(alignment)}`]),
    ...answers,
  ];
  return ['dict(', ...indented(fields.map((field) => `${field},`)), '),'];
}
