/** Runs that ask for what no model has: axes that a site lacks, sites without their layer, missing prompts and answers. */
import type {
  ExperimentRun,
  PromptPair,
  Site,
  SiteSpec,
  SteerSpec,
  SweepAxis,
  SweepRange,
} from '../../../../protocol/experimentSpec';
import { SITE_AXES } from '../lab/sites';
import { answersTaken, metricParts } from './metricWords';
import type { Locate, Path } from './place';
import { failure, type Problem, warning } from './problems';
import { runKind } from '../../../../protocol/experimentRuns';
import { alternatives } from './shape';
import { sweptSite } from './siteAxes';

/** What is wrong with one run by itself. */
export function checkRun(run: ExperimentRun, path: Path, locate: Locate): Problem[] {
  return [
    ...axisProblems(run, path, locate),
    ...sitePlaces(run, path).flatMap(({ site, path: at }) => siteProblems(site, at, locate)),
    ...('steer' in run
      ? run.steer.flatMap((change, i) => steerProblems(change, [...path, 'steer', i], locate))
      : []),
  ];
}

/** Every single place that a run names, with where it stands in the file. */
export function sitePlaces(
  run: ExperimentRun,
  path: Path,
): { readonly site: SiteSpec; readonly path: Path }[] {
  const key = 'patch' in run ? 'patch' : 'ablate';
  const listed = 'patch' in run ? run.patch : 'ablate' in run ? run.ablate : [];
  if (typeof listed === 'string') return [];
  return listed.flatMap((entry, i) =>
    isSet(entry)
      ? entry.map((site, j) => ({ site, path: [...path, key, i, j] }))
      : [{ site: entry, path: [...path, key, i] }],
  );
}

function isSet(entry: SiteSpec | readonly SiteSpec[]): entry is readonly SiteSpec[] {
  return Array.isArray(entry);
}

function axisProblems(run: ExperimentRun, path: Path, locate: Locate): Problem[] {
  const site = sweptSite(run);
  if (site === null) return unusedRanges(run, path, locate);
  const axes = SITE_AXES[site].all;
  const by = 'by' in run ? (run.by ?? []) : [];
  const wrong = by.flatMap((axis, i): Problem[] => {
    const at = locate([...path, 'by', i]);
    if (!axes.includes(axis))
      return [failure('wrong-type', at, `${site} has no ${axis}: its axes are ${list(axes)}.`)];
    return by.indexOf(axis) < i ? [failure('duplicate', at, `The axis ${axis} stands here twice.`)] : [];
  });
  return [...wrong, ...neuronProblems(run, site, path, locate)];
}

/** Neurons are counted layer by layer, so that a sweep over them alone is over those of one layer. */
function neuronProblems(run: ExperimentRun, site: Site, path: Path, locate: Locate): Problem[] {
  const range: SweepRange = 'patch' in run || 'ablate' in run || 'attribute' in run ? run : {};
  const axes = range.by ?? SITE_AXES[site].byDefault;
  if (!axes.includes('neuron') || axes.includes('layer') || range.layers?.length === 1) return [];
  const message = `The neurons of ${site} are those of one layer: name it, as in layers: [2], or sweep over layers too.`;
  return [failure('missing', locate([...path, runKind(run)]), message)];
}

/** Ranges that say what a sweep covers, in runs that sweep over nothing, or not over positions. */
function unusedRanges(run: ExperimentRun, path: Path, locate: Locate): Problem[] {
  const isDirect = 'direct' in run;
  const unused = isDirect ? ['by', 'positions'] : ['by', 'layers', 'positions', 'heads', 'units', 'top'];
  if (!isDirect && sitePlaces(run, path).length === 0) return [];
  const why = isDirect
    ? 'direct attribution is laid out by what it splits'
    : 'this run lists its sites itself';
  return unused
    .filter((key) => key in run)
    .map((key) =>
      warning('run-kind', locate([...path, key]), `"${key}" has no effect, because ${why}: remove it.`),
    );
}

const NUMBERS = ['layer', 'head', 'position', 'source', 'neuron', 'feature'] as const;

function siteProblems(site: SiteSpec, path: Path, locate: Locate): Problem[] {
  const axes: readonly SweepAxis[] = SITE_AXES[site.at].all;
  return NUMBERS.filter((key) => site[key] !== undefined && !axes.includes(key)).map((key) =>
    failure(
      'wrong-type',
      locate([...path, key]),
      `${site.at} has no ${key}: a place of it has ${list(axes)}.`,
    ),
  );
}

/** Methods whose strength has no default. */
const STRONG: readonly SteerSpec['method'][] = ['add', 'set', 'scale'];

function steerProblems(change: SteerSpec, path: Path, locate: Locate): Problem[] {
  const { method, feature, hook, vector, value, min } = change;
  const at = locate([...path, 'method']);
  const problems: Problem[] = [];
  if ((feature === undefined) === (hook === undefined))
    problems.push(failure('missing', at, 'A change needs either a feature, or a hook and a vector.'));
  if ((hook === undefined) !== (vector === undefined))
    problems.push(failure('missing', at, 'A direction needs both its hook and its vector.'));
  if (value === undefined && STRONG.includes(method))
    problems.push(failure('missing', at, `"${method}" needs a value, in the unit of the activation.`));
  if (value === undefined && min === undefined && method === 'cap')
    problems.push(
      failure('missing', at, '"cap" needs a value, a min, or both, in the unit of the activation.'),
    );
  if (min !== undefined && method !== 'cap')
    problems.push(failure('wrong-type', locate([...path, 'min']), `Only "cap" has a min, not "${method}".`));
  return problems;
}

/** Prompts and answers that a run with this metric needs of a pair, and the pair does not have. */
export function missingInPair(
  pair: PromptPair,
  run: ExperimentRun,
  metric: string,
): readonly (keyof PromptPair)[] {
  const parts = metricParts(metric);
  if (typeof parts === 'string') return [];
  const needed = new Set<keyof PromptPair>();
  if (comparesRuns(run) || parts.kind === 'kl') needed.add('corrupt');
  if (usesMetric(run)) for (const key of answersTaken(parts)) needed.add(key);
  return [...needed].filter((key) => pair[key] === undefined);
}

/** Whether a run needs both prompts, position by position. */
export function comparesRuns(run: ExperimentRun): boolean {
  return 'patch' in run || 'attribute' in run || ('ablate' in run && run.with === 'resample');
}

function usesMetric(run: ExperimentRun): boolean {
  return !['attention', 'steer'].includes(runKind(run));
}

function list(words: readonly string[]): string {
  return alternatives(words).replace(' or ', ' and ');
}
