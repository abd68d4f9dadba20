/** What must hold between the fields of a file that were each read well. Needs no model. */
import type {
  Expectation,
  ExperimentRun,
  ExperimentSpec,
  PromptPair,
} from '../../../../protocol/experimentSpec';
import { checkRun, missingInPair } from './checkRuns';
import { metricOfRun, metricParts } from './metricWords';
import { closest } from './nearMisses';
import type { Locate, Path, Place, Places } from './place';
import { failure, type Fix, type Problem, replacement, warning } from './problems';
import { runKind, runName } from '../../../../protocol/experimentRuns';
import { alternatives } from './shape';
import { cellAxes, hasOnePlace } from './siteAxes';

/** A file, with where everything stands in it. */
export interface Located {
  readonly text: string;
  readonly places: Places;
  readonly locate: Locate;
}

/** Names that are given twice, runs and clauses that nothing can answer. */
export function crossChecks(spec: ExperimentSpec, read: Located): Problem[] {
  const { locate } = read;
  return [
    ...duplicateNames(spec, read),
    ...metricProblems(spec.metric, ['metric'], locate),
    ...spec.runs.flatMap((run, i) => [
      ...metricProblems(run.metric, ['runs', i, 'metric'], locate),
      ...unfit(run, spec, ['runs', i], locate),
      ...checkRun(run, ['runs', i], locate),
    ]),
    ...pairsOf(spec).flatMap(({ pair, path }) => incomplete(pair, path, spec, locate)),
    ...(spec.expect ?? []).flatMap((clause, i) => clauseProblems(clause, spec, ['expect', i], locate)),
  ];
}

/** The pairs that stand in the file itself. */
export function pairsOf({ prompts }: ExperimentSpec): { readonly pair: PromptPair; readonly path: Path }[] {
  if (typeof prompts === 'string') return [];
  if (!isList(prompts)) return [{ pair: prompts, path: ['prompts'] }];
  return prompts.map((pair, i) => ({ pair, path: ['prompts', i] }));
}

function isList(prompts: PromptPair | readonly PromptPair[]): prompts is readonly PromptPair[] {
  return Array.isArray(prompts);
}

function duplicateNames({ runs }: ExperimentSpec, { text, places, locate }: Located): Problem[] {
  const names = runs.map(runName);
  return runs.flatMap((run, i): Problem[] => {
    const name = names[i]!;
    if (names.indexOf(name) === i) return [];
    const path: Path = ['runs', i, run.name === undefined ? runKind(run) : 'name'];
    const other = newName(name, names);
    const fixes =
      run.name === undefined ? naming(text, places.at(path)!, other) : [replacement(locate(path), other)];
    const message = `Two runs are called "${name}", and results and expect tell runs by their names: give this one a name of its own.`;
    return [failure('duplicate', locate(path), message, fixes)];
  });
}

function newName(name: string, taken: readonly string[]): string {
  let number = 2;
  while (taken.includes(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}

/** Writes a name before the kind of a run, which begins its line or stands in braces. */
function naming(text: string, { key }: Place, name: string): Fix[] {
  const { start } = key!;
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const isFlow = before.includes('{');
  if (!isFlow && !/^[-\s]*$/.test(before)) return [];
  const after = isFlow ? ', ' : `\n${before.replace(/-/g, ' ')}`;
  return [{ title: `Name it ${name}`, edits: [{ start, end: start, text: `name: ${name}${after}` }] }];
}

function metricProblems(text: string | undefined, path: Path, locate: Locate): Problem[] {
  const parts = text === undefined ? null : metricParts(text);
  return typeof parts === 'string' ? [failure('metric', locate(path), parts)] : [];
}

/** Metrics that are sums of contributions of the residual stream, as direct attribution needs. */
const LINEAR: readonly string[] = ['logit', 'logit_diff'];

function unfit(run: ExperimentRun, spec: ExperimentSpec, path: Path, locate: Locate): Problem[] {
  const parts = metricParts(metricOfRun(run, spec));
  if (typeof parts === 'string') return [];
  const { kind } = parts;
  const at = (key: string) => locate([...path, run.metric === undefined ? key : 'metric']);
  if ('direct' in run && !LINEAR.includes(kind)) {
    const message = `Direct attribution splits a sum of logits, and ${kind} is none: give this run the metric logit or logit_diff.`;
    return [failure('metric', at('direct'), message)];
  }
  if ('lens' in run && kind === 'feature')
    return [
      failure(
        'metric',
        at('lens'),
        'The logit lens reads logits, and a feature is none: choose another metric.',
      ),
    ];
  return [];
}

function incomplete(pair: PromptPair, path: Path, spec: ExperimentSpec, locate: Locate): Problem[] {
  const reasons = new Map<keyof PromptPair, string>();
  for (const run of spec.runs) {
    const metric = metricOfRun(run, spec);
    for (const key of missingInPair(pair, run, metric))
      if (!reasons.has(key)) reasons.set(key, `the run "${runName(run)}" with the metric ${metric}`);
  }
  return [...reasons].map(([key, reason]) =>
    failure('missing', locate([...path, 'clean']), `This pair needs "${key}", because of ${reason}.`),
  );
}

const UNITS = ['value', 'change', 'recovered', 'effect'] as const;
const SINGLE = ['clean', 'corrupted'] as const;

function clauseProblems(clause: Expectation, spec: ExperimentSpec, path: Path, locate: Locate): Problem[] {
  const run = spec.runs.find((each) => runName(each) === clause.run);
  return [
    ...(run ? [] : [unknownRun(clause.run, [...path, 'run'], spec, locate)]),
    ...(clause.as === undefined || spec.runs.some((each) => runName(each) === clause.as)
      ? []
      : [unknownRun(clause.as, [...path, 'as'], spec, locate)]),
    ...formProblems(clause, path, locate),
    ...(run && isAboutCell(clause) ? cellProblems(run, clause.cell ?? {}, path, locate) : []),
  ];
}

function isAboutCell(clause: Expectation): boolean {
  return clause.cell !== undefined || UNITS.some((unit) => clause[unit] !== undefined);
}

function formProblems(clause: Expectation, path: Path, locate: Locate): Problem[] {
  const at = locate([...path, 'run']);
  const given = (keys: readonly (keyof Expectation)[]) => keys.filter((key) => clause[key] !== undefined);
  const units = given(UNITS);
  const shared = given(['top', 'as', 'shared']);
  const problems: Problem[] = [];
  if (units.length === 0 && clause.cell)
    problems.push(failure('expect', at, `A clause about a cell needs a bound: ${alternatives(UNITS)}.`));
  if (shared.length > 0 && (clause.top === undefined || clause.as === undefined))
    problems.push(
      failure('expect', at, 'To compare the strongest cells of two runs, give "top" and "as" together.'),
    );
  if (units.length + shared.length + given(SINGLE).length === 0 && !clause.cell)
    problems.push(
      failure(
        'expect',
        at,
        `This clause says nothing: give it ${alternatives([...UNITS, ...SINGLE, 'top'])}.`,
      ),
    );
  return problems;
}

function cellProblems(run: ExperimentRun, cell: object, path: Path, locate: Locate): Problem[] {
  const axes = cellAxes(run);
  if (axes === null) return [];
  const named = Object.keys(cell);
  const own = `The cells of "${runName(run)}" are named by ${alternatives(axes).replace(' or ', ' and ')}`;
  const unknown = named.filter((axis) => !axes.some((known) => known === axis));
  const missing = axes.filter((axis) => !named.includes(axis) && !hasOnePlace(run, axis));
  if (unknown.length > 0)
    return unknown.map((axis) =>
      failure('expect', locate([...path, 'cell', axis]), `${own}, not by ${axis}.`),
    );
  if (missing.length === 0) return [];
  return [
    warning(
      'expect',
      locate([...path, 'cell']),
      `${own}: name ${alternatives(missing)} too, unless it has one place.`,
    ),
  ];
}

function unknownRun(name: string, path: Path, { runs }: ExperimentSpec, locate: Locate): Problem {
  const names = runs.map(runName);
  const near = closest(name, names);
  const fixes = (near.length > 0 ? near : names.slice(0, 3)).map((text) => replacement(locate(path), text));
  const message = `There is no run "${name}" in this file. It has ${alternatives(names)}.`;
  return failure('unknown-run', locate(path), message, fixes);
}
