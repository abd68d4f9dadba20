import type { DemoModel } from '../stages/demoModel';
import { dictionaryPlans } from '../training/dictionaryPlan';
import { context } from '../training/modelSetup';
import { loadDictionary } from './dictionaryFolder';
import { crossEntropy, scoreReconstruction, spliceCosts, type DictionaryScore } from './dictionaryScore';
import { readHeldOutText, readTrainingText } from './heldOut';
import { ModelRunner } from './modelRunner';
import { heldOutWindows, scoreModel, type ModelScore } from './modelScore';
import { dictionaryFolder, readAll, type ReadAmounts } from './readings';
import { tagResults, type TagResult } from './tagReport';
import { TagNumbers } from './taggedRows';

/** Everything that is claimed of the demo, measured on its files. */
export interface DemoMeasures {
  readonly model: ModelScore;
  readonly dictionaries: readonly DictionaryScore[];
  readonly tags: readonly TagResult[];
  /** Rows of held-out text. */
  readonly heldOutRows: number;
}

/** Accuracy and loss of the model on held-out documents. */
export async function measureModel(model: DemoModel, seed: number, documents: number): Promise<ModelScore> {
  const runner = await ModelRunner.create(model.architecture, model.weights, context);
  const score = await scoreModel(
    runner,
    model.tokenizer,
    heldOutWindows(model.tokenizer, seed, documents, context),
  );
  await runner.release();
  return score;
}

/** Measures model, dictionaries and tags of the demo in `output`. */
export async function measureDemo(
  model: DemoModel,
  output: string,
  amounts: ReadAmounts,
): Promise<DemoMeasures> {
  const numbers = new TagNumbers();
  const train = await readTrainingText(model, amounts.seed, amounts.labelWindows, numbers);
  const heldOut = await readHeldOutText(model, amounts.seed, amounts.heldOutDocuments, numbers);
  const readings = await readAll(output, train, heldOut);
  const windows = heldOut.windows.slice(0, amounts.spliceWindows);
  const clean = await crossEntropy(model, windows);
  const dictionaries: DictionaryScore[] = [];
  for (const plan of dictionaryPlans) {
    const reading = readings.find((one) => one.plan === plan)!;
    const dictionary = loadDictionary(dictionaryFolder(output, plan));
    const costs = await spliceCosts(model, plan, dictionary, windows, clean);
    dictionaries.push({ ...scoreReconstruction(plan, reading.heldOut, train, heldOut), ...costs });
  }
  return {
    model: await measureModel(model, amounts.seed, amounts.heldOutDocuments),
    dictionaries,
    tags: tagResults({ names: numbers.names, train: train.rows, heldOut: heldOut.rows }, readings),
    heldOutRows: heldOut.activations.rows,
  };
}
