/** The text of an experiment file -> what it says, what is wrong in it, and where everything stands. */
import { Document } from 'yaml';
import type { ExperimentSpec } from '../../../../protocol/experimentSpec';
import type { Span } from '../../../../protocol/method';
import { namedDictionaries } from '../lab/needs';
import { crossChecks, type Located } from './crossChecks';
import { experiment } from './fields';
import type { Locate, Path, Places } from './place';
import type { Problem } from './problems';
import { EXPERIMENT_KINDS } from '../../../../protocol/experimentRuns';
import { isJsonObject } from '../../formats/json';
import { SpecReader } from './specReader';
import { parseYaml } from './yamlText';

export interface NamedSpan {
  readonly name: string;
  readonly range: Span;
}

export interface ReadExperiment extends Located {
  /** Null when there are errors. */
  readonly spec: ExperimentSpec | null;
  readonly problems: readonly Problem[];
  /** The runs of the file in order, UTF-16 offsets; in a file with errors those that can be told. */
  readonly runs: readonly NamedSpan[];
  /** Which model the file is about, as far as it can be told. */
  readonly choice: Pick<ExperimentSpec, 'model' | 'dictionaries'>;
}

/** Reads an experiment. Never throws; a file with errors has no spec. */
export function readExperiment(text: string): ReadExperiment {
  const { document, problems: broken } = parseYaml(text);
  const reader = new SpecReader(document ?? new Document(null), text);
  const value = document ? reader.read(experiment) : null;
  const { places } = reader;
  const locate: Locate = (path) => located(places, path);
  const runs = outline(value, locate);
  const read = { text, places, locate, runs, choice: chosen(value) };
  // What was read from broken YAML is a guess, and complaints about it would hide what is broken.
  const wrong = broken.length > 0 ? broken : reader.problems;
  if (wrong.length > 0) return { ...read, spec: null, problems: wrong };
  const spec = value as ExperimentSpec;
  const dictionaries = namedDictionaries(spec);
  const choice = { ...read.choice, ...(dictionaries.length > 0 ? { dictionaries } : {}) };
  const problems = crossChecks(spec, read);
  const isBroken = problems.some(({ severity }) => severity === 'error');
  return { ...read, choice, spec: isBroken ? null : spec, problems };
}

function chosen(value: unknown): ReadExperiment['choice'] {
  const { model, dictionaries } = isJsonObject(value) ? value : {};
  const names = Array.isArray(dictionaries) ? dictionaries.filter((name) => typeof name === 'string') : [];
  return {
    ...(typeof model === 'string' ? { model } : {}),
    ...(names.length > 0 ? { dictionaries: names } : {}),
  };
}

/** The runs of what was read, be the rest of it as it may. */
function outline(value: unknown, locate: Locate): NamedSpan[] {
  const runs = isJsonObject(value) ? value['runs'] : null;
  if (!Array.isArray(runs)) return [];
  return runs.flatMap((run: unknown, i) => {
    const name = isJsonObject(run) ? (run['name'] ?? EXPERIMENT_KINDS.find((kind) => kind in run)) : null;
    return typeof name === 'string' ? [{ name, range: locate(['runs', i]) }] : [];
  });
}

function located(places: Places, path: Path): Span {
  for (let length = path.length; length >= 0; length--) {
    const place = places.at(path.slice(0, length));
    if (place) return place.value;
  }
  return { start: 0, end: 0 };
}
