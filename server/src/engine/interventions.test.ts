/** Interventions against the reference (fixture `interventions`), and what they must not break. */
import { afterAll, describe, expect, it } from 'vitest';
import { expectClose } from '../../../test/reference/expectClose';
import {
  type EditFixture,
  fixturePath,
  readTensors,
  type ReferenceTensors,
  tinyFixture,
  tokensOf,
} from '../../../test/reference/fixtures';
import { metricFeeds, parseMetric } from '../experiments/metric';
import { loadModel } from './loading';
import type { Tensor } from './ort';
import { capture, type InterventionSlot, type Plan } from './plan';
import { interventionInput } from './planGraph';

const fixture = tinyFixture();
const { host } = loadModel({ path: fixturePath('gpt2-tiny', 'model') });
afterAll(() => host.release());

const tokens = [tokensOf(fixture, fixture.interventions.sequence)];
const metric = parseMetric(fixture.interventions.metric, () => null);

function slot({ hook, op }: EditFixture): InterventionSlot {
  return { hook, kind: op === 'ablate' ? 'replace' : op };
}

/** Is the entry at these coordinates (batch first) among what the edit covers? */
function covers(edit: EditFixture, coordinates: readonly number[]): boolean {
  const headsFirst = /hook_(pattern|attn_scores)$/.test(edit.hook);
  const [head, position] = headsFirst ? [coordinates[1], coordinates[2]] : [coordinates[2], coordinates[1]];
  return (
    (edit.head === undefined || edit.head === head) &&
    (edit.position === undefined || edit.position === position) &&
    (edit.index === undefined || edit.index === coordinates.at(-1))
  );
}

function coordinatesOf(flat: number, dims: readonly number[]): number[] {
  return dims
    .toReversed()
    .reduce<{ rest: number; found: number[] }>(
      ({ rest, found }, length) => ({ rest: Math.floor(rest / length), found: [rest % length, ...found] }),
      { rest: flat, found: [] },
    ).found;
}

/** The feeds of an edit: its values over the covered entries (repeated along leading axes), elsewhere what changes nothing. */
function editFeeds(edit: EditFixture, dims: readonly number[], values: ReferenceTensors): [string, Tensor][] {
  const count = dims.reduce((a, b) => a * b, 1);
  const data = new Float32Array(count).fill(edit.op === 'scale' ? 1 : 0);
  const kept = new Float32Array(count).fill(1);
  const value = edit.value === undefined ? Float32Array.of(edit.factor ?? 0) : values.get(edit.value)!.data;
  let covered = 0;
  for (let i = 0; i < count; i++) {
    if (!covers(edit, coordinatesOf(i, dims))) continue;
    data[i] = value[covered++ % value.length]!;
    kept[i] = 0;
  }
  expect(covered).toBeGreaterThan(0);
  const name = interventionInput(edit.hook);
  return [
    [name, { data, dims }],
    ...(slot(edit).kind === 'replace' ? [[`${name}.kept`, { data: kept, dims }] as [string, Tensor]] : []),
  ];
}

async function dimsOf(hooks: readonly string[]): Promise<Map<string, readonly number[]>> {
  const clean = await host.run(capture(hooks), tokens);
  return new Map([...clean].map(([hook, { dims }]) => [hook, dims]));
}

describe('interventions agree with the reference', () => {
  const values = readTensors('gpt2-tiny', fixture.interventions.values);
  for (const { name, edits, file } of fixture.interventions.runs) {
    it(name, async () => {
      const dims = await dimsOf(edits.map(({ hook }) => hook));
      const plan: Plan = {
        ...capture(['logits', 'blocks.2.hook_resid_post']),
        interventions: edits.map(slot),
        metric: metric.kind,
      };
      const feeds = new Map([
        ...metricFeeds(metric, tokens),
        ...edits.flatMap((edit) => editFeeds(edit, dims.get(edit.hook)!, values)),
      ]);
      const reference = new Map(readTensors('gpt2-tiny', file));
      const forward = await host.run(plan, tokens, feeds);
      const gradient = reference.get('grad.hook_pos_embed')!;
      reference.delete('grad.hook_pos_embed');
      expectClose(forward, reference, 1e-4);
      const backward: Plan = { ...plan, outputs: [{ kind: 'gradient', hook: 'hook_pos_embed' }] };
      expectClose(
        await host.run(backward, tokens, feeds),
        new Map([['grad.hook_pos_embed', gradient]]),
        1e-3,
      );
    });
  }
});

describe('masked attention scores', () => {
  const hook = 'blocks.1.attn.hook_attn_scores';
  const fill = (dims: readonly number[], value: number): Tensor => ({
    data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value),
    dims,
  });

  const cases: [InterventionSlot['kind'], number][] = [
    ['scale', 0],
    ['scale', -2],
    ['replace', 0],
    ['replace', 3],
    ['add', Infinity],
    ['add', 1],
  ];
  it.each(cases)('stay masked, without a NaN: %s %f', async (kind, value) => {
    const dims = (await dimsOf([hook])).get(hook)!;
    const plan: Plan = {
      ...capture([hook, 'blocks.1.attn.hook_pattern', 'logits']),
      interventions: [{ hook, kind }],
      metric: metric.kind,
      outputs: [
        { kind: 'hook', hook },
        { kind: 'hook', hook: 'blocks.1.attn.hook_pattern' },
        { kind: 'gradient', hook: 'blocks.0.hook_resid_pre' },
      ],
    };
    const visible = value === Infinity ? 0 : value;
    const given = fill(dims, value);
    const keys = dims.at(-1)!;
    for (let i = 0; i < given.data.length; i++) {
      const query = Math.floor(i / keys) % keys;
      if (i % keys <= query) (given.data as Float32Array)[i] = visible;
    }
    const feeds = new Map([
      ...metricFeeds(metric, tokens),
      [interventionInput(hook), given] as const,
      [`${interventionInput(hook)}.kept`, fill(dims, 0)] as const,
    ]);
    const results = await host.run(plan, tokens, feeds);
    const scores = results.get(hook)!.data as Float32Array;
    const pattern = results.get('blocks.1.attn.hook_pattern')!.data as Float32Array;
    scores.forEach((score, i) => {
      const masked = i % keys > Math.floor(i / keys) % keys;
      expect(masked ? score === -Infinity && pattern[i] === 0 : Number.isFinite(score)).toBe(true);
    });
    expect([...results.get('grad.blocks.0.hook_resid_pre')!.data].every(Number.isFinite)).toBe(true);
  });

  it('have zero cotangents', async () => {
    const plan: Plan = { ...capture([]), metric: metric.kind, outputs: [{ kind: 'gradient', hook }] };
    const { data, dims } = (await host.run(plan, tokens, metricFeeds(metric, tokens))).get(`grad.${hook}`)!;
    const keys = dims.at(-1)!;
    const masked = [...(data as Float32Array)].filter((_, i) => i % keys > Math.floor(i / keys) % keys);
    expect(masked.length).toBeGreaterThan(0);
    expect(masked.every((value) => value === 0)).toBe(true);
  });
});
