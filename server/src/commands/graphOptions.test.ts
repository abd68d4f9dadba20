import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GRAPH_SETTINGS, LIKELY_TARGET } from '../../../protocol/graphs';
import { temporaryFolder } from '../../../test/support/temporary';
import { readGraphOptions, readTokens } from './graphOptions';
import { readOptions } from './options';
import { UsageError } from './usage';

const read = (...args: readonly string[]) =>
  readGraphOptions(readOptions(['graph', '--out', 'g.json', ...args]));

describe('graph options', () => {
  it('have the usual settings', () => {
    const usual = { target: LIKELY_TARGET, settings: GRAPH_SETTINGS, slug: null, verify: 0, out: 'g.json' };
    expect(read()).toEqual(usual);
    expect(read('--max-logits', '3', '--logit-prob', '0.5').target).toEqual({
      kind: 'likely',
      most: 3,
      share: 0.5,
    });
    expect(read('--max-features', '7', '--edge-threshold', '1').settings).toEqual({
      maxFeatures: 7,
      thresholds: { node: 0.8, edge: 1 },
    });
  });

  it('name differences of groups', () => {
    expect(read('--target-diff', ' Paris|7," Rome, Italy"').target).toEqual({
      kind: 'difference',
      a: [' Paris', 7],
      b: [' Rome, Italy'],
    });
  });

  it('read a direction from its file', () => {
    const file = join(temporaryFolder(), 'truth.json');
    writeFileSync(file, '[1, -2]');
    expect(read('--direction', file).target).toEqual({
      kind: 'direction',
      name: 'truth.json',
      vector: [1, -2],
    });
  });

  it.each(['--target', '--target-diff', '--max-logits'])('refuse a direction together with %s', (other) => {
    expect(() => read('--direction', 'gone.json', other, '1')).toThrow(UsageError);
    expect(() => read('--direction', 'gone.json', other, '1')).toThrow(`${other} `);
  });

  it.each([
    [' Paris', [' Paris']],
    [' Paris, Rome', [' Paris', ' Rome']],
    ['12, 13', [12, 13]],
    ['"12"', ['12']],
    [',', [',']],
    ['","', [',']],
    ['"say \\"hi\\"",3', ['say "hi"', 3]],
    ['"', ['"']],
    ['\n', ['\n']],
  ])('read the tokens %j', (text, tokens) => {
    expect(readTokens(text)).toEqual(tokens);
  });
});
