import { describe, expect, it } from 'vitest';
import { demoFacts } from '../../handlers/testing/demoFacts';
import { complete, type Completion } from './complete';
import type { ModelFacts } from './modelFacts';
import { readExperiment } from './readSpec';

const facts = await demoFacts('blocks.2.hook_resid_post');

/** What is offered at the bar. */
function offered(text: string, known: ModelFacts | null = facts): readonly Completion[] {
  const offset = text.indexOf('|');
  return complete(text.replace('|', ''), offset, { facts: known, models: ['demo', './my model'] }).items;
}

const labels = (text: string, known?: ModelFacts | null) => offered(text, known).map(({ label }) => label);

/** The text after an offer is taken. */
function taken(text: string, label: string): string {
  const { span, insert } = offered(text).find((each) => each.label === label)!;
  const plain = text.replace('|', '');
  return plain.slice(0, span.start) + insert + plain.slice(span.end);
}

const PAIR = 'prompts:\n  clean: a\n  corrupt: b\n  answer: 1\n  wrong: 2\n';

describe('keys', () => {
  it('of the file are offered, those that it has aside', () => {
    expect(labels('|')).toEqual(expect.arrayContaining(['title', 'prompts', 'runs', 'expect']));
    expect(labels('title: a\n|\nruns:\n  - patch: z\n')).not.toContain('runs');
    expect(labels('title: a\nmet|')).toContain('metric');
  });

  it('belong to the mapping in which they stand', () => {
    expect(labels('prompts:\n  clean: a\n  |')).toEqual(['corrupt', 'answer', 'wrong']);
    expect(labels(`${PAIR}runs:\n  - patch: z\n    |`)).toEqual(
      expect.arrayContaining(['direction', 'by', 'top']),
    );
    expect(labels(`${PAIR}runs:\n  - lens: resid_pre\n    |`)).toEqual(['top', 'name', 'metric']);
    expect(labels('runs:\n  - patch: [{ at: z, | }]')).toEqual(expect.arrayContaining(['layer', 'head']));
    expect(labels('runs:\n  - patch:\n      - at: z\n        |')).toContain('position');
  });

  it('of a new run are its kinds', () => {
    const kinds = ['patch', 'name', 'ablate', 'attribute', 'direct', 'lens', 'attention', 'steer'];
    expect(labels(`${PAIR}runs:\n  - |`).sort()).toEqual(kinds.sort());
    expect(labels(`${PAIR}runs:\n  - name: a\n    |`)).not.toContain('name');
  });

  it('are written with their colon, unless one follows', () => {
    expect(taken('ti|', 'title')).toBe('title: ');
    expect(taken('ti|tel: x', 'title')).toBe('title: x');
  });
});

describe('values', () => {
  it('are the words of the field, with their meaning', () => {
    const sites = offered(`${PAIR}runs:\n  - patch: re|`);
    expect(sites.map(({ label }) => label)).toContain('resid_pre');
    expect(sites.find(({ label }) => label === 'z')?.documentation).toContain('[position, head, d_head]');
    expect(labels('align: |')).toEqual(['auto', 'none']);
    expect(labels('bos: |')).toEqual(['true', 'false']);
    expect(labels(`${PAIR}runs:\n  - patch: z\n    by: [layer, |]`)).toContain('head');
    expect(labels(`${PAIR}runs:\n  - patch: z\n    by:\n      - |`)).toContain('head');
    expect(labels(`${PAIR}runs:\n  - { attribute: z, method: | }`)).toEqual(['atp', 'atp*', 'ig']);
  });

  it('are metrics, models, hook points and dictionaries', () => {
    expect(labels('metric: log|')).toEqual(expect.arrayContaining(['logit_diff', 'log_prob']));
    expect(labels('model: |')).toEqual(['demo', './my model']);
    expect(labels('runs:\n  - steer: [{ method: add, hook: blo| }]')).toEqual(
      expect.arrayContaining(['blocks.2.hook_resid_post', 'resid_post.2']),
    );
    expect(labels('dictionaries: [|]')).toEqual(['blocks.2.hook_resid_post', 'blocks.3.hook_resid_post']);
    expect(labels('runs:\n  - ablate: features\n    dictionary: |')).toEqual(['blocks.2.hook_resid_post']);
  });

  it('are the layers and heads of the model', () => {
    expect(labels('runs:\n  - attention: { layer: | }')).toEqual(['0', '1', '2', '3']);
    expect(labels('runs:\n  - patch: [{ at: z, head: | }]')).toEqual(['0', '1', '2', '3']);
    expect(labels('runs:\n  - attention: { layer: | }', null)).toEqual([]);
  });

  it('are the runs of the file, in clauses', () => {
    const text = `${PAIR}runs:\n  - patch: z\n  - { name: two, lens: resid_pre }\nexpect:\n  - run: |`;
    expect(labels(text)).toEqual(['patch', 'two']);
    expect(labels(text.replace('run: |', '{ run: patch, top: 2, as: | }'))).toEqual(['patch', 'two']);
  });

  it('replace what stands there, quotes included', () => {
    expect(taken('metric: "lo|gi"', 'logit_diff')).toBe('metric: logit_diff');
    expect(taken('model: ./|', './my model')).toBe('model: ./my model');
    expect(taken('runs:\n  - { patch: res|id, by: [layer] }', 'resid_mid')).toBe(
      'runs:\n  - { patch: resid_mid, by: [layer] }',
    );
  });

  it.each([
    '# model: |',
    'title: "a: |b"',
    'prompts:\n  clean: Mary and|',
    'model: demo # |',
    "title: 'x, |",
  ])('are not offered in texts and comments: %s', (text) => {
    expect(labels(text)).toEqual([]);
  });
});

describe('features', () => {
  const dictionary = facts.dictionaries.get('blocks.2.hook_resid_post')!;
  const [index, label] = [...dictionary.labels][3]!;

  it('are found by words of their label, and written as numbers with the label behind', () => {
    const typed = label.split(' ').slice(0, 2).reverse().join(' ');
    const text = `runs:\n  - steer:\n      - method: add\n        feature: ${typed}|`;
    const offer = offered(text).find(({ detail }) => detail?.startsWith(`feature ${index} of`));
    expect(offer).toMatchObject({ kind: 'feature', label, filter: typed, insert: `${index} # ${label}` });
  });

  it('are written without it where no comment can stand', () => {
    const text = 'runs:\n  - steer: [{ method: add, feature: | }]';
    expect(offered(text).find((each) => each.label === label)?.insert).toBe(String(index));
  });

  it('are those of the dictionary that is named nearest', async () => {
    const two = await demoFacts('blocks.2.hook_resid_post', 'blocks.3.hook_resid_post');
    const one = (name: string) => `runs:\n  - steer:\n      - dictionary: ${name}\n        feature: |`;
    expect(offered(one('blocks.3.hook_resid_post'), two)[0]?.detail).toContain('of blocks.3.hook_resid_post');
    expect(offered(one('blocks.2.hook_resid_post'), two)[0]?.detail).toContain('of blocks.2.hook_resid_post');
    expect(offered('runs:\n  - steer:\n      - feature: |', two)).toEqual([]);
    expect(offered('runs:\n  - ablate: features\n    units: [|]').length).toBeGreaterThan(5);
    expect(offered('runs:\n  - ablate: mlp_post\n    units: [|]')).toEqual([]);
  });

  it('make a file that can be read', () => {
    const text = `${PAIR}runs:\n  - steer:\n      - method: ablate\n        feature: |\n`;
    expect(readExperiment(taken(text, label)).problems).toEqual([]);
  });

  it('are asked for again with every word', () => {
    const text = 'runs:\n  - steer:\n      - feature: ';
    expect(complete(text, text.length, { facts, models: [] }).isIncomplete).toBe(true);
  });
});

it('offers nothing senseless anywhere in a file', () => {
  const text = `title: x\n${PAIR}runs:\n  - patch: [{ at: z, layer: 1 }]\n    name: a # b\n  - 'q': [\n\texpect: {`;
  for (let offset = 0; offset <= text.length; offset++)
    for (const { span } of complete(text, offset, { facts, models: [] }).items) {
      expect(span.start).toBeLessThanOrEqual(offset);
      expect(span.end).toBeGreaterThanOrEqual(offset);
      expect(text.slice(span.start, span.end)).not.toContain('\n');
    }
});
