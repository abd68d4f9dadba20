import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../server/src/tokenizers/loadTokenizer';
import type { Tokenizer } from '../../server/src/tokenizers/tokenizer';
import { demoVocabulary } from '../tokenizer/demoVocabulary';
import { tokenizerConfigJson, tokenizerJson } from '../tokenizer/tokenizerFiles';
import { loadCheckpoint, saveCheckpoint } from './checkpoint';
import { demoArchitecture } from './modelSetup';
import { ModelTrainer, type ModelSchedule } from './modelTrainer';

const folder = mkdtempSync(join(tmpdir(), 'demo-trainer-'));
const schedule: ModelSchedule = {
  steps: 12,
  tokens: 256,
  shortLength: 32,
  length: 64,
  shortSteps: 8,
  phases: [{ from: 0, cosineFrom: 0, warmup: 3, peakRate: 3e-3, horizon: 12, emphasis: { lists: 3 } }],
};
let tokenizer: Tokenizer;

beforeAll(async () => {
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizerJson(demoVocabulary(1))));
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(tokenizerConfigJson(256)));
  tokenizer = await loadTokenizer(folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function trainer(seed: number): Promise<ModelTrainer> {
  const architecture = demoArchitecture(tokenizer.vocabularySize, tokenizer.bosId!);
  return ModelTrainer.create(architecture, tokenizer, seed, schedule);
}

async function run(one: ModelTrainer, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step < to; step++) losses.push(await one.run(step));
  return losses;
}

describe('ModelTrainer', () => {
  it('lowers the loss from that of a uniform guess', async () => {
    const one = await trainer(1);
    const losses = await run(one, 0, 12);
    await one.release();
    expect(losses[0]).toBeGreaterThan(Math.log(tokenizer.vocabularySize) - 0.7);
    expect(losses.at(-1)).toBeLessThan(losses[0]! - 0.5);
  });

  it('gives the same bytes for the same seed, also when it stops and goes on', async () => {
    const [whole, first, second, other] = [
      await trainer(1),
      await trainer(1),
      await trainer(1),
      await trainer(2),
    ];
    await run(whole, 0, 10);
    await run(first, 0, 5);
    const checkpoint = join(folder, 'checkpoint.safetensors');
    saveCheckpoint(checkpoint, 5, first.parameters);
    const start = loadCheckpoint(checkpoint, second.parameters);
    expect(start).toBe(5);
    await run(second, start, 10);
    await run(other, 0, 10);
    for (const [name, data] of whole.weights()) {
      expect(Buffer.from(second.weights().get(name)!.buffer).equals(Buffer.from(data.buffer))).toBe(true);
    }
    expect(other.weights().get('wte.weight')).not.toEqual(whole.weights().get('wte.weight'));
    for (const one of [whole, first, second, other]) await one.release();
  });
});
