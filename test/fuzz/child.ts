/**
 * Reads damaged files of one format, one after the other, in a process of its own: `child.js FORMAT SEED FROM TO FOLDER`.
 * Says which mutation begins before it begins, so that whoever watches can name the one that never ends.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { inspect } from 'node:util';
import type { Format, Sample } from './format';
import { formats } from './formats';
import { isPolluted, wrongWithError } from './judge';
import { mutant } from './mutate';
import { Random } from './random';
import type { Finding, Report } from './report';
import { brokenFormats } from './testing/brokenFormats';

/** Further ones of one kind say nothing new. */
const MOST_FINDINGS = 10;

interface Task {
  readonly format: Format;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly folder: string;
}

async function main(): Promise<void> {
  const task = taskOf(process.argv.slice(2));
  const samples = task.format.samples(task.folder);
  for (const sample of samples) await readUnharmed(sample, task.folder);
  const findings: Finding[] = [];
  const tally = { taken: 0, refused: 0 };
  for (let mutation = task.from; mutation < task.to && findings.length < MOST_FINDINGS; mutation++) {
    say(mutation);
    const outcome = await readMutant(samples, mutation, task);
    if (typeof outcome === 'string') tally[outcome]++;
    else if (!findings.some(({ detail }) => placeOf(detail) === placeOf(outcome.detail))) {
      findings.push(outcome);
      say({ finding: outcome });
    }
  }
  say({ done: tally });
}

function taskOf([name, seed, from, to, folder]: readonly string[]): Task {
  const format = [...formats, ...brokenFormats].find((each) => each.name === name);
  if (!format || folder === undefined) throw new Error(`There is no format ${String(name)}, or no folder.`);
  return { format, seed: Number(seed), from: Number(from), to: Number(to), folder };
}

/** Good samples must be read, since their mutants would tell nothing otherwise, and bad ones refused. */
async function readUnharmed(sample: Sample, folder: string): Promise<void> {
  mkdirSync(dirname(sample.file), { recursive: true });
  for (const { bytes, wrap } of sample.parts) {
    writeFileSync(sample.file, wrap ? wrap(bytes) : bytes);
    if (!sample.isBad) await sample.read();
    else if (!(await isRefused(sample, folder))) throw new Error(`The bad sample ${sample.name} was read.`);
  }
}

async function isRefused(sample: Sample, folder: string): Promise<boolean> {
  try {
    await sample.read();
    return false;
  } catch (error) {
    if (wrongWithError(error, folder) === null) return true;
    throw error;
  }
}

async function readMutant(
  samples: readonly Sample[],
  mutation: number,
  { seed, folder }: Task,
): Promise<'taken' | 'refused' | Finding> {
  const random = new Random(seed, mutation);
  const sample = random.pick(samples);
  overwrite(sample.file, mutant(sample, random.pick(samples), random));
  const finding = (wrong: string, error: unknown): Finding => ({
    mutation,
    sample: sample.name,
    wrong,
    detail: inspect(error, { depth: 3 }),
  });
  try {
    await sample.read();
    return isPolluted() ? finding('it changed what all objects inherit', null) : 'taken';
  } catch (error) {
    const wrong = isPolluted() ? 'it changed what all objects inherit' : wrongWithError(error, folder);
    return wrong === null ? 'refused' : finding(wrong, error);
  }
}

/** Writes over what is there: some file systems wait for the disk when a file is emptied and written anew. */
function overwrite(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, 0);
  ftruncateSync(descriptor, bytes.length);
  closeSync(descriptor);
}

/** Two errors from one line are one finding. */
function placeOf(detail: string): string {
  const at = /^\s+at .*$/m.exec(detail)?.[0];
  return at ?? detail.slice(0, 60);
}

/** Written at once, whatever comes after. */
function say(report: Report): void {
  writeSync(1, `${JSON.stringify(report)}\n`);
}

void main();
