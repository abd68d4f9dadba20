/** What a run did, in words: its metric, its direction and the convention of its numbers. Pure. */
import type { ExperimentRun } from '../../protocol/experimentSpec';
import type { RunResult } from '../../protocol/experiments';
import { shortNumber } from '../../protocol/wording';
import { inert } from '../lib/inert';
import { metricWords } from './metricText';

/** One sentence on what was done. @param spec - the run as it was asked for, when that is known */
export function runSentence(run: RunResult, spec: ExperimentRun | undefined): string {
  const at = inert(run.at);
  switch (run.kind) {
    case 'patch':
      return run.direction === 'noise'
        ? `Noising: the clean prompt is run, with activations of the corrupted prompt put in at ${at}.`
        : `Denoising: the corrupted prompt is run, with activations of the clean prompt put in at ${at}.`;
    case 'ablate':
      return `Ablation: the clean prompt is run, with ${at.replace(REPLACED, '$1 replaced by $2')}.`;
    case 'attribute':
      return `${methodWords(spec)}: estimates from gradients of what ${attributedWords(run)} at ${at.replace(REPLACED, '$1')}.`;
    case 'direct':
      return `Direct logit attribution: what ${at} of the clean prompt add to the metric directly, the final norm’s scale held fixed.`;
    case 'lens':
      return `${capital(at)}: the clean prompt’s residual stream read through the final norm and the unembedding, as if each were the last.`;
    case 'attention':
      return `${capital(at)}, on the clean prompt: how much each position attends to each.`;
    case 'steer':
      return `Steering (${at}): the same prompt continued with and without the changes.`;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** After the site ablations name what is put in, and attributions their method: `z, the mean`. */
const REPLACED = /^(.*), (.*)$/s;

function methodWords(spec: ExperimentRun | undefined): string {
  switch (spec && 'attribute' in spec ? spec.method : undefined) {
    case 'atp*':
      return 'Attribution patching with QK fix and GradDrop (AtP*)';
    case 'ig':
      return 'Integrated gradients';
    default:
      return 'Attribution patching (AtP)';
  }
}

function attributedWords({ direction }: RunResult): string {
  return direction === 'noise'
    ? 'putting corrupted activations into the clean run (noising) would change'
    : 'putting clean activations into the corrupted run (denoising) would change';
}

/** The metric and its values on the unchanged runs; '' for a run without a metric. */
export function metricSentence(run: RunResult): string {
  if (run.metric === '') return '';
  const known = [
    run.clean === null ? null : `clean ${shortNumber(run.clean)}`,
    run.corrupted === null ? null : `corrupted ${shortNumber(run.corrupted)}`,
  ].filter((text) => text !== null);
  const over = run.pairs.length > 1 ? `, mean over ${run.pairs.length} pairs` : '';
  const values = known.length > 0 ? ` — ${known.join(', ')}` : '';
  const words =
    run.kind === 'lens' ? `${metricWords(run.metric, false)}, at each position` : metricWords(run.metric);
  return `Metric: ${words}${over}${values}.`;
}

/** A run's name for its tab. */
export function tabTitle({ name, kind, at }: RunResult): string {
  if (name !== kind || at === '') return inert(name);
  return kind === 'lens' || kind === 'attention' ? inert(at) : inert(`${kind} ${at}`);
}

/** Seconds as people say them. */
export function duration(seconds: number): string {
  if (seconds < 0.95) return 'less than a second';
  if (seconds < 90)
    return seconds < 10 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** What `done` and `total` count where that is not cells. */
const COUNTED: Readonly<Partial<Record<RunResult['kind'], string>>> = {
  attribute: 'steps',
  direct: 'prompts',
  steer: 'tokens',
};

function passes(forwards: number): string {
  const count = shortNumber(forwards);
  return `${count} forward ${count === '1' ? 'pass' : 'passes'}`;
}

/** How far a run is, or how it ended. */
export function progressWords(run: RunResult): string {
  const { kind, done, total, cost, ticks, axes } = run;
  const so = `${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${COUNTED[kind] ?? 'cells'}`;
  const cells = ticks.reduce((count, { length }) => count * length, 1);
  const whole =
    axes.length === 0 ? `${total} ${COUNTED[kind] ?? 'cells'}` : `${cells.toLocaleString('en')} cells`;
  switch (run.state) {
    case 'running':
      return cost.secondsLeft === null ? so : `${so}, ${duration(cost.secondsLeft)} left`;
    case 'complete':
      return `${whole} in ${duration(cost.seconds)}, at the cost of ${passes(cost.forwards)} (estimated).`;
    case 'cancelled':
      return `Cancelled: ${so} are computed.`;
    case 'failed':
      return total === 0 ? 'Failed before anything was computed.' : `Failed: ${so} are computed.`;
  }
}
