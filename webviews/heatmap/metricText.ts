/** The text of a metric, `KIND:GROUP,GROUP@p`, taken apart and in words. Pure. */
import { inertToken } from '../lib/inert';

/** The parts of a metric's text; answers as they are written: ids, or texts with their leading space. */
export interface MetricParts {
  readonly kind: string;
  readonly groups: readonly (readonly (number | string)[])[];
  /** `DICTIONARY#INDEX`, of a feature's activation. */
  readonly feature: string | null;
  /** First and last position at which it is read; negative ones count from the end. */
  readonly span: readonly [number, number] | null;
}

const METRIC = /^([a-z_]+)(?::(.*?))?(?:@(-?\d+)(?:\.\.(-?\d+))?)?$/s;
const ANSWER_OR_COMMA = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+|,/gs;

/** Takes a metric's text apart; undefined when it is none. */
export function metricParts(text: string): MetricParts | undefined {
  const match = METRIC.exec(text.trim());
  if (!match) return undefined;
  const [, kind = '', subject = '', from, to] = match;
  const span = from === undefined ? null : ([Number(from), Number(to ?? from)] as const);
  if (kind === 'feature') return { kind, groups: [], feature: subject, span };
  const groups: (number | string)[][] = subject === '' ? [] : [[]];
  for (const [part] of subject.matchAll(ANSWER_OR_COMMA)) {
    if (part === ',') groups.push([]);
    else groups.at(-1)!.push(answerOf(part));
  }
  return { kind, groups, feature: null, span };
}

function answerOf(written: string): number | string {
  if (/^\d+$/.test(written)) return Number(written);
  return written.slice(1, -1).replace(/\\(.)/gs, '$1');
}

/** A metric in words, with its answers. @param isPlaced - whether to say where it is read */
export function metricWords(text: string, isPlaced = true): string {
  const parts = metricParts(text);
  if (!parts) return text;
  return `${kindWords(parts)}${isPlaced ? spanWords(parts) : ''}`;
}

function kindWords({ kind, groups, feature }: MetricParts): string {
  const [a = 'the answer', b = 'the wrong answer'] = groups.map(groupWords);
  switch (kind) {
    case 'logit_diff':
      return `logit difference: ${a} minus ${b}`;
    case 'logit':
      return `logit of ${a}`;
    case 'log_prob':
      return `log probability of ${a}, in nats`;
    case 'prob_diff':
      return `probability difference: ${a} minus ${b}`;
    case 'kl':
      return 'KL divergence from the clean run, in nats';
    case 'loss':
      return 'loss, in nats for each token';
    case 'feature':
      return `activation of the feature ${feature ?? ''}`;
    default:
      return kind;
  }
}

function groupWords(group: readonly (number | string)[]): string {
  return group
    .map((answer) => (typeof answer === 'number' ? `token ${answer}` : `“${inertToken(answer)}”`))
    .join(' or ');
}

function spanWords({ kind, span }: MetricParts): string {
  if (span === null) return kind === 'loss' ? '' : ', at the last position';
  const [from, to] = span;
  if (from === -1 && to === -1) return ', at the last position';
  return from === to ? `, at position ${from}` : `, at positions ${from} to ${to}`;
}
