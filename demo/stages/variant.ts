import { join } from 'node:path';
import type { DictionarySchedule } from '../training/dictionaryTrainer';
import type { ModelSchedule } from '../training/modelTrainer';

/** One way to make the demo: where it goes and how much is spent on it. */
export interface Variant {
  readonly seed: number;
  /** Receives model/ and dictionaries/. */
  readonly output: string;
  /** Checkpoints; git-ignored. */
  readonly work: string;
  readonly model: ModelSchedule;
  /** Windows of training text whose activations the dictionaries learn from. */
  readonly activationWindows: number;
  readonly dictionary: DictionarySchedule;
  /** Windows of training text on which thresholds of labels are chosen. */
  readonly labelWindows: number;
  /** Held-out documents on which everything is measured. */
  readonly heldOutDocuments: number;
}

const root = join(__dirname, '..', '..');

/** The demo that is shipped. */
export function shippedVariant(seed: number): Variant {
  return {
    seed,
    output: join(root, 'media', 'demo'),
    work: join(root, '.demo-work', `full-${seed}`),
    model: {
      steps: 5500,
      tokens: 2048,
      shortLength: 64,
      length: 256,
      shortSteps: 4000,
      peakRate: 2e-3,
      warmup: 200,
    },
    activationWindows: 1600,
    dictionary: { features: 512, steps: 2500, batch: 1024, peakRate: 2e-3, k: 18.5 },
    labelWindows: 300,
    heldOutDocuments: 5200,
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
      peakRate: 3e-3,
      warmup: 50,
    },
    activationWindows: 60,
    dictionary: { features: 128, steps: 150, batch: 512, peakRate: 3e-3, k: 18.5 },
    labelWindows: 20,
    heldOutDocuments: 260,
  };
}
