import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeTextAtomically } from '../../server/src/formats/atomicFile';
import { writeSafetensors } from '../../server/src/formats/safetensorsWriter';
import type { Architecture } from '../../server/src/models/family';
import { loadTokenizer } from '../../server/src/tokenizers/loadTokenizer';
import type { Tokenizer } from '../../server/src/tokenizers/tokenizer';
import { families } from '../corpus/families/index';
import { ModelRunner } from '../evaluation/modelRunner';
import { heldOutWindows, scoreModel, type ModelScore } from '../evaluation/modelScore';
import { demoVocabulary } from '../tokenizer/demoVocabulary';
import { tokenizerConfigJson, tokenizerJson } from '../tokenizer/tokenizerFiles';
import { loadCheckpoint, saveCheckpoint } from '../training/checkpoint';
import { context, demoArchitecture, modelConfig } from '../training/modelSetup';
import { ModelTrainer } from '../training/modelTrainer';
import { Progress } from '../training/progress';
import { forgetDictionaries } from './dictionaryStage';
import type { Variant } from './variant';

const stepsBetweenCheckpoints = 250;
const stepsBetweenScores = 1500;
/** Held-out documents that are scored while training; none of them decides anything. */
const scoredDocuments = 780;

/** Makes `model/` of a variant: tokenizer, then weights. Goes on from the last checkpoint. */
export async function runModelStage(variant: Variant): Promise<void> {
  const folder = join(variant.output, 'model');
  mkdirSync(folder, { recursive: true });
  mkdirSync(variant.work, { recursive: true });
  const tokenizer = await writeTokenizer(folder, variant.seed);
  const bos = tokenizer.bosId!;
  const architecture = demoArchitecture(tokenizer.vocabularySize, bos);
  const weights = await train(variant, architecture, tokenizer);
  writeTextAtomically(
    join(folder, 'config.json'),
    `${JSON.stringify(modelConfig(tokenizer.vocabularySize, bos), null, 2)}\n`,
  );
  const tensors = [...weights].map(
    ([name, data]) => [name, { shape: architecture.tensors.get(name)!, data }] as const,
  );
  writeSafetensors(join(folder, 'model.safetensors'), new Map(tensors), { format: 'pt' });
}

async function writeTokenizer(folder: string, seed: number): Promise<Tokenizer> {
  const vocabulary = demoVocabulary(seed);
  writeTextAtomically(join(folder, 'tokenizer.json'), `${JSON.stringify(tokenizerJson(vocabulary))}\n`);
  const config = tokenizerConfigJson(context);
  writeTextAtomically(join(folder, 'tokenizer_config.json'), `${JSON.stringify(config, null, 2)}\n`);
  return loadTokenizer(folder);
}

async function train(
  variant: Variant,
  architecture: Architecture,
  tokenizer: Tokenizer,
): Promise<Map<string, Float32Array>> {
  const trainer = await ModelTrainer.create(architecture, tokenizer, variant.seed, variant.model);
  const checkpoint = join(variant.work, 'model.safetensors');
  const { steps } = variant.model;
  const start = loadCheckpoint(checkpoint, trainer.parameters);
  if (start < steps) forgetDictionaries(variant);
  const progress = new Progress('model', steps, start);
  for (let step = start; step < steps; step++) {
    const loss = await trainer.run(step);
    progress.report(step + 1, `loss ${loss.toFixed(3)}`);
    if ((step + 1) % stepsBetweenCheckpoints === 0) saveCheckpoint(checkpoint, step + 1, trainer.parameters);
    if ((step + 1) % stepsBetweenScores === 0) {
      console.log(scoreLine(await score(variant, architecture, tokenizer, trainer.weights())));
    }
  }
  saveCheckpoint(checkpoint, steps, trainer.parameters);
  await trainer.release();
  return trainer.weights();
}

async function score(
  variant: Variant,
  architecture: Architecture,
  tokenizer: Tokenizer,
  weights: ReadonlyMap<string, Float32Array>,
): Promise<ModelScore> {
  const runner = await ModelRunner.create(architecture, weights, variant.model.length);
  const windows = heldOutWindows(tokenizer, variant.seed, scoredDocuments, variant.model.length);
  const result = await scoreModel(runner, tokenizer, windows);
  await runner.release();
  return result;
}

function scoreLine({ loss, answers }: ModelScore): string {
  const shares = families.map(({ name }) => {
    const [combination, template] = (['combination', 'template'] as const).map((side) =>
      (100 * answers.accuracy(name, side)).toFixed(1),
    );
    return `${name} ${combination!}/${template!}`;
  });
  return `held out: loss ${loss.toFixed(3)}; answers right in % (new combination/new template): ${shares.join(', ')}`;
}
