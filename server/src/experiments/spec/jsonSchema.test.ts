import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { experiment, runs } from './fields';
import { experimentSchema } from './jsonSchema';
import { metricMeanings } from './metricWords';
import { readExperiment } from './readSpec';
import type { Field, FieldsShape, Shape } from './shape';

const root = path.join(import.meta.dirname, '..', '..', '..', '..');
const PUBLISHED = path.join(root, 'media', 'schemas', 'experiment.schema.json');
const GUIDE = readFileSync(path.join(root, 'docs', 'experiments.md'), 'utf8');

/** Every mapping of the table, each once. */
function mappings(shape: Shape, found = new Set<FieldsShape>()): Set<FieldsShape> {
  if (shape.type === 'list') mappings(shape.of, found);
  if (shape.type === 'either') for (const option of shape.options) mappings(option, found);
  if (shape.type === 'variants') for (const option of Object.values(shape.by)) mappings(option, found);
  if (shape.type === 'fields' && !found.has(shape)) {
    found.add(shape);
    for (const field of Object.values(shape.fields)) mappings(field.shape, found);
  }
  return found;
}

function words({ shape }: Field): Readonly<Record<string, string>> {
  const options = shape.type === 'either' ? shape.options : shape.type === 'list' ? [shape.of] : [shape];
  return Object.assign(
    {},
    ...options.map((option) => (option.type === 'choice' ? option.words : {})),
  ) as Record<string, string>;
}

describe('the published schema', () => {
  it('is that of the table (run vitest with -u when the table has changed)', async () => {
    const options = { parser: 'json', printWidth: 110 };
    await expect(await format(JSON.stringify(experimentSchema()), options)).toMatchFileSnapshot(PUBLISHED);
  });

  it('describes every field', () => {
    for (const { fields } of mappings(experiment))
      for (const { meaning } of Object.values(fields)) expect(meaning).toMatch(/^[A-Z].*\.$/s);
  });
});

describe('docs/experiments.md', () => {
  it('has a row for every field, with its meaning', () => {
    for (const { title, fields } of mappings(experiment))
      for (const [key, { meaning }] of Object.entries(fields))
        expect(GUIDE, title).toContain(`| \`${key}\` | ${meaning} |`);
  });

  it('has a row for every word and every metric', () => {
    const rows = [...mappings(experiment)].flatMap(({ fields }) =>
      Object.values(fields).flatMap((f) => Object.entries(words(f))),
    );
    for (const [word, meaning] of [...rows, ...Object.entries(metricMeanings)])
      expect(GUIDE).toContain(`| \`${word}\` | ${meaning} |`);
  });

  it('shows complete examples that can be read', () => {
    const examples = [...GUIDE.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1]!);
    expect(examples.length).toBeGreaterThanOrEqual(3);
    for (const example of examples) expect(readExperiment(example).problems).toEqual([]);
    const kinds = examples.flatMap((example) =>
      readExperiment(example).spec!.runs.flatMap((run) => Object.keys(run)),
    );
    for (const kind of Object.keys(runs.by)) expect(kinds).toContain(kind);
  });
});
