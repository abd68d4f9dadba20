import { basename, dirname, join } from 'node:path';
import type { ExperimentSpec, PromptPair } from '../../../protocol/experimentSpec';
import type { ExperimentResult } from '../../../protocol/experiments';
import { measuredWords } from '../../../protocol/outcomes';
import { pairsOf, titleOf } from '../experiments/lab/experiment';
import { namedDictionaries, needsTokenizer, usesDictionaries } from '../experiments/lab/needs';
import { checkPairFileName, readPairs } from '../experiments/lab/pairFile';
import { resultText } from '../experiments/lab/resultText';
import { readExperiment } from '../experiments/spec/readSpec';
import { writeTextAtomically } from '../formats/atomicFile';
import { readTextFile } from '../formats/json';
import { openLaboratory, perform } from './laboratory';
import { demoPlaces, type DictionaryPlace, dictionaryPlaces } from './places';
import { experimentSummary } from './resultSummary';
import type { CommandContext } from './session';
import { CommandError, ExpectationsFailed, UsageError } from './usage';

/** Larger files of prompts are refused: every pair is run. */
const LARGEST_PAIRS = 50_000_000;

/** `experiment`: everything that an experiment file says, and whether it came out as expected. */
export async function experiment(context: CommandContext): Promise<string | null> {
  const { options } = context;
  const [file, ...others] = options.words;
  if (file === undefined || others.length > 0)
    throw new UsageError(`${options.command} takes one experiment file`);
  const spec = readSpec(file);
  const base = dirname(file);
  const pairs = pairsIn(spec, base);
  const lab = await openLaboratory(context, {
    model: spec.model ?? 'demo',
    base,
    dictionaries: placesOf(spec, base),
    needsTokenizer: needsTokenizer(spec, pairs),
  });
  const result = await perform(context, file, lab, spec, pairs);
  return answer(context, file, { ...result, title: titleOf(spec, basename(file)) });
}

/** Writes what was computed; then says what failed. @throws CommandError, ExpectationsFailed */
function answer({ options }: CommandContext, file: string, result: ExperimentResult): string | null {
  const out = options.text('out');
  const failed = result.runs.find(({ state }) => state !== 'complete');
  const hasNumbers = result.runs.some(({ done }) => done > 0);
  if (out !== null && (!failed || hasNumbers)) writeTextAtomically(out, resultText(result));
  if (failed) throw new CommandError(`${file}, run ${failed.name}`, failed.message ?? 'it was not finished');
  const output = options.flag('json')
    ? JSON.stringify(result)
    : out === null
      ? experimentSummary(result)
      : null;
  const broken = result.expectations.filter(({ holds }) => !holds);
  if (broken.length === 0) return output;
  throw new ExpectationsFailed(
    output,
    broken.map((outcome) => `${outcome.clause}: ${measuredWords(outcome)}`),
  );
}

function readSpec(file: string): ExperimentSpec {
  const text = readTextFile(file);
  const { spec, problems } = readExperiment(text);
  if (spec) return spec;
  const [first] = problems.filter(({ severity }) => severity === 'error');
  const line = text.slice(0, first?.start ?? 0).split('\n').length;
  throw new CommandError(`${file}:${line}`, first?.message ?? 'it is no experiment');
}

function pairsIn(spec: ExperimentSpec, base: string): readonly PromptPair[] {
  if (typeof spec.prompts !== 'string') return pairsOf(spec);
  const path = join(base, checkPairFileName(spec.prompts));
  return readPairs(readTextFile(path, LARGEST_PAIRS), basename(path));
}

/** The named dictionaries; the demo's own where a run needs some and none is named. */
function placesOf(spec: ExperimentSpec, base: string): DictionaryPlace[] {
  const named = namedDictionaries(spec);
  if (named.length > 0) return dictionaryPlaces(named, base);
  return (spec.model ?? 'demo') === 'demo' && usesDictionaries(spec) ? demoPlaces() : [];
}
