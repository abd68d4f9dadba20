import { join } from 'node:path';
import type { ReadAmounts } from '../evaluation/readings';
import type { DictionarySchedule } from '../training/dictionaryTrainer';
import type { ModelSchedule } from '../training/modelTrainer';

/** One way to make the demo: where it goes and how much is spent on it. */
export interface Variant extends ReadAmounts {
  /** Receives model/ and dictionaries/. */
  readonly output: string;
  /** Checkpoints; git-ignored. */
  readonly work: string;
  readonly model: ModelSchedule;
  /** Windows of training text whose activations the dictionaries learn from. */
  readonly activationWindows: number;
  readonly dictionary: DictionarySchedule;
}

const root = join(__dirname, '..', '..');

/** The demo that is shipped. */
export function shippedVariant(seed: number): Variant {
  return {
    seed,
    output: join(root, 'media', 'demo'),
    work: join(root, '.demo-work', `full-${seed}`),
    model: {
      steps: 4500,
      tokens: 2048,
      shortLength: 64,
      length: 256,
      shortSteps: 3600,
      // Names are told apart late, and only then can their genders be learnt.
      emphasis: { from: 3000, families: { pronouns: 4, induction: 1.5, nesting: 1.3 } },
      peakRate: 2e-3,
      warmup: 200,
    },
    activationWindows: 1600,
    dictionary: { features: 512, steps: 2500, batch: 1024, peakRate: 2e-3, k: 18.5 },
    labelWindows: 300,
    heldOutDocuments: 5200,
    spliceWindows: 64,
  };
}

/** A demo of a few minutes for the tests: the same steps, hardly trained. */
export function smallVariant(seed: number): Variant {
  return {
    seed,
    output: join(root, '.demo-work', `small-${seed}`, 'demo'),
    work: join(root, '.demo-work', `small-${seed}`),
    model: {
      steps: 300,
      tokens: 1024,
      shortLength: 64,
      length: 128,
      shortSteps: 200,
      emphasis: { from: 200, families: { pronouns: 4 } },
      peakRate: 3e-3,
      warmup: 50,
    },
    activationWindows: 60,
    dictionary: { features: 128, steps: 150, batch: 512, peakRate: 3e-3, k: 18.5 },
    labelWindows: 20,
    heldOutDocuments: 260,
    spliceWindows: 8,
  };
}
