/** The text of an experiment file -> what it says, what is wrong in it, and where everything stands. */
import type { ExperimentSpec } from '../../../../protocol/experimentSpec';
import type { Span } from '../../../../protocol/method';
import { crossChecks } from './crossChecks';
import { experiment } from './fields';
import { type Locate, type Path, Places } from './place';
import type { Problem } from './problems';
import { runName } from './runs';
import { SpecReader } from './specReader';
import { parseYaml } from './yamlText';

export interface NamedSpan {
  readonly name: string;
  readonly range: Span;
}

export interface ReadExperiment {
  readonly text: string;
  /** Null when there are errors. */
  readonly spec: ExperimentSpec | null;
  readonly problems: readonly Problem[];
  /** The runs of the file in order, UTF-16 offsets; empty while there are errors. */
  readonly runs: readonly NamedSpan[];
  readonly places: Places;
  readonly locate: Locate;
}

/** Reads an experiment. Never throws; a file with errors has no spec. */
export function readExperiment(text: string): ReadExperiment {
  const { document, problems: broken } = parseYaml(text);
  if (!document) return unread(text, broken);
  const reader = new SpecReader(document, text);
  const value = reader.read(experiment);
  const { places } = reader;
  const locate: Locate = (path) => located(places, path);
  // What was read from broken YAML is a guess, and complaints about it would hide what is broken.
  if (broken.length > 0) return { text, spec: null, problems: broken, runs: [], places, locate };
  if (value === undefined) return { text, spec: null, problems: reader.problems, runs: [], places, locate };
  const spec = value as ExperimentSpec;
  const problems = crossChecks(spec, locate);
  const runs = spec.runs.map((run, i) => ({ name: runName(run), range: locate(['runs', i]) }));
  const isBroken = problems.some(({ severity }) => severity === 'error');
  return { text, spec: isBroken ? null : spec, problems, runs, places, locate };
}

function unread(text: string, problems: readonly Problem[]): ReadExperiment {
  return { text, spec: null, problems, runs: [], places: new Places(), locate: () => ({ start: 0, end: 0 }) };
}

function located(places: Places, path: Path): Span {
  for (let length = path.length; length >= 0; length--) {
    const place = places.at(path.slice(0, length));
    if (place) return place.value;
  }
  return { start: 0, end: 0 };
}
