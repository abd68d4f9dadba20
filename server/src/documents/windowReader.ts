/** Reads windows with the engine, and remembers what it read. */
import { type FeatureRef, featureKey } from '../../../protocol/features';
import type { RunParams, Tensors } from '../engine/messages';
import {
  type DictionaryQuestion,
  type NextToken,
  nextToken,
  nextTokenFeeds,
  nextTokenPlan,
  readingFeeds,
  readingPlan,
  type ReadingQuestion,
  rowChosen,
  rowSurprisal,
  rowTop,
  type TopFeatures,
} from '../experiments/readFeatures';
import { type Column, ColumnCache, type Columns } from './columnCache';
import { packWindows, paddedRows } from './packing';
import type { Window } from './windows';

/** Runs a plan in the engine, until the signal ends. Its errors pass through the reader as they are. */
export type PlanRunner = (params: RunParams, signal: AbortSignal) => Promise<Tensors>;

export const SURPRISAL = 'surprisal';

/** A dictionary and how many of its strongest features are read; never more than it has. */
export interface TopQuestion {
  readonly id: string;
  readonly k: number;
}

/** The most tokens of one run of short windows. */
const RUN_TOKENS = 512;
const CACHE_BYTES = 64 * 2 ** 20;

export class WindowReader {
  private readonly cache: ColumnCache;

  /** @param isCausal false: a token's numbers depend on all of its window */
  constructor(
    private readonly run: PlanRunner,
    readonly isCausal = true,
  ) {
    this.cache = new ColumnCache(CACHE_BYTES, isCausal);
  }

  /**
   * Surprisal (NaN where nothing predicts) and the activations of features on the tokens of windows. Calls `done` once for each window,
   * those that are known already first, then in the order given as runs end.
   * @param columns names: SURPRISAL and `featureKey`s
   */
  async read(
    windows: readonly Window[],
    features: readonly FeatureRef[],
    done: (windows: readonly { readonly window: Window; readonly columns: Columns }[]) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const names = [SURPRISAL, ...features.map(featureKey)];
    const found = windows.map((window) => ({
      window,
      columns: this.cache.find(window.ids, window.to, names),
    }));
    done(found.flatMap(({ window, columns }) => (columns ? [{ window, columns }] : [])));
    const missing = found.filter(({ columns }) => !columns).map(({ window }) => window);
    for (const run of packWindows(missing, RUN_TOKENS, this.isCausal)) {
      signal.throwIfAborted();
      const columns = await this.readMissing(run, features, signal);
      done(run.map((window, i) => ({ window, columns: columns[i]! })));
    }
  }

  /** The strongest features of dictionaries on every token of a window, by dictionary. */
  async top(
    window: Window,
    dictionaries: readonly TopQuestion[],
    signal: AbortSignal,
  ): Promise<Map<string, TopFeatures>> {
    const wanted = dictionaries.map(topNames);
    let columns = this.cache.find(window.ids, window.to, wanted.flat());
    if (!columns) {
      const question: ReadingQuestion = {
        surprisal: false,
        dictionaries: dictionaries.map(({ id, k }) => ({ id, top: k })),
      };
      const results = await this.ask(question, [[...window.ids]], signal);
      columns = new Map(dictionaries.flatMap((asked) => topColumns(results, asked, window.ids.length)));
      this.cache.put(window.ids, columns);
    }
    const known = columns;
    return new Map(dictionaries.map((asked) => [asked.id, topOf(known, asked)]));
  }

  /** What the model expected before the token at `position` (> 0) of a window. */
  async expected(window: Window, position: number, count: number, signal: AbortSignal): Promise<NextToken> {
    const tokens = [...window.ids.subarray(0, position)];
    const params = { plan: nextTokenPlan, tokens: [tokens], feeds: nextTokenFeeds(tokens) };
    const results = await this.run(params, signal);
    return nextToken(results.get('logits')!.data as Float32Array, window.ids[position]!, count);
  }

  /** Activations of one feature on windows of a run, read without remembering: for texts that are read once. */
  async scan(
    windows: readonly Window[],
    { dictionary, index }: FeatureRef,
    signal: AbortSignal,
  ): Promise<Float32Array[]> {
    const question = { surprisal: false, dictionaries: [{ id: dictionary, chosen: [index] }] };
    const results = await this.ask(question, paddedRows(windows), signal);
    return windows.map(({ ids }, row) => rowChosen(results, dictionary, row, ids.length)[0]!);
  }

  /** Forgets everything: another model or dictionary stands behind the names. */
  clear(): void {
    this.cache.clear();
  }

  private async readMissing(
    windows: readonly Window[],
    features: readonly FeatureRef[],
    signal: AbortSignal,
  ): Promise<Columns[]> {
    const known = windows.map(({ ids }) => this.cache.known(ids));
    const isMissing = (name: string): boolean => known.some((columns) => !columns.has(name));
    const question = {
      surprisal: isMissing(SURPRISAL),
      dictionaries: byDictionary(features.filter((feature) => isMissing(featureKey(feature)))),
    };
    // The same window may have been read a run before.
    if (!question.surprisal && question.dictionaries.length === 0) return known;
    const results = await this.ask(question, paddedRows(windows), signal);
    return windows.map(({ ids }, row) => this.cache.put(ids, rowColumns(results, question, row, ids.length)));
  }

  private ask(
    question: ReadingQuestion,
    rows: readonly (readonly number[])[],
    signal: AbortSignal,
  ): Promise<Tensors> {
    return this.run(
      { plan: readingPlan(question), tokens: rows, feeds: readingFeeds(question, rows) },
      signal,
    );
  }
}

type Chosen = DictionaryQuestion & { readonly chosen: readonly number[] };

function byDictionary(features: readonly FeatureRef[]): Chosen[] {
  const ids = [...new Set(features.map(({ dictionary }) => dictionary))].sort();
  return ids.map((id) => ({
    id,
    chosen: features.filter(({ dictionary }) => dictionary === id).map(({ index }) => index),
  }));
}

function rowColumns(
  results: Tensors,
  { surprisal, dictionaries }: { readonly surprisal: boolean; readonly dictionaries: readonly Chosen[] },
  row: number,
  length: number,
): Columns {
  const columns = new Map<string, Column>();
  if (surprisal) columns.set(SURPRISAL, { width: 1, data: rowSurprisal(results, row, length) });
  for (const { id, chosen } of dictionaries) {
    const read = rowChosen(results, id, row, length);
    chosen.forEach((index, i) =>
      columns.set(featureKey({ dictionary: id, index }), { width: 1, data: read[i]! }),
    );
  }
  return columns;
}

function topNames({ id, k }: TopQuestion): [string, string, string] {
  return [`top ${k} values ${id}`, `top ${k} indices ${id}`, `active ${id}`];
}

function topColumns(results: Tensors, asked: TopQuestion, length: number): [string, Column][] {
  const { k, values, indices, active } = rowTop(results, asked.id, 0, length);
  const [valuesName, indicesName, activeName] = topNames(asked);
  return [
    [valuesName, { width: k, data: values }],
    [indicesName, { width: k, data: indices }],
    [activeName, { width: 1, data: active }],
  ];
}

function topOf(columns: Columns, asked: TopQuestion): TopFeatures {
  const [values, indices, active] = topNames(asked).map((name) => columns.get(name)!.data);
  return {
    k: asked.k,
    values: values as Float32Array,
    indices: indices as Int32Array,
    active: active as Int32Array,
  };
}
