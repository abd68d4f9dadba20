import { collectActivations, trainingWindows, type Activations } from '../training/activations';
import { dictionaryHooks } from '../training/dictionaryPlan';
import { context } from '../training/modelSetup';
import type { DemoModel } from '../stages/demoModel';
import type { Window } from '../corpus/windows';
import { ModelRunner } from './modelRunner';
import { heldOutWindows } from './modelScore';
import { tagRows, type TaggedRows, type TagNumbers } from './taggedRows';

/** Text with everything that is measured on it: tags and activations of each position but those of BOS. */
export interface ReadText {
  readonly windows: readonly Window[];
  readonly rows: TaggedRows;
  readonly activations: Activations;
}

/** Reads `count` windows of training text that the dictionaries were not trained on. */
export function readTrainingText(
  model: DemoModel,
  seed: number,
  count: number,
  numbers: TagNumbers,
): Promise<ReadText> {
  return read(model, trainingWindows(model.tokenizer, `labels ${seed}`, count, context), numbers);
}

/** Reads held-out text: new combinations of contents, and new templates. */
export function readHeldOutText(
  model: DemoModel,
  seed: number,
  documents: number,
  numbers: TagNumbers,
): Promise<ReadText> {
  return read(model, heldOutWindows(model.tokenizer, seed, documents, context), numbers);
}

async function read(model: DemoModel, windows: readonly Window[], numbers: TagNumbers): Promise<ReadText> {
  const runner = await ModelRunner.create(model.architecture, model.weights, context, dictionaryHooks);
  const activations = await collectActivations(runner, dictionaryHooks, windows, model.bos, context);
  await runner.release();
  return { windows, rows: tagRows(windows, model.tokenizer, context, numbers), activations };
}
