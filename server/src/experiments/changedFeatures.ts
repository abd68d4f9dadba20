/** Which features differ between two texts that one prompt was continued with. */
import type { SteeringOutcome } from '../../../protocol/experiments';
import type { DictionarySummary } from '../engine/messages';
import type { Laboratory } from './lab/laboratory';
import {
  activeAt,
  type DictionaryQuestion,
  readingFeeds,
  readingPlan,
  rowChosen,
  rowTop,
} from './readFeatures';

type ChangedFeature = SteeringOutcome['features'][number];

/** Features count that are among so many strongest of some written token. */
const STRONGEST = 32;
/** Listed for each dictionary. */
const LISTED = 10;

export interface Written {
  readonly prompt: readonly number[];
  readonly plain: readonly number[];
  readonly steered: readonly number[];
}

/**
 * Mean activations over the written tokens of both texts, read by the model as it is, without steering: the features whose means
 * differ most, largest difference first. None when the texts are the same or one of them is empty.
 */
export async function changedFeatures(
  lab: Laboratory,
  { prompt, plain, steered }: Written,
  signal: AbortSignal,
): Promise<ChangedFeature[]> {
  const dictionaries = [...lab.dictionaries.values()].map(({ summary }) => summary);
  const same = plain.join() === steered.join();
  if (dictionaries.length === 0 || same || plain.length === 0 || steered.length === 0) return [];
  // The last token may stand where the model has no position left to read it.
  const texts = [plain, steered].map((written) =>
    [...prompt, ...written].slice(0, lab.model.dimensions.context),
  );
  const reader = new WrittenReader(lab, prompt.length, signal);
  const strongest: Map<string, number[]>[] = [];
  for (const tokens of texts) strongest.push(await reader.strongest(tokens, dictionaries));
  const chosen = dictionaries.flatMap(({ id }): ChosenFeatures[] => {
    const features = new Set(strongest.flatMap((found) => found.get(id)!));
    return features.size === 0 ? [] : [{ id, chosen: [...features].sort((a, b) => a - b) }];
  });
  if (chosen.length === 0) return [];
  const [before, after] = [await reader.means(texts[0]!, chosen), await reader.means(texts[1]!, chosen)];
  return chosen
    .flatMap(({ id: dictionary, chosen: features }) => {
      const { label } = lab.dictionaries.get(dictionary)!;
      const compared = features.map((index, i): ChangedFeature => ({
        dictionary,
        index,
        label: label(index),
        plain: before.get(dictionary)![i]!,
        steered: after.get(dictionary)![i]!,
      }));
      return compared.sort(byChange).slice(0, LISTED);
    })
    .filter((feature) => change(feature) > 0)
    .sort(byChange);
}

type ChosenFeatures = DictionaryQuestion & { readonly chosen: readonly number[] };

/** Reads dictionaries at the tokens that follow a prompt. */
class WrittenReader {
  constructor(
    private readonly lab: Laboratory,
    private readonly promptLength: number,
    private readonly signal: AbortSignal,
  ) {}

  /** By dictionary, the features among the strongest of some written token. */
  async strongest(
    tokens: readonly number[],
    dictionaries: readonly DictionarySummary[],
  ): Promise<Map<string, number[]>> {
    const asked = dictionaries.map(({ id, dSae }) => ({ id, top: Math.min(STRONGEST, dSae) }));
    const results = await this.read(tokens, asked);
    const written = Array.from(
      { length: tokens.length - this.promptLength },
      (_, i) => this.promptLength + i,
    );
    return new Map(
      asked.map(({ id }) => {
        const top = rowTop(results, id, 0, tokens.length);
        return [id, written.flatMap((position) => activeAt(top, position).map(({ index }) => index))];
      }),
    );
  }

  /** By dictionary, the mean activation of each chosen feature. */
  async means(tokens: readonly number[], chosen: readonly ChosenFeatures[]): Promise<Map<string, number[]>> {
    const results = await this.read(tokens, chosen);
    return new Map(
      chosen.map(({ id }) => {
        const columns = rowChosen(results, id, 0, tokens.length);
        return [id, columns.map((column) => mean(column.subarray(this.promptLength)))];
      }),
    );
  }

  private read(tokens: readonly number[], dictionaries: readonly DictionaryQuestion[]) {
    const question = { surprisal: false, dictionaries };
    const feeds = readingFeeds(question, [tokens]);
    const params = { plan: readingPlan(question), tokens: [tokens], feeds };
    return this.lab.ask('run', params, { signal: this.signal });
  }
}

function change({ plain, steered }: ChangedFeature): number {
  return Math.abs(steered - plain);
}

function byChange(a: ChangedFeature, b: ChangedFeature): number {
  return change(b) - change(a);
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
