import { describe, expect, it } from 'vitest';
import type { ExperimentSpec } from '../../../../protocol/experimentSpec';
import { readExperiment } from './readSpec';
import { writeExperiment } from './writeSpec';

const EVERYTHING: ExperimentSpec = {
  expect: [
    { run: 'sites', cell: { site: 1 }, recovered: '>= 0.8', effect: '0.4 .. 0.6' },
    { run: 'attribute', top: 5, as: 'patch', shared: '>= 4' },
  ],
  runs: [
    { patch: 'resid_pre', by: ['layer', 'position'], layers: [0, 1], positions: [-1] },
    {
      name: 'sites',
      direction: 'noise',
      patch: [
        { at: 'z', layer: 1, head: 2 },
        [
          { at: 'pattern', layer: 1, head: 2, source: 0 },
          { at: 'mlp_out', layer: 3, position: -1 },
        ],
      ],
    },
    {
      ablate: 'features',
      with: 'mean',
      over: ['Once upon a time, there was', 'x'],
      dictionary: 'res',
      top: 3,
    },
    { attribute: 'z', method: 'atp*', verify: 4 },
    { direct: 'heads', metric: 'logit_diff:" Mary"," John"@3' },
    { lens: 'resid_post', top: 3 },
    { attention: { layer: 1, head: 2 } },
    {
      steer: [
        {
          method: 'add',
          hook: 'blocks.0.hook_resid_pre',
          vector: [0.5, -1e-7],
          value: 2.5,
          positions: 'new',
        },
      ],
      tokens: 12,
      temperature: 0,
      seed: 0,
    },
  ],
  metric: 'log_prob',
  align: [
    [0, 0],
    [1, -2],
  ],
  prompts: [
    {
      clean: 'Mary and John: a\n\n  story # x \n',
      corrupt: '- a',
      answer: [' Mary', '12', 13],
      wrong: 'yes',
    },
    { clean: { tokens: [1, 2, 3] }, corrupt: { tokens: [3, 2, 1] }, answer: 1, wrong: '\u0001\u2028"\\ ' },
  ],
  bos: false,
  dictionaries: ['blocks.2.hook_resid_post'],
  model: './model',
  title: 'true',
};

function readBack(text: string): ExperimentSpec | null {
  const { spec, problems } = readExperiment(text);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return spec;
}

describe('writeExperiment', () => {
  it('writes what is read back as the same', () => {
    expect(readBack(writeExperiment(EVERYTHING))).toEqual(EVERYTHING);
  });

  it('keeps every text, whatever is in it', () => {
    const texts = [
      '',
      ' ',
      '\n',
      'a: b',
      '# c',
      '- d',
      '"',
      "'",
      '@',
      '*a',
      '&a',
      '!t',
      '| x',
      '> 3',
      '{',
      '~',
      'null',
    ];
    const more = [
      '0x10',
      '1e3',
      '.nan',
      'NO',
      '<<',
      '%',
      '\t',
      'a\r\nb',
      'é\u0301',
      '\u{1F600}',
      '\uD800',
      '\uFEFFx',
      '?',
    ];
    for (const clean of [...texts, ...more, 'long '.repeat(100)]) {
      const spec: ExperimentSpec = {
        prompts: { clean, corrupt: clean },
        runs: [{ lens: 'resid_pre', metric: 'kl' }],
      };
      expect(readBack(writeExperiment(spec))).toEqual(spec);
    }
  });

  it('writes as a person would', () => {
    const spec: ExperimentSpec = {
      runs: [
        { patch: [{ at: 'z', layer: 3, head: 1 }], name: 'one head' },
        { attention: { layer: 0, head: 1 } },
      ],
      prompts: {
        clean: 'Mary and John went out, John thanked',
        corrupt: 'x',
        answer: ' Mary',
        wrong: [' John', 12],
      },
      title: 'Names',
    };
    expect(writeExperiment(spec)).toBe(`title: Names
prompts:
  clean: Mary and John went out, John thanked
  corrupt: x
  answer: " Mary"
  wrong: [ " John", 12 ]
runs:
  - name: one head
    patch:
      - { at: z, layer: 3, head: 1 }
  - attention: { layer: 0, head: 1 }
`);
  });
});
