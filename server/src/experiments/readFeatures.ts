/** Reading dictionaries beside the running model: plans that ask for it, the numbers they are fed, and their answers. */
import { integers } from '../engine/feeds';
import type { Tensors } from '../engine/messages';
import type { Tensor } from '../engine/ort';
import { capture, type Plan, type PlanOutput } from '../engine/plan';

/** What to read of one dictionary. */
export interface DictionaryQuestion {
  readonly id: string;
  /** The strongest features of every token, so many; not more than the dictionary has. */
  readonly top?: number;
  /** Activations of these features on every token. */
  readonly chosen?: readonly number[];
}

export interface ReadingQuestion {
  /** -ln p of every token after the first. */
  readonly surprisal: boolean;
  readonly dictionaries: readonly DictionaryQuestion[];
}

/** A feature that is active on a token. */
export interface ActiveFeature {
  readonly index: number;
  /** > 0. */
  readonly activation: number;
}

/** The plan of a question. Which features are chosen is fed, so that questions of one form share a session. */
export function readingPlan({ surprisal, dictionaries }: ReadingQuestion): Plan {
  const outputs: PlanOutput[] = surprisal ? [{ kind: 'surprisal' }] : [];
  for (const { id: dictionary, top, chosen } of dictionaries) {
    if (top !== undefined)
      outputs.push({ kind: 'topFeatures', dictionary, k: top }, { kind: 'activeCount', dictionary });
    if (chosen) outputs.push({ kind: 'chosenFeatures', dictionary });
  }
  return { ...capture([]), dictionaries: dictionaries.map(({ id }) => ({ id, mode: 'beside' })), outputs };
}

/** What a reading is fed besides its tokens: `rows` of equal length, each token the target of the position before it. */
export function readingFeeds(
  { surprisal, dictionaries }: ReadingQuestion,
  rows: readonly (readonly number[])[],
): Map<string, Tensor> {
  const feeds = new Map<string, Tensor>();
  if (surprisal) {
    const targets = rows.flatMap((row) => [...row.slice(1), 0]);
    feeds.set('targets', integers(targets, [rows.length, rows[0]?.length ?? 0]));
  }
  for (const { id, chosen } of dictionaries) if (chosen) feeds.set(`choose.${id}`, integers(chosen));
  return feeds;
}

/** -ln p of each token of a row given those before it; NaN for the first one, which nothing predicts. */
export function rowSurprisal(results: Tensors, row: number, length: number): Float32Array {
  const { data, dims } = floats(results, 'surprisal');
  const first = row * dims[1]!;
  const surprisal = new Float32Array(length).fill(NaN, 0, 1);
  surprisal.set(data.subarray(first, first + length - 1), 1);
  return surprisal;
}

/** The activations of the chosen features on each token of a row, one column a feature in the order they were chosen. */
export function rowChosen(results: Tensors, id: string, row: number, length: number): Float32Array[] {
  const { data, dims } = floats(results, `chosen.${id}`);
  const [, positions, count] = dims;
  return Array.from({ length: count! }, (_, feature) =>
    Float32Array.from(
      { length },
      (_unused, position) => data[(row * positions! + position) * count! + feature]!,
    ),
  );
}

/** The strongest features of each token of a row, `k` a token, in one array a token after the other. */
export interface TopFeatures {
  readonly k: number;
  readonly values: Float32Array;
  readonly indices: Int32Array;
  /** How many features are active on each token (L0). */
  readonly active: Int32Array;
}

export function rowTop(results: Tensors, id: string, row: number, length: number): TopFeatures {
  const { data: values, dims } = floats(results, `top.${id}.values`);
  const [, positions, k] = dims;
  const first = row * positions!;
  const indices = results.get(`top.${id}.indices`)!.data as BigInt64Array;
  const { data: active } = floats(results, `active.${id}`);
  return {
    k: k!,
    values: values.slice(first * k!, (first + length) * k!),
    indices: Int32Array.from(indices.subarray(first * k!, (first + length) * k!), Number),
    active: Int32Array.from(active.subarray(first, first + length)),
  };
}

/** The features that are active on one token, strongest first; features that are off are left out. */
export function activeAt({ k, values, indices }: TopFeatures, position: number): ActiveFeature[] {
  const found: ActiveFeature[] = [];
  for (let i = position * k; i < (position + 1) * k; i++)
    if (values[i]! > 0) found.push({ index: indices[i]!, activation: values[i]! });
  return found;
}

/** The plan that returns `logits` [batch, 1, vocabulary] after the position in the feed `rows` [1]. */
export const nextTokenPlan: Plan = { ...capture(['logits']), lastRowOnly: true };

export function nextTokenFeeds(tokens: readonly number[]): Map<string, Tensor> {
  return new Map([['rows', integers([tokens.length - 1])]]);
}

export interface NextToken {
  /** From 1, the likeliest; ties share the better rank. */
  readonly rank: number;
  /** -ln p, in nats. */
  readonly surprisal: number;
  readonly likeliest: readonly { readonly id: number; readonly probability: number }[];
}

/** What logits [vocabulary] say of the token that came, and the `count` likeliest ones. */
export function nextToken(logits: Float32Array, came: number, count: number): NextToken {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = logits.reduce((a, b) => a + Math.exp(b - largest), 0);
  const rank = logits.reduce((above, logit) => above + (logit > logits[came]! ? 1 : 0), 1);
  const likeliest = largestOf(logits, count).map((id) => ({
    id,
    probability: Math.exp(logits[id]! - largest) / sum,
  }));
  return { rank, surprisal: Math.log(sum) + largest - logits[came]!, likeliest };
}

/** Indices of the largest values, descending. */
export function largestOf(values: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (best.length === count && !(values[i]! > values[best.at(-1)!]!)) continue;
    const place = best.findIndex((other) => values[i]! > values[other]!);
    best.splice(place < 0 ? best.length : place, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}

function floats(results: Tensors, name: string): { data: Float32Array; dims: readonly number[] } {
  const { data, dims } = results.get(name)!;
  return { data: data as Float32Array, dims };
}
