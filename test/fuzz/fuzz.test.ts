import { describe, expect, inject, it } from 'vitest';
import { formats } from './formats';
import { fuzz } from './parent';

const SEED = 20_261_120;
const MUTATIONS = 10_000;

describe.concurrent('damaged files', () => {
  it.each(formats.map(({ name }) => name))('of %s are read or clearly refused', async (format) => {
    const outcome = await fuzz({ bundle: inject('fuzzChild'), format, seed: SEED, mutations: MUTATIONS });
    expect(outcome.failures.join('\n\n')).toBe('');
    expect(outcome.taken + outcome.refused).toBe(MUTATIONS);
    // Damage that is never or always noticed tests little.
    expect(outcome.refused).toBeGreaterThan(10);
    expect(outcome.taken).toBeGreaterThan(10);
  });
});
