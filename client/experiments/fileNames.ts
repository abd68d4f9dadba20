/** How experiment files and their results are called. Pure: for paths and for uris as text. */

const EXPERIMENT = '.fscope.yaml';
const RESULT = '.fscope.result.json';

/** Globs for both in a workspace. */
export const EXPERIMENT_FILES = `**/*${EXPERIMENT}`;
export const RESULT_FILES = `**/*${RESULT}`;

export function isExperiment(path: string): boolean {
  return path.endsWith(EXPERIMENT);
}

export function isResult(path: string): boolean {
  return path.endsWith(RESULT);
}

/** The result that is written beside an experiment file. */
export function resultOf(experiment: string): string {
  return `${experiment.slice(0, -EXPERIMENT.length)}${RESULT}`;
}

/** The file's own name without what all experiments end with: `ioi` of `a/ioi.fscope.yaml`. */
export function shortName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const ending = [EXPERIMENT, RESULT].find((known) => name.endsWith(known)) ?? '';
  return name.slice(0, name.length - ending.length);
}

/** A name for a new experiment file that none of these has: `experiment`, `experiment-2` ... */
export function freeName(taken: readonly string[]): string {
  const name = (count: number): string => (count === 1 ? 'experiment' : `experiment-${count}`);
  let count = 1;
  while (taken.includes(name(count))) count++;
  return `${name(count)}${EXPERIMENT}`;
}
