import { describe, expect, it } from 'vitest';
import { lensesOf } from './lenses';

const at = (line: number) => ({ start: { line, character: 4 }, end: { line: line + 1, character: 0 } });
const runs = [
  { name: 'patch', range: at(5) },
  { name: 'heads', range: at(8) },
];

/** Lenses as `line: title only`. */
const shown = (problems: number, hasResult: boolean, all = runs) =>
  lensesOf({ runs: all, problems }, hasResult).map(({ line, title, only }) =>
    `${line}: ${title} ${only?.join() ?? ''}`.trim(),
  );

describe('the links of an experiment file', () => {
  it('run it, and each of its runs', () => {
    expect(shown(0, false)).toEqual(['0: $(run-all) Run all', '5: $(run) Run patch', '8: $(run) Run heads']);
  });

  it('run again and compare where there is a result', () => {
    expect(shown(0, true)).toEqual([
      '0: $(run-all) Run all again',
      '0: $(diff) Compare',
      '5: $(run) Run again patch',
      '5: $(diff) Compare patch',
      '8: $(run) Run again heads',
      '8: $(diff) Compare heads',
    ]);
  });

  it('lead to what is wrong, and stay where they are meanwhile', () => {
    expect(shown(2, false)).toEqual(['0: $(error) 2 errors', ...shown(0, false)]);
    expect(shown(1, false, [])).toEqual(['0: $(error) 1 error']);
    expect(shown(0, true, [])).toEqual([]);
  });
});
