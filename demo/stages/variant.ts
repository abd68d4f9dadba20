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
  /** What differs for dictionaries of attention outputs, which are harder to reconstruct. */
  readonly attention: Partial<DictionarySchedule>;
}

const root = join(__dirname, '..', '..');

/** Once names are told apart, their genders can be learnt. */
const settled = { pronouns: 4, induction: 1.5, nesting: 1.3 };
/** What comes last: to copy a word from where it stood in the same role. */
const recalling = { pronouns: 1.5, induction: 2, nesting: 3, capitals: 2.5 };

/** The demo that is shipped. */
export function shippedVariant(seed: number): Variant {
  return {
    seed,
    output: join(root, 'media', 'demo'),
    work: join(root, '.demo-work', `full-${seed}`),
    model: {
      steps: 7400,
      tokens: 2048,
      shortLength: 64,
      length: 256,
      shortSteps: 6200,
      phases: [
        { from: 0, cosineFrom: 0, warmup: 200, peakRate: 2e-3, horizon: 4500, emphasis: {} },
        { from: 3000, cosineFrom: 0, warmup: 200, peakRate: 2e-3, horizon: 4500, emphasis: settled },
        { from: 3500, cosineFrom: 3500, warmup: 200, peakRate: 1.5e-3, horizon: 3300, emphasis: settled },
        { from: 5500, cosineFrom: 5500, warmup: 0, peakRate: 1e-3, horizon: 1900, emphasis: recalling },
      ],
    },
    activationWindows: 1200,
    dictionary: { features: 512, steps: 1600, batch: 1024, peakRate: 3e-3, k: 18.5, lastRevival: 0.75 },
    attention: { steps: 3000, k: 20.4, lastRevival: 0.93 },
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
      phases: [{ from: 0, cosineFrom: 0, warmup: 50, peakRate: 3e-3, horizon: 300, emphasis: {} }],
    },
    activationWindows: 60,
    dictionary: { features: 128, steps: 150, batch: 512, peakRate: 3e-3, k: 18.5, lastRevival: 0.75 },
    attention: {},
    labelWindows: 20,
    heldOutDocuments: 260,
    spliceWindows: 8,
  };
}
