/** What all runs of one experiment share. */
import type { AlignmentSpec } from '../../../../protocol/experimentSpec';
import type { PairSummary, PromptSummary } from '../../../../protocol/experiments';
import { metricText } from '../metric';
import { type Alignment, alignmentOf } from './alignment';
import type { Laboratory } from './laboratory';
import { defaultMetric, type ResolvedMetric, resolveMetric } from './metrics';
import { corruptOf, type PreparedPair } from './pairs';
import type { Pace } from './pace';
import type { PreparedPrompt } from './prompts';

export interface Bench {
  readonly lab: Laboratory;
  readonly pairs: readonly PreparedPair[];
  readonly align: AlignmentSpec | undefined;
  readonly bos: boolean | undefined;
  /** The file's metric. */
  readonly metric: string | undefined;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** The metric of a run as it was written, or the default. @throws Refusal */
export function metricOfRun({ metric, pairs }: Bench, own: string | undefined): string {
  return own ?? metric ?? defaultMetric(pairs);
}

/** The alignment of a pair. @throws Refusal when it has no corrupted prompt, or lengths differ and none was asked for */
export function pairAlignment({ align }: Bench, pair: PreparedPair, what: string): Alignment {
  return alignmentOf(pair.clean.ids, corruptOf(pair, what).ids, align);
}

/** The metric on every pair. @param aligned false where only the clean prompts are run. @throws Refusal */
export function resolveAll(
  bench: Bench,
  text: string,
  alignments: readonly (Alignment | null)[],
): ResolvedMetric[] {
  return bench.pairs.map((pair, i) => resolveMetric(text, pair, bench.lab, alignments[i] ?? null));
}

/** The metric as results show it: with its answers where they are the same for all pairs. */
export function shownMetric(text: string, metrics: readonly ResolvedMetric[], lab: Laboratory): string {
  const name = (id: number) => lab.tokenizer?.tokenText(id) ?? null;
  const texts = new Set(metrics.map(({ metric }) => metricText(metric, name)));
  return texts.size === 1 ? [...texts][0]! : text;
}

export function promptSummary(
  { text, tokens }: PreparedPrompt,
  readAt: readonly number[],
  metric: number | null,
): PromptSummary {
  return { text, tokens, readAt, metric: finite(metric) };
}

/** A pair of which only the clean prompt is run. */
export function cleanSummary(pair: PreparedPair, metric: ResolvedMetric, value: number | null): PairSummary {
  return { clean: promptSummary(pair.clean, metric.cleanReadAt, value), corrupt: null, alignment: null };
}

/** The number, or null where it is none: results have neither NaN nor infinities. */
export function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/** The mean, or null where one of them is missing. */
export function meanOf(values: readonly (number | null)[]): number | null {
  if (values.length === 0 || values.includes(null)) return null;
  return (values as readonly number[]).reduce((sum, value) => sum + value, 0) / values.length;
}
