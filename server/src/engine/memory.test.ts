/** Weights stay in their file: what opening and running a large model costs in private memory (docs/architecture.md, budgets). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { toWords, writeStored } from '../../../test/support/sixteenBit';
import { writeRandomModel } from '../../../test/support/randomModel';
import { temporaryFolder } from '../../../test/support/temporary';
import { metricFeeds, parseMetric } from '../experiments/metric';
import { openSafetensors } from '../formats/safetensors';
import { matchHooks } from '../models/hookNames';
import { privateMemory } from './memory';
import { capture } from './plan';
import { Engine } from './supervisor';

const LARGE = { layers: 12, heads: 12, dModel: 768, vocabulary: 25_000, context: 128 };

/** Private memory of a process by the kernel's account, in bytes. */
function privateMemoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

describe('private memory', () => {
  it('is measured', () => {
    expect(privateMemory()).toBeGreaterThan(1e7);
    expect(privateMemory()).toBeLessThan(1e10);
  });

  // Elsewhere the system does not tell mapped from private memory.
  if (process.platform !== 'linux') return;

  it('is not taken by the weights of a large model, however many plans run on it', async () => {
    const folder = temporaryFolder();
    const bytes = writeRandomModel(folder, LARGE);
    expect(bytes).toBeGreaterThan(300e6);
    const engine = new Engine({ entry: join(inject('bundles'), 'engine.js') });
    try {
      const { memoryBytes } = await engine.request('status', null);
      const idle = privateMemoryOf(engine.pid!);
      expect(Math.abs(memoryBytes - idle)).toBeLessThan(20e6);
      const { hooks } = await engine.request('load', { path: folder });
      const plans = [['logits'], matchHooks(['resid_post.*'], hooks), matchHooks(['**.hook_mlp_out'], hooks)];
      for (const hooksOfPlan of plans) {
        await engine.request('run', { plan: capture(hooksOfPlan), tokens: [[1, 2, 3, 4]] });
      }
      expect(privateMemoryOf(engine.pid!) - idle).toBeLessThan(0.15 * bytes);
    } finally {
      await engine.dispose();
    }
  });

  it.each(['BF16', 'F16'] as const)('is not taken by weights in %s', async (type) => {
    const folder = temporaryFolder();
    // One matrix that would take 256 MB in float32, read as rows, as tiles of outputs and as tiles of inputs.
    writeRandomModel(folder, { ...LARGE, layers: 1, vocabulary: 84_000 });
    const path = join(folder, 'model.safetensors');
    const file = openSafetensors(path);
    const tensors = [...file.tensors].map(([name, { shape }]) => {
      return [name, { shape, words: toWords(file.readFloat32(name), type) }] as const;
    });
    writeStored(path, new Map(tensors), type);
    const engine = new Engine({ entry: join(inject('bundles'), 'engine.js') });
    try {
      await engine.request('status', null);
      const idle = privateMemoryOf(engine.pid!);
      await engine.request('load', { path: folder });
      const metric = parseMetric('log_prob:7', () => null);
      const gradient = { kind: 'gradient', hook: 'blocks.0.hook_resid_pre' } as const;
      const backward = { ...capture([]), metric: metric.kind, outputs: [gradient] };
      const tokens = [[1, 2, 3, 4]];
      await engine.request('run', { plan: capture(['logits']), tokens });
      await engine.request('run', { plan: backward, tokens, feeds: metricFeeds(metric, tokens) });
      expect(privateMemoryOf(engine.pid!) - idle).toBeLessThan(80e6);
    } finally {
      await engine.dispose();
    }
  });
});
