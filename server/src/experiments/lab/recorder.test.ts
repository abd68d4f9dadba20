import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunResult } from '../../../../protocol/experiments';
import { Pace } from './pace';
import { Recorder } from './recorder';
import { fakeLab } from './testing/fakeLab';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function recording() {
  const sent: RunResult[] = [];
  const head = { name: 'a', kind: 'patch' as const, at: 'z', direction: null, metric: 'kl' };
  const recorder = new Recorder(head, new Pace(fakeLab().model.dimensions), (part) => sent.push(part));
  const ticks = [[0, 1].map((index) => ({ label: `${index}`, index }))];
  recorder.start({ axes: ['layer'], ticks, total: 2, forwards: 10, length: 5 });
  return { recorder, sent };
}

describe('Recorder', () => {
  it('shows the empty grid and its estimate first', () => {
    const { sent } = recording();
    expect(sent).toMatchObject([
      { state: 'running', values: [null, null], done: 0, total: 2, cost: { forwards: 10 } },
    ]);
    expect(sent[0]!.cost.secondsLeft).toBeGreaterThan(0);
  });

  it('sends no more than a few snapshots a second, and none of them late', () => {
    const { recorder, sent } = recording();
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime(10);
      recorder.update({ flat: [i, null], done: 1 });
    }
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(100);
    expect(sent).toHaveLength(2);
    expect(sent[1]!.values).toEqual([19, null]);
    vi.advanceTimersByTime(10_000);
    expect(sent).toHaveLength(2);
    recorder.update({ flat: [1, 2], done: 2 });
    expect(sent).toHaveLength(3);
  });

  it('estimates what is left from what is done', () => {
    const { recorder, sent } = recording();
    vi.advanceTimersByTime(4000);
    recorder.update({ done: 1 });
    expect(sent.at(-1)!.cost.secondsLeft).toBeCloseTo(4);
  });

  it('sends nothing after the result', () => {
    const { recorder, sent } = recording();
    recorder.update({ flat: [1, 2], done: 2 });
    recorder.close();
    vi.advanceTimersByTime(10_000);
    expect(sent).toHaveLength(1);
    recorder.note('a', 'b', 'a');
    expect(recorder.result('failed', 'why')).toMatchObject({
      values: [1, 2],
      notes: ['a', 'b'],
      message: 'why',
      cost: { secondsLeft: null },
    });
  });
});
