import { join } from 'node:path';
import type { ModelSchedule } from '../training/modelTrainer';

/** One way to make the demo: where it goes and how much is spent on it. */
export interface Variant {
  readonly seed: number;
  /** Receives model/ and dictionaries/. */
  readonly output: string;
  /** Checkpoints; git-ignored. */
  readonly work: string;
  readonly model: ModelSchedule;
}

const root = join(__dirname, '..', '..');

/** The demo that is shipped. */
export function shippedVariant(seed: number): Variant {
  return {
    seed,
    output: join(root, 'media', 'demo'),
    work: join(root, '.demo-work', `full-${seed}`),
    model: {
      steps: 4200,
      batch: 8,
      length: 256,
      peakRate: 2.5e-3,
      warmup: 300,
      horizon: 7000,
      cooldown: 1200,
    },
  };
}

/** A demo of a few minutes for the tests: the same steps, hardly trained. */
export function smallVariant(seed: number): Variant {
  return {
    seed,
    output: join(root, '.demo-work', `small-${seed}`, 'demo'),
    work: join(root, '.demo-work', `small-${seed}`),
    model: { steps: 300, batch: 8, length: 128, peakRate: 3e-3, warmup: 50, horizon: 300, cooldown: 50 },
  };
}
