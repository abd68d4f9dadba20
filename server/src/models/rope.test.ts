import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../formats/json';
import { readRotary, rotaryOf } from './rope';

const theta = { field: 'rope_theta', otherwise: 10000 };
const rotary = (config: JsonObject, dHead: number, more: object = {}) =>
  readRotary(config, { dHead, context: 2048, theta, ...more }, 'config.json').frequencies;

/** At 0, half way and at the end. */
const probe = (frequencies: readonly number[]) => [
  frequencies.length,
  frequencies[frequencies.length / 2],
  frequencies.at(-1),
];

const llama3 = {
  factor: 32,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
  rope_type: 'llama3',
};

describe('frequencies are those of transformers', () => {
  it('by default', () => {
    expect(rotary({}, 8)).toEqual([1, 0.1, 0.01, 0.001].map(Math.fround));
  });

  it('for another base', () => {
    expect(probe(rotary({ rope_theta: 500000 }, 128))).toEqual([
      64, 0.001414213445968926, 2.4551407022954663e-6,
    ]);
  });

  it('scaled linearly, as older and newer files say it', () => {
    const wanted = [32, 0.0024999999441206455, 3.333803761051968e-5];
    expect(probe(rotary({ rope_scaling: { type: 'linear', factor: 4 } }, 64))).toEqual(wanted);
    expect(probe(rotary({ rope_scaling: { rope_type: 'linear', factor: 4 } }, 64))).toEqual(wanted);
    const parameters = { rope_type: 'linear', factor: 4, rope_theta: 10000 };
    expect(probe(rotary({ rope_parameters: parameters }, 64))).toEqual(wanted);
  });

  it('scaled as Llama 3.2 is', () => {
    const found = rotary({ rope_theta: 500000, rope_scaling: llama3 }, 64);
    const wanted = [1, 0.663601279258728, 0.000429556705057621, 9.418306490260875e-8];
    [found[0], found[1], found[16], found[31]].forEach((value, i) => {
      expect(Math.abs(value! / wanted[i]! - 1)).toBeLessThan(1e-7);
    });
  });

  it('of a part of each head', () => {
    const part = { field: 'partial_rotary_factor', otherwise: 0.5 };
    expect(probe(rotary({ partial_rotary_factor: 0.4 }, 80, { part }))).toEqual([
      16, 0.009999999776482582, 0.00017782794020604342,
    ]);
    expect(rotary({}, 80, { part })).toHaveLength(20);
    expect(rotary({ rope_parameters: { partial_rotary_factor: 0.25 } }, 80, { part })).toHaveLength(10);
  });

  it('unscaled under dynamic scaling, which begins beyond the context', () => {
    expect(rotary({ rope_scaling: { type: 'dynamic', factor: 2 } }, 64)).toEqual(rotary({}, 64));
  });
});

describe('which field counts', () => {
  it('reads the base of the parameters before that beside them', () => {
    const parameters = { rope_type: 'default', rope_theta: 100 };
    expect(rotary({ rope_theta: 5, rope_parameters: parameters }, 4)[1]).toBe(Math.fround(0.1));
    expect(rotary({ rope_theta: 100, rope_parameters: {} }, 4)[1]).toBe(Math.fround(0.1));
  });

  it('reads rope_scaling before rope_parameters, unless it is null or empty', () => {
    const rope_parameters = { rope_type: 'linear', factor: 2 };
    const first = (rope_scaling: unknown) => rotary({ rope_parameters, rope_scaling }, 4)[0];
    expect(first({ type: 'linear', factor: 8 })).toBe(1 / 8);
    expect(first(null)).toBe(1 / 2);
    expect(first({})).toBe(1 / 2);
  });

  it('takes the original context of llama3 from beside the parameters first, and else the context', () => {
    const without = { ...llama3, original_max_position_embeddings: null };
    const at = (config: JsonObject) => rotary({ rope_theta: 500000, ...config }, 64);
    expect(at({ rope_scaling: without, original_max_position_embeddings: 8192 })).toEqual(
      at({ rope_scaling: llama3 }),
    );
    expect(at({ rope_scaling: without })).toEqual(
      at({ rope_scaling: { ...llama3, original_max_position_embeddings: 2048 } }),
    );
  });
});

describe('what cannot be is refused', () => {
  it.each([
    [{ rope_scaling: { type: 'yarn', factor: 4 } }, /scaled by "yarn", which is not computed/],
    [{ rope_scaling: { rope_type: 'longrope', factor: 4 } }, /"longrope"/],
    [{ rope_scaling: { type: 'linear' } }, /"factor" must be a number, found nothing/],
    [{ rope_scaling: { type: 'linear', factor: 0 } }, /factor must be above 0, found 0/],
    [{ rope_theta: 0 }, /the base of the rotary embedding must be above 0/],
    [{ rope_theta: '1e4' }, /"rope_theta" must be a number/],
    [{ rope_scaling: 'linear' }, /"rope_scaling" must be a JSON object/],
    [{ rope_scaling: { ...llama3, high_freq_factor: 1 } }, /high_freq_factor 1 is not above/],
    [{ rope_parameters: { partial_rotary_factor: 0.5 } }, /in this family whole heads turn/],
  ])('%j', (config, message) => {
    expect(() => rotary(config, 64)).toThrow(message);
  });

  it('refuses heads that do not come in pairs', () => {
    const part = { field: 'rotary_pct', otherwise: 0.25 };
    expect(() => rotary({}, 5)).toThrow(/turn 5 of 5 lengths/);
    expect(() => rotary({}, 12, { part })).toThrow(/turn 3 of 12/);
    expect(() => rotary({ rotary_pct: 2 }, 12, { part })).toThrow(/turn 24 of 12/);
    expect(() => rotary({ rotary_pct: 0 }, 12, { part })).toThrow(/turn 0 of 12/);
  });
});

it('reads one set of parameters of several', () => {
  const kind = { dHead: 4, context: 100, theta };
  expect(rotaryOf({ rope_theta: 100 }, { rope_theta: 5 }, kind, 'config.json').frequencies[1]).toBe(
    Math.fround(0.1),
  );
});
