import type { DemoModel } from '../stages/demoModel';
import type { Window } from '../corpus/windows';
import type { DictionaryPlan } from '../training/dictionaryPlan';
import { context, dModel } from '../training/modelSetup';
import { reconstructed, replacedFeed, zeroAblation } from './crossEntropy';
import type { LoadedDictionary } from './dictionaryFolder';
import type { ReadText } from './heldOut';
import { ModelRunner, type GraphChange } from './modelRunner';
import { moments, pcaExplained, totalVariance } from './pca';
import type { DictionaryReading } from './sparseFeatures';
import type { Tensor } from '../../server/src/engine/ort';

/** The measured figures of a dictionary on held-out text, BOS left out. */
export interface DictionaryScore {
  readonly name: string;
  /** Fraction of the variance of the target that the reconstruction explains. */
  readonly explained: number;
  /** The same for the first 20 principal directions of training text. */
  readonly pcaExplained: number;
  /** Mean number of active features. */
  readonly active: number;
  /** Share of features that fire nowhere in the held-out text. */
  readonly dead: number;
  /** Nats of cross-entropy that setting the target to zero adds. */
  readonly zeroCost: number;
  /** Nats that running through the reconstruction adds. */
  readonly spliceCost: number;
}

/** Principal directions to compare with. */
const directions = 20;
/** Windows of one run. */
const batch = 8;

/** Reconstruction and sparsity, from what the dictionary made of both texts. */
export function scoreReconstruction(
  plan: DictionaryPlan,
  reading: DictionaryReading,
  train: ReadText,
  heldOut: ReadText,
): Omit<DictionaryScore, 'zeroCost' | 'spliceCost'> {
  const target = ({ activations: { byHook, rows } }: ReadText) =>
    moments(byHook.get(plan.hookOut)!.subarray(0, rows * dModel), rows);
  const variance = totalVariance(target(heldOut));
  const firings = reading.firings.reduce((sum, { rows }) => sum + rows.length, 0);
  return {
    name: plan.name,
    explained: 1 - reading.squaredError / (reading.rows * variance),
    pcaExplained: pcaExplained(target(train), target(heldOut), directions),
    active: firings / reading.rows,
    dead: reading.firings.filter(({ rows }) => rows.length === 0).length / reading.firings.length,
  };
}

/** Mean cross-entropy of the next token over all positions, in nats, of a changed model. */
export async function crossEntropy(
  model: DemoModel,
  windows: readonly Window[],
  change?: GraphChange,
  feeds: ReadonlyMap<string, Tensor> = new Map(),
): Promise<number> {
  const runner = await ModelRunner.create(model.architecture, model.weights, context, [], change, feeds);
  let sum = 0;
  for (let from = 0; from < windows.length; from += batch) {
    const ids = windows.slice(from, from + batch).map((window) => window.ids);
    const extra = new Map(change ? [['replaced', replacedFeed(ids, context, model.bos)]] : []);
    const { losses } = await runner.run(ids, extra);
    for (const loss of losses) sum += loss;
  }
  await runner.release();
  return sum / (windows.length * context);
}

/** What zero ablation and the reconstruction cost, in nats over the clean model. */
export async function spliceCosts(
  model: DemoModel,
  plan: DictionaryPlan,
  dictionary: LoadedDictionary,
  windows: readonly Window[],
  clean: number,
): Promise<Pick<DictionaryScore, 'zeroCost' | 'spliceCost'>> {
  const zero = await crossEntropy(model, windows, zeroAblation(plan.hookOut));
  const spliced = await crossEntropy(model, windows, reconstructed(dictionary), dictionary.feeds);
  return { zeroCost: zero - clean, spliceCost: spliced - clean };
}
