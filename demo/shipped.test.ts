import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { families } from './corpus/families/index';
import { measureDemo, type DemoMeasures } from './evaluation/measureDemo';
import { measuredFile, measuredFigures, type MeasuredFigures } from './evaluation/measuredFigures';
import { readDemoModel } from './stages/demoModel';
import { shippedVariant } from './stages/variant';
import { dictionaryPlans } from './training/dictionaryPlan';

const variant = shippedVariant(1);
/** Less text than the report reads, so that the test takes a minute; shares move by a few points. */
const amounts = { ...variant, labelWindows: 120, heldOutDocuments: 1560, spliceWindows: 8 };
const stated = JSON.parse(readFileSync(join(variant.output, measuredFile), 'utf8')) as MeasuredFigures;
let measures: DemoMeasures;
let now: MeasuredFigures;

beforeAll(async () => {
  measures = await measureDemo(await readDemoModel(variant.output), variant.output, amounts);
  now = measuredFigures(measures);
}, 600_000);

describe('the shipped demo', () => {
  it('answers as often right on new combinations as is stated', () => {
    expect(Math.abs(now.loss - stated.loss)).toBeLessThan(0.05);
    for (const { name } of families) {
      const answers = measures.model.answers.count(name, 'combination');
      expect(answers, name).toBeGreaterThan(40);
      const tolerance = 0.02 + 2 / Math.sqrt(answers) / 5;
      expect(Math.abs(now.accuracy[name]! - stated.accuracy[name]!), name).toBeLessThan(tolerance);
    }
  });

  it('has dictionaries as good as is stated', () => {
    for (const { name } of dictionaryPlans) {
      const [measured, before] = [now.dictionaries[name]!, stated.dictionaries[name]!];
      expect(Math.abs(measured.explained - before.explained), name).toBeLessThan(0.01);
      expect(Math.abs(measured.pcaExplained - before.pcaExplained), name).toBeLessThan(0.01);
      expect(Math.abs(measured.active - before.active), name).toBeLessThan(0.5);
      expect(Math.abs(measured.spliceCost - before.spliceCost), name).toBeLessThan(0.05);
    }
  });

  it('has features for about as many tags as is stated', () => {
    expect(now.predictedTags).toBeGreaterThan(0.9 * stated.predictedTags);
    expect(now.contextualTags).toBeGreaterThan(0.8 * stated.contextualTags);
  });

  it('takes at most 16 MB', () => {
    const sizes = readdirSync(variant.output, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(16_000_000);
  });
});
