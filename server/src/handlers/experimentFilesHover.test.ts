import { describe, expect, it } from 'vitest';
import type { ModelFacts } from '../experiments/spec/modelFacts';
import { readExperiment } from '../experiments/spec/readSpec';
import { explain } from './experimentFilesHover';
import { demoFacts } from './testing/demoFacts';

const facts = await demoFacts('blocks.2.hook_resid_post');
const dictionary = facts.dictionaries.get('blocks.2.hook_resid_post')!;
const [labelled, label] = [...dictionary.labels][0]!;

const TEXT = `model: demo
dictionaries: [blocks.2.hook_resid_post]
prompts:
  clean: Today Rita met Henry
  corrupt: Today Henry met Rita
  answer: " Rita"
  wrong: [7, "Henry"]
metric: logit_diff
runs:
  - patch: z
    direction: noise
  - ablate: features
    units: [${labelled}, 3000]
  - name: steered
    steer:
      - { method: add, hook: resid_post.2, vector: [1], value: 1 }
      - { method: scale, feature: ${labelled}, value: 2 }
expect:
  - { run: patch, top: 3, as: steered }
`;

/** The hover on the first such word, and what it marks. */
function hover(word: string, known: ModelFacts | null = facts, text = TEXT): [string, string] | null {
  const found = explain(readExperiment(text), text.indexOf(word) + 1, known);
  return found && [found.markdown, text.slice(found.span.start, found.span.end)];
}

const markdown = (word: string, known?: ModelFacts | null, text?: string) =>
  hover(word, known, text)?.[0] ?? null;

describe('the hover in an experiment file', () => {
  it('explains fields, with or without a model', () => {
    expect(hover('direction', null)).toEqual([
      '**direction**: Which prompt is run and changed\\. Default\\: denoise\\.\n\nWritten as denoise or noise.',
      'direction',
    ]);
    expect(markdown('prompts', null)).toContain('**prompts** (required)');
  });

  it('explains words, with the shape of sites in the model', () => {
    expect(markdown('noise')).toContain('Run the clean prompt');
    const [about, marked] = hover('z\n')!;
    expect(marked).toBe('z');
    expect(about).toContain('In Demo: `blocks.0.attn.hook_z` to `blocks.3.attn.hook_z`, [position, 4, 32]');
    expect(markdown('z\n', null)).not.toContain('Demo');
    expect(markdown('features')).toContain(
      `\`blocks.2.hook_resid_post.hook_sae_acts_post\` [position, ${dictionary.features}]`,
    );
    const embed = TEXT.replace('patch: z', 'patch: pos_embed');
    expect(markdown('pos_embed', facts, embed)).toContain('In Demo: `hook_pos_embed`, [position, 128]');
  });

  it('explains metrics, models, dictionaries and hook points', () => {
    expect(markdown('logit_diff', null)).toContain('Logit of the answer minus');
    expect(markdown('demo')).toContain('**Demo** (not loaded): 4 layers of 4 heads, d_model 128');
    expect(markdown('blocks.2')).toContain(`${dictionary.features} features of \`blocks.2.hook_resid_post\``);
    expect(markdown('resid_post.2')).toBe('`blocks.2.hook_resid_post`: [position, 128] in Demo');
  });

  it('shows the tokens of prompts and answers', () => {
    const about = markdown('Today')!;
    expect(about).toContain('tokens, by position');
    expect(about).toContain('0 `<|endoftext|>` · 1 `Today` · 2 `·Rita`');
    expect(markdown('Today', facts, `${TEXT}bos: false\n`)).toContain('0 `Today`');
    expect(markdown('Rita"')).toMatch(/^`·Rita`: token \d+\.$/);
    expect(markdown('"Henry')).toBe('2 tokens: `H` `enry`.');
    expect(markdown('7,')).toMatch(/^Token 7: `/);
    const long = TEXT.replace('Today Rita met Henry', 'a '.repeat(150));
    expect(markdown('a a a', facts, long)).toContain('more');
  });

  it('names features by their labels', () => {
    for (const word of [
      `${labelled}, 3000`,
      `feature: ${labelled}`.slice(-String(labelled).length) + ', value: 2',
    ])
      expect(markdown(word)).toContain(`Feature ${labelled} of`);
    expect(markdown(`${labelled}, 3000`)).toContain(label.split(' ')[0]);
    expect(markdown('3000')).toContain('has no label');
  });

  it('says nothing where there is nothing to say', () => {
    for (const word of ['patch, top', '3, as', 'steered\n']) expect(markdown(word)).toBeNull();
    expect(markdown('Today', null)).toBeNull();
    expect(explain(readExperiment(''), 0, facts)).toBeNull();
    expect(markdown('wibble', facts, 'wibble: 3\n')).toBeNull();
  });

  it('obeys nothing that a file or a label says', () => {
    const evil = '[x](command:evil) `$(gear)` <img>';
    const named = { ...facts, name: evil };
    const text = `model: demo\nprompts: { clean: ${JSON.stringify(evil)}, answer: 1 }\nruns: [{ lens: resid_pre }]\n`;
    expect(markdown('demo', named, text)).not.toContain('](command');
    expect(markdown('lens', named, text)).not.toContain('](command');
    expect(markdown('clean', named, text)).not.toContain('](command');
  });
});
