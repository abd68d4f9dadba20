import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../protocol/experiments';
import { readExperimentResult } from '../../protocol/readResult';
import { patchRun, resultOf } from '../../test/support/results';
import type { Theme } from '../render/scene';
import { svgDrawing } from '../render/svg';
import { asCsv, asJson, baseName, figureOf } from './exports';
import { firstChoice, planeOf } from './plane';
import { read } from './reading';

const axes = [
  ['layer', 2],
  ['position', 2],
] as const;
const run = patchRun(axes, (layer, position) => (layer === 1 && position === 1 ? null : layer + position));
const theme: Theme = {
  kind: 'light',
  background: '#ffffff',
  foreground: '#111111',
  muted: '#555555',
  border: '#cccccc',
  focus: '#0000ff',
  font: { family: 'sans-serif', size: 13 },
  codeFont: { family: 'monospace', size: 12 },
};
const measure = (text: string) => text.length * 7;
const textOf = (file: object) => ('text' in file ? (file.text as string) : '');

describe('asCsv', () => {
  it('has a row for each cell with its number in every unit, and nothing where there is none', () => {
    const file = asCsv(read(run, null, 'value'), 'Names');
    expect(file.name).toBe('Names-patch.csv');
    expect(textOf(file)).toBe(
      [
        'layer,layer label,position,position label,value,change,recovered,effect',
        '0,layer 0,0," When",0,2,0.4,0.6',
        '0,layer 0,1," Mary",1,3,0.6,0.4',
        '1,layer 1,0," When",1,3,0.6,0.4',
        '1,layer 1,1," Mary",,,,',
        '',
      ].join('\r\n'),
    );
  });

  it('keeps tokens from being run as formulas', () => {
    const hostile = {
      ...run,
      ticks: [
        run.ticks[0]!,
        [
          { label: '=1+1', index: 0 },
          { label: '"', index: 1 },
        ],
      ],
    };
    const lines = textOf(asCsv(read(hostile, null, 'value'), 'a')).split('\r\n');
    expect(lines[1]).toMatch(/^0,layer 0,0,'=1\+1,/);
    expect(lines[2]).toMatch(/^0,layer 0,1,"""",/);
  });

  it('adds scores, predictions and what is subtracted', () => {
    const prediction = [{ token: { id: 1, text: ' a' }, logProb: -1.5 }];
    const more: RunResult = {
      ...run,
      scores: [
        [1, 2],
        [3, 4],
      ],
      lens: [
        [prediction, []],
        [[], prediction],
      ],
    };
    const other = {
      ...run,
      name: 'noised',
      values: [
        [1, 1],
        [1, 1],
      ],
    };
    const lines = textOf(asCsv(read(more, other, 'value'), 'a')).split('\r\n');
    expect(lines[0]).toMatch(/,score,top token,top log probability,value of noised,difference of value$/);
    expect(lines[1]).toMatch(/,1," a",-1.5,1,-1$/);
    expect(lines[2]).toMatch(/,2,,,1,0$/);
    expect(lines[4]).toMatch(/,4," a",-1.5,1,$/);
  });
});

describe('asJson', () => {
  const { spec, provenance, expectations, title } = resultOf([]);
  const sheet = {
    id: 0,
    title,
    origin: { uri: null, spec: null, only: null, result: null },
    state: 'ended' as const,
    message: null,
    spec,
    runs: [run],
    expectations,
    provenance,
  };

  it('is a result file that can be opened again', () => {
    const file = asJson(sheet, run);
    expect(file.name).toBe('Who_gets_the_book_-patch.fscope.result.json');
    expect(readExperimentResult(JSON.parse(textOf(file)))).toEqual(resultOf([run]));
  });

  it('is the run alone as long as there is no result', () => {
    const file = asJson({ ...sheet, provenance: null }, run);
    expect(file.name).toBe('Who_gets_the_book_-patch.json');
    expect(JSON.parse(textOf(file))).toEqual(run);
  });
});

describe('figureOf', () => {
  const reading = read(run, null, 'recovered');
  const plane = planeOf(reading, firstChoice(2));

  it('draws all of the heatmap, with what it shows in words and the numbers of its colours', () => {
    const figure = figureOf(reading, plane, 'Denoising.', true, theme, measure);
    const { surface, finish } = svgDrawing(figure.size.width, figure.size.height, 'Names', measure);
    figure.paint(surface);
    const svg = finish();
    for (const text of ['patch', 'Denoising.', '·When', '·Mary', 'layer 1', '0.4', '0.6', '−0.6'])
      expect(svg).toContain(`>${text}<`);
    expect(svg).toMatch(/>Metric: logit difference/);
    expect(svg).toMatch(/>share recovered: 0 as the corrupted run, 1 as the clean run</);
    expect(svg.match(/NaN|undefined/)).toBeNull();
  });

  it('grows with the grid', () => {
    const large = patchRun(
      [
        ['layer', 60],
        ['position', 300],
      ],
      () => 1,
    );
    const wide = read(large, null, 'value');
    const figure = figureOf(wide, planeOf(wide, firstChoice(2)), 'x', false, theme, measure);
    expect(figure.size.width).toBeGreaterThan(300 * 14);
    expect(figure.size.height).toBeGreaterThan(60 * 17);
  });
});

describe('baseName', () => {
  it('is a name for any file system, in any script', () => {
    expect(baseName('../a/b: Änderung?', { ...run, name: 'z*' })).toBe('a_b_Änderung_-z');
    expect(baseName('///', { ...run, name: '' })).toBe('heatmap');
  });
});
