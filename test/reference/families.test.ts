/** Every family and every way a checkpoint is written, against the reference implementation (README.md here, "Families"). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../server/src/engine/loading';
import type { ModelHost } from '../../server/src/engine/modelHost';
import { type FixtureLab, labOver } from '../../server/src/experiments/lab/testing/fixtureLab';
import { type Agreement, documentedAgreement, writeAgreement } from './agreementTable';
import {
  gradientError,
  greedyText,
  patchError,
  processedError,
  runError,
  type WorstError,
} from './familyAgreement';
import { familyFixtures, familyModel, familyValues } from './familyFixtures';

const EXACT = 1e-4;
const GRADIENTS = 1e-3;

const fixtures = familyFixtures();
const measured = new Map<string, Agreement>();

function note(name: string, asked: keyof Agreement, { error }: WorstError): void {
  const row = measured.get(name) ?? {};
  measured.set(name, { ...row, [asked]: Math.max(row[asked] ?? 0, error) });
}

const temporary = mkdtempSync(join(tmpdir(), 'featurescope-families-'));
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
  writeAgreement(fixtures, measured);
});

for (const fixture of fixtures) {
  const { name, description } = fixture;
  describe(`${name}: ${description}`, () => {
    const path = familyModel(fixture, temporary);
    const values = familyValues(fixture);
    let host: ModelHost;
    beforeAll(() => {
      ({ host } = loadModel({ path }));
    });
    afterAll(() => host.release());

    it('agrees at every hook point', async () => {
      const worst = await runError(host, fixture);
      note(name, 'run', worst);
      expect(worst.error, worst.name).toBeLessThan(EXACT);
    });

    for (const [at, { metric }] of values.gradients.entries()) {
      it(`agrees in the gradient of ${metric}`, async () => {
        const worst = await gradientError(host, fixture, at);
        note(name, 'gradient', worst);
        expect(worst.error, worst.name).toBeLessThan(GRADIENTS);
      });
    }

    if (values.greedy) {
      const { continuation } = values.greedy;
      it('writes the same greedy text', async () => {
        expect(await greedyText(host, fixture)).toEqual(continuation);
      });
    }

    if (values.processed && fixture.values === undefined) {
      const { flags } = values.processed;
      it('agrees at every hook point when weights are processed as TransformerLens does', async () => {
        const { host: other } = loadModel({ path, processing: flags });
        const worst = await processedError(other, fixture);
        await other.release();
        expect(worst.error, worst.name).toBeLessThan(EXACT);
        note(name, 'run', worst);
      });
    }

    describe('patching', () => {
      let lab: FixtureLab;
      beforeAll(async () => {
        lab = await labOver(path);
      });
      afterAll(() => lab.release());

      for (const patch of values.patches) {
        it(`agrees: ${patch.at} by ${patch.axes.join()}`, async () => {
          const worst = await patchError(lab, patch);
          note(name, 'patch', worst);
          expect(worst.error, worst.name).toBeLessThan(EXACT);
        });
      }
    });
  });
}

it('docs/models.md has a row with figures for every fixture, and for no other', () => {
  const rows = documentedAgreement();
  expect([...rows.keys()].sort()).toEqual(fixtures.map(({ name }) => name).sort());
  for (const figures of rows.values()) expect(figures[0]).toBeGreaterThan(0);
});
