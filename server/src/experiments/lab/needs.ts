/** What an experiment needs before it can be run. */
import type {
  ExperimentRun,
  ExperimentSpec,
  PromptPair,
  SiteSpec,
} from '../../../../protocol/experimentSpec';
import { readMetricText } from '../metric';

/** The dictionaries that an experiment names, in its list and in its runs, each once and as it is written. */
export function namedDictionaries(spec: ExperimentSpec): string[] {
  const inRuns = spec.runs.flatMap((run) => [...dictionariesIn(run), ...dictionaryOfMetric(run.metric)]);
  return [...new Set([...(spec.dictionaries ?? []), ...inRuns, ...dictionaryOfMetric(spec.metric)])];
}

/** Whether some run reads, changes or steers with features. */
export function usesDictionaries({ runs }: ExperimentSpec): boolean {
  return runs.some((run) => {
    if ('steer' in run) return true;
    if ('direct' in run) return run.direct === 'features';
    return sitesIn(run).some((site) => site === 'features' || site === 'error');
  });
}

/** Whether a prompt or an answer is a text, so that a tokenizer is needed. */
export function needsTokenizer({ metric, runs }: ExperimentSpec, pairs: readonly PromptPair[]): boolean {
  const texts = pairs.flatMap(({ clean, corrupt, answer, wrong }) => [clean, corrupt, answer, wrong].flat());
  const metrics = [metric, ...runs.map((run) => run.metric)];
  const overs = runs.flatMap((run) => ('ablate' in run ? (run.over ?? []) : []));
  return (
    [...texts, ...overs].some((text) => typeof text === 'string') ||
    metrics.some((each) => each !== undefined && /["']/.test(each))
  );
}

function sweptOf(run: ExperimentRun) {
  if ('patch' in run) return run.patch;
  if ('ablate' in run) return run.ablate;
  return 'attribute' in run ? run.attribute : [];
}

function listedSites(run: ExperimentRun): readonly SiteSpec[] {
  const swept = sweptOf(run);
  return typeof swept === 'string' ? [] : swept.flatMap((set) => set);
}

function sitesIn(run: ExperimentRun): string[] {
  const swept = sweptOf(run);
  return typeof swept === 'string' ? [swept] : listedSites(run).map(({ at }) => at);
}

function dictionariesIn(run: ExperimentRun): string[] {
  const own = 'dictionary' in run ? [run.dictionary] : [];
  const ofSites = listedSites(run).map(({ dictionary }) => dictionary);
  const ofSteering = 'steer' in run ? run.steer.map(({ dictionary }) => dictionary) : [];
  return [...own, ...ofSites, ...ofSteering].filter((name) => name !== undefined);
}

/** A metric that cannot be read is refused where it is used. */
function dictionaryOfMetric(metric: string | undefined): string[] {
  if (!metric?.startsWith('feature:')) return [];
  try {
    return [readMetricText(metric).feature!.dictionary];
  } catch {
    return [];
  }
}
