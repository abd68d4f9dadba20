import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ModelRunner } from '../evaluation/modelRunner';
import { hashText } from '../random';
import { collectActivations, trainingWindows, type Activations } from '../training/activations';
import { saveCheckpoint } from '../training/checkpoint';
import { trainingData } from '../training/dictionaryData';
import { writeDictionary } from '../training/dictionaryFile';
import { compileDictionaryStep } from '../training/dictionaryGraph';
import { dictionaryHooks, dictionaryPlans, type DictionaryPlan } from '../training/dictionaryPlan';
import { DictionaryTrainer } from '../training/dictionaryTrainer';
import { dModel } from '../training/modelSetup';
import { Progress } from '../training/progress';
import { readDemoModel } from './demoModel';
import type { Variant } from './variant';

/** Makes `dictionaries/` of a variant. Dictionaries whose training was finished before are kept. */
export async function runDictionaryStage(variant: Variant): Promise<void> {
  const missing = dictionaryPlans.filter((plan) => !existsSync(finishedMark(variant, plan)));
  if (missing.length === 0) return;
  const activations = await activationsOf(variant);
  for (const plan of missing) await trainDictionary(variant, plan, activations);
}

/** Makes the stage begin anew: the model has changed. */
export function forgetDictionaries(variant: Variant): void {
  for (const plan of dictionaryPlans) rmSync(finishedMark(variant, plan), { force: true });
}

/** The last checkpoint of a dictionary; it exists once the dictionary is finished. */
function finishedMark(variant: Variant, plan: DictionaryPlan): string {
  return join(variant.work, `${plan.name}.safetensors`);
}

async function activationsOf(variant: Variant): Promise<Activations> {
  const { architecture, tokenizer, weights, bos } = await readDemoModel(variant.output);
  const { length } = variant.model;
  const runner = await ModelRunner.create(architecture, weights, length, dictionaryHooks);
  const count = variant.activationWindows;
  const windows = trainingWindows(tokenizer, `dictionaries ${variant.seed}`, count, length);
  const progress = new Progress('activations', count);
  const result = await collectActivations(runner, dictionaryHooks, windows, bos, length, progress);
  await runner.release();
  return result;
}

async function trainDictionary(
  variant: Variant,
  plan: DictionaryPlan,
  activations: Activations,
): Promise<void> {
  const schedule = { ...variant.dictionary, ...(plan.hookIn.endsWith('hook_z') ? variant.attention : {}) };
  const shape = { dIn: dModel, dOut: dModel, features: schedule.features, skip: plan.transcoder };
  const data = trainingData(plan, activations);
  const compiled = await compileDictionaryStep(shape, schedule.batch);
  const seed = hashText(`dictionary ${variant.seed} ${plan.name}`);
  const trainer = new DictionaryTrainer(compiled, shape, schedule, data, seed);
  const progress = new Progress(plan.name, schedule.steps);
  for (let step = 0; step < schedule.steps; step++) {
    await trainer.run(step);
    progress.report(step + 1, `active ${trainer.active.toFixed(1)}`);
  }
  await compiled.release();
  writeDictionary(join(variant.output, 'dictionaries', plan.name), plan, trainer, data);
  saveCheckpoint(finishedMark(variant, plan), schedule.steps, trainer.parameters);
}
