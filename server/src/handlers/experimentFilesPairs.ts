/** The JSON-lines file of prompts that an experiment file names: whether it is there, and holds pairs. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkPairFileName, readPairs } from '../experiments/lab/pairFile';
import { Refusal } from '../experiments/lab/refusal';
import { failure, type Problem } from '../experiments/spec/problems';
import type { ReadExperiment } from '../experiments/spec/readSpec';
import { FileFormatError } from '../formats/errors';
import { readTextFile } from '../formats/json';
import { filePathOf } from '../store/fileUris';

/** Larger files are read when the experiment is run, in bytes. */
const LARGEST = 2_000_000;

/** What is wrong with the file of prompts, at the place that names it. */
export function pairFileProblems(uri: string, { spec, locate }: ReadExperiment): Problem[] {
  const path = filePathOf(uri);
  if (typeof spec?.prompts !== 'string' || path === null) return [];
  const reason = whyUnusable(dirname(path), spec.prompts);
  return reason === null ? [] : [failure('unknown-name', locate(['prompts']), reason)];
}

function whyUnusable(folder: string, name: string): string | null {
  try {
    const file = join(folder, checkPairFileName(name));
    if (!existsSync(file))
      return `There is no file ${name} beside this one: write one pair of prompts a line into it.`;
    if (statSync(file).size <= LARGEST) readPairs(readTextFile(file, LARGEST), name);
    return null;
  } catch (error) {
    if (error instanceof Refusal || error instanceof FileFormatError) return `${error.message}.`;
    throw error;
  }
}
