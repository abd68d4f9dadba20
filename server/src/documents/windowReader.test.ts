import { describe, expect, it } from 'vitest';
import type { RunParams, Tensors } from '../engine/messages';
import { SURPRISAL, WindowReader } from './windowReader';
import type { Window } from './windows';

const FEATURE = { dictionary: 'd', index: 3 };
const OTHER = { dictionary: 'd', index: 4 };
const forever = new AbortController().signal;

function windowOf(...ids: number[]): Window {
  return {
    ids: Int32Array.from(ids),
    lead: 1,
    start: 0,
    ends: Int32Array.from(ids.slice(1).keys()),
    from: 1,
    to: ids.length,
  };
}

/** An engine whose surprisal of a token is its id, and whose feature i is id * 10 + i. */
function engine(isCausal = true) {
  const runs: RunParams[] = [];
  const run = (params: RunParams): Promise<Tensors> => {
    runs.push(params);
    const [rows, length] = [params.tokens.length, params.tokens[0]!.length];
    const results = new Map<string, { data: Float32Array; dims: number[] }>();
    const targets = params.feeds?.get('targets');
    if (targets)
      results.set('surprisal', { data: Float32Array.from(targets.data, Number), dims: [rows, length] });
    const chosen = params.feeds?.get('choose.d');
    if (chosen) {
      const indices = [...chosen.data].map(Number);
      const data = params.tokens.flat().flatMap((id) => indices.map((index) => id * 10 + index));
      results.set('chosen.d', { data: Float32Array.from(data), dims: [rows, length, indices.length] });
    }
    return Promise.resolve(results);
  };
  return { runs, reader: new WindowReader(run, isCausal) };
}

async function read(reader: WindowReader, windows: Window[], features = [FEATURE]) {
  const found = new Map<Window, { surprisal: number[]; activations: number[][] }>();
  await reader.read(
    windows,
    features,
    (done) => {
      for (const { window, columns } of done) {
        expect(found.has(window)).toBe(false);
        const column = (name: string) => [...columns.get(name)!.data.slice(window.from, window.to)];
        const activations = features.map(({ dictionary, index }) => column(`${dictionary}#${index}`));
        found.set(window, { surprisal: column(SURPRISAL), activations });
      }
    },
    forever,
  );
  return windows.map((window) => found.get(window)!);
}

describe('WindowReader', () => {
  it('reads short windows of unequal length in one run', async () => {
    const { runs, reader } = engine();
    const answers = await read(reader, [windowOf(0, 5, 6), windowOf(0, 7)]);
    expect(answers).toEqual([
      { surprisal: [5, 6], activations: [[53, 63]] },
      { surprisal: [7], activations: [[73]] },
    ]);
    expect(runs.length).toBe(1);
  });

  it('fills up no window of a model that is not causal', async () => {
    const { runs, reader } = engine(false);
    await read(reader, [windowOf(0, 5, 6), windowOf(0, 7)]);
    expect(runs.map(({ tokens }) => tokens.length)).toEqual([1, 1]);
  });

  it('asks only for what is not known', async () => {
    const { runs, reader } = engine();
    const window = windowOf(0, 5, 6);
    await read(reader, [window]);
    await read(reader, [window]);
    expect(runs.length).toBe(1);
    expect(await read(reader, [window], [FEATURE, OTHER])).toEqual([
      {
        surprisal: [5, 6],
        activations: [
          [53, 63],
          [54, 64],
        ],
      },
    ]);
    expect(runs.length).toBe(2);
    expect(runs[1]!.plan.outputs).toEqual([{ kind: 'chosenFeatures', dictionary: 'd' }]);
    expect(runs[1]!.feeds?.get('choose.d')?.data).toEqual(BigInt64Array.of(4n));
  });

  it('answers for many lines that begin alike', async () => {
    const { reader } = engine();
    const windows = Array.from({ length: 200 }, (_, i) => windowOf(0, 1, 2, 3, 4, 5, 6, 7, 8, i));
    const answers = await read(reader, windows);
    expect(answers.map(({ surprisal }) => surprisal.at(-1))).toEqual(windows.map((_, i) => i));
  });

  it('reads a window that comes again only once', async () => {
    const { runs, reader } = engine();
    const long = Array.from({ length: 300 }, (_, i) => i);
    const answers = await read(reader, [windowOf(...long), windowOf(...long)]);
    expect(answers[1]).toEqual(answers[0]);
    expect(runs.length).toBe(1);
  });

  it('stops between runs when it is cancelled', async () => {
    const { runs, reader } = engine();
    const controller = new AbortController();
    const windows = [0, 1, 2].map((first) => windowOf(...Array<number>(400).fill(first)));
    const reading = reader.read(
      windows,
      [],
      (done) => {
        if (done.length > 0) controller.abort();
      },
      controller.signal,
    );
    await expect(reading).rejects.toThrow('aborted');
    expect(runs.length).toBe(1);
  });
});
