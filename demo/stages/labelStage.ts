import { join } from 'node:path';
import { writeTextAtomically } from '../../server/src/formats/atomicFile';
import { readHeldOutText, readTrainingText } from '../evaluation/heldOut';
import { measuredLabels } from '../evaluation/labels';
import { dictionaryFolder, readAll } from '../evaluation/readings';
import { TagNumbers } from '../evaluation/taggedRows';
import { readDemoModel } from './demoModel';
import type { Variant } from './variant';

/** Writes `labels.json` beside every dictionary of a variant. */
export async function runLabelStage(variant: Variant): Promise<void> {
  const model = await readDemoModel(variant.output);
  const numbers = new TagNumbers();
  console.log('labels: reading training and held-out text');
  const train = await readTrainingText(model, variant.seed, variant.labelWindows, numbers);
  const heldOut = await readHeldOutText(model, variant.seed, variant.heldOutDocuments, numbers);
  const rows = { names: numbers.names, train: train.rows, heldOut: heldOut.rows };
  for (const reading of await readAll(variant.output, train, heldOut)) {
    const labels = measuredLabels(rows, reading);
    const content = { version: 1, text: 'held out', rows: heldOut.activations.rows, labels };
    const file = join(dictionaryFolder(variant.output, reading.plan), 'labels.json');
    writeTextAtomically(file, `${JSON.stringify(content, null, 1)}\n`);
    const features = reading.train.firings.length;
    console.log(`labels: ${reading.plan.name} ${labels.length} of ${features} features`);
  }
}
