import { describe, expect, inject, it } from 'vitest';
import { fuzz } from './parent';

const run = (format: string) =>
  fuzz({ bundle: inject('fuzzChild'), format: `broken-${format}`, seed: 1, mutations: 50 });

const isLinux = process.platform === 'linux';

describe.concurrent('a reader that', () => {
  it.each([
    ['throws', /failed otherwise than with a FileFormatError[^]*cannot read properties/],
    ['anonymous', /names no file of ours but "something"/],
    ['garbled', /control characters/],
    ['nonsense', /an offset lies outside the file/],
    ['hangs', isLinux ? /it computed for over 2 s/ : /did not end/],
    ['eats', isLinux ? /bytes of memory|allocation failed/ : /SIG/],
    ['heap', /SIGABRT|SIGTRAP|exit code|bytes of memory/],
    ['aborts', /SIGABRT|exit code/],
    ['escapes', /reached for what it was not given/],
    ['starts', /reached for what it was not given/],
    ['evaluates', /reached for what it was not given/],
    ['pollutes', /changed what all objects inherit/],
    ...(isLinux ? ([['asks', /failed otherwise[^]*allocation failed/]] as const) : []),
  ] as const)('%s is found', async (name, wrong) => {
    const { failures } = await run(name);
    expect(failures.join('\n')).toMatch(wrong);
    expect(failures.join('\n')).toMatch(/node scripts\/fuzz\.mjs broken-\w+ --seed 1 --from \d+ --count 1/);
  });

  it('is the same finds the same', async () => {
    const [first, second] = [await run('throws'), await run('throws')];
    expect(first).toEqual(second);
  });
});
