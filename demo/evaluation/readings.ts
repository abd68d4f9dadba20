import { join } from 'node:path';
import { dictionaryPlans, type DictionaryPlan } from '../training/dictionaryPlan';
import { DictionaryRunner, loadDictionary } from './dictionaryFolder';
import type { ReadText } from './heldOut';
import { readWithDictionary, type DictionaryReading } from './sparseFeatures';
import type { BothReadings } from './tagReport';

/** How much text is read to measure a demo. */
export interface ReadAmounts {
  readonly seed: number;
  /** Windows of training text on which thresholds are chosen. */
  readonly labelWindows: number;
  /** Held-out documents on which everything is measured. */
  readonly heldOutDocuments: number;
  /** Windows of them on which the cost of splicing is measured. */
  readonly spliceWindows: number;
}

/** Folder of a dictionary in the demo's output folder. */
export function dictionaryFolder(output: string, plan: DictionaryPlan): string {
  return join(output, 'dictionaries', plan.name);
}

/** Training and held-out text as every dictionary of the demo reads them. */
export async function readAll(output: string, train: ReadText, heldOut: ReadText): Promise<BothReadings[]> {
  const readings: BothReadings[] = [];
  for (const plan of dictionaryPlans) {
    const dictionary = loadDictionary(dictionaryFolder(output, plan));
    const runner = await DictionaryRunner.create(dictionary);
    const read = (text: ReadText): Promise<DictionaryReading> => {
      const { byHook, rows } = text.activations;
      const part = (hook: string) => byHook.get(hook)!.subarray(0, rows * dictionary.config.dIn);
      return readWithDictionary(runner, dictionary.config.dSae, part(plan.hookIn), part(plan.hookOut), rows);
    };
    readings.push({ plan, train: await read(train), heldOut: await read(heldOut) });
    await runner.release();
  }
  return readings;
}
