import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDictionaryLabels } from '../server/src/store/labels';
import { loadDictionary } from './evaluation/dictionaryFolder';
import { measureDemo, type DemoMeasures } from './evaluation/measureDemo';
import { dictionaryFolder } from './evaluation/readings';
import { measuresText } from './evaluation/reportText';
import { readDemoModel } from './stages/demoModel';
import { runDictionaryStage } from './stages/dictionaryStage';
import { runLabelStage } from './stages/labelStage';
import { runModelStage } from './stages/modelStage';
import { smallVariant, type Variant } from './stages/variant';
import { dictionaryPlans } from './training/dictionaryPlan';

const folder = mkdtempSync(join(tmpdir(), 'demo-small-'));
const small = smallVariant(1);
const variant: Variant = { ...small, output: join(folder, 'demo'), work: join(folder, 'work') };
let measures: DemoMeasures;

beforeAll(async () => {
  await runModelStage(variant);
  await runDictionaryStage(variant);
  await runLabelStage(variant);
  measures = await measureDemo(await readDemoModel(variant.output), variant.output, variant);
}, 1_200_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the small variant of the demo', () => {
  it('learns: better than by the frequency of tokens', () => {
    expect(measures.model.loss).toBeLessThan(5);
    expect(measures.model.answers.accuracy('lists', 'combination')).toBeGreaterThan(0.1);
  });

  it('has dictionaries that explain variance with few features', () => {
    expect(measures.dictionaries.map(({ name }) => name)).toEqual(dictionaryPlans.map(({ name }) => name));
    for (const { explained, active } of measures.dictionaries) {
      expect(explained).toBeGreaterThan(0.3);
      expect(explained).toBeLessThan(1);
      expect(active).toBeGreaterThan(3);
      expect(active).toBeLessThan(60);
    }
  });

  it('has dictionaries and labels that the product reads', () => {
    for (const plan of dictionaryPlans) {
      const place = dictionaryFolder(variant.output, plan);
      const { config } = loadDictionary(place);
      expect([config.hookName, config.hookNameOut]).toEqual([plan.hookIn, plan.hookOut]);
      const labels = readDictionaryLabels(place);
      expect(labels.size).toBeGreaterThan(0);
      for (const { precision, f1 } of labels.values()) expect([precision, f1]).not.toContain(null);
    }
  });

  it('can be reported', () => {
    expect(measuresText(measures)).toContain('blocks.3.mlp.transcoder');
    expect(measuresText(measures)).not.toContain('undefined');
  });

  it('comes back to the same bytes from its checkpoint', async () => {
    const file = join(variant.output, 'model', 'model.safetensors');
    const before = readFileSync(file);
    await runModelStage(variant);
    expect(readFileSync(file).equals(before)).toBe(true);
  }, 120_000);
});
