/** What must hold between the fields of a file that were each read well. */
import type { Expectation, ExperimentSpec } from '../../../../protocol/experimentSpec';
import type { Span } from '../../../../protocol/method';
import { closest } from './nearMisses';
import type { Path } from './place';
import type { Fix, Problem, ProblemCode } from './problems';
import { runKind, runName } from './runs';
import { alternatives } from './shape';

/** Where a path stands in the text. */
export type Locate = (path: Path) => Span;

/** Names that are given twice, clauses that no run can answer. */
export function crossChecks(spec: ExperimentSpec, locate: Locate): Problem[] {
  return [
    ...duplicateNames(spec, locate),
    ...(spec.expect ?? []).flatMap((clause, i) => clauseProblems(clause, spec, ['expect', i], locate)),
  ];
}

function duplicateNames({ runs }: ExperimentSpec, locate: Locate): Problem[] {
  const seen = new Set<string>();
  return runs.flatMap((run, i): Problem[] => {
    const name = runName(run);
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const path = run.name === undefined ? ['runs', i, runKind(run)] : ['runs', i, 'name'];
    const message = `Two runs are called "${name}", and results and expect tell runs by their names: give this one another name.`;
    return [error('duplicate', locate(path), message)];
  });
}

const UNITS = ['value', 'change', 'recovered', 'effect'] as const;
const SINGLE = ['clean', 'corrupted'] as const;

function clauseProblems(clause: Expectation, spec: ExperimentSpec, path: Path, locate: Locate): Problem[] {
  const problems = [
    ...unknownRun(clause.run, 'run', spec, path, locate),
    ...(clause.as === undefined ? [] : unknownRun(clause.as, 'as', spec, path, locate)),
  ];
  const at = locate([...path, 'run']);
  const units = UNITS.filter((unit) => clause[unit] !== undefined);
  const shared = [clause.top, clause.as, clause.shared].filter((part) => part !== undefined).length;
  if (units.length > 0 && clause.cell === undefined)
    problems.push(error('expect', at, `"${units[0]!}" is the number of one cell: name it under cell.`));
  if (units.length === 0 && clause.cell !== undefined)
    problems.push(error('expect', at, `A clause about a cell needs a bound: ${alternatives(UNITS)}.`));
  if (shared > 0 && shared < 3)
    problems.push(
      error('expect', at, 'To compare the strongest cells of two runs, give top, as and shared together.'),
    );
  if (units.length + shared + SINGLE.filter((key) => clause[key] !== undefined).length === 0 && !clause.cell)
    problems.push(
      error(
        'expect',
        at,
        `This clause says nothing: give it ${alternatives([...UNITS, ...SINGLE, 'shared'])}.`,
      ),
    );
  return problems;
}

function unknownRun(
  name: string,
  key: 'run' | 'as',
  spec: ExperimentSpec,
  path: Path,
  locate: Locate,
): Problem[] {
  const names = spec.runs.map(runName);
  if (names.includes(name)) return [];
  const at = locate([...path, key]);
  const near = closest(name, names);
  const offered = near.length > 0 ? near : names.slice(0, 3);
  const fixes = offered.map((text) => ({ title: `Replace by ${text}`, edits: [{ ...at, text }] }));
  const message = `There is no run "${name}" in this file. It has ${alternatives(names)}.`;
  return [error('unknown-run', at, message, fixes)];
}

function error(
  code: ProblemCode,
  { start, end }: Span,
  message: string,
  fixes: readonly Fix[] = [],
): Problem {
  return { severity: 'error', code, start, end, message, ...(fixes.length > 0 ? { fixes } : {}) };
}
