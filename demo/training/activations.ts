import type { Tokenizer } from '../../server/src/tokenizers/tokenizer';
import { trainDocuments } from '../corpus/generate';
import { packWindow, type Window } from '../corpus/windows';
import type { ModelRunner } from '../evaluation/modelRunner';
import { hashText, Random } from '../random';
import { dModel } from './modelSetup';
import type { Progress } from './progress';

/** Windows of one run of the model. */
const batch = 8;

/** Activations of one hook point, row-major [rows, dModel]. BOS is left out: its norm is that of nothing else. */
export interface Activations {
  readonly rows: number;
  readonly byHook: ReadonlyMap<string, Float32Array>;
}

/** Windows of training text, the same for the same purpose and seed. */
export function trainingWindows(tokenizer: Tokenizer, seed: string, count: number, length: number): Window[] {
  const documents = trainDocuments(hashText(`documents ${seed}`));
  const random = new Random(hashText(`windows ${seed}`));
  return Array.from({ length: count }, () => packWindow(documents, tokenizer, random, length));
}

/** Runs windows through the model and keeps what it captures at every position but those of BOS. */
export async function collectActivations(
  runner: ModelRunner,
  hooks: readonly string[],
  windows: readonly Window[],
  bos: number,
  length: number,
  progress?: Progress,
): Promise<Activations> {
  const capacity = windows.length * length * dModel;
  const byHook = new Map(hooks.map((hook) => [hook, new Float32Array(capacity)]));
  let rows = 0;
  for (let from = 0; from < windows.length; from += batch) {
    const ids = windows.slice(from, from + batch).map((window) => window.ids);
    const { captured } = await runner.run(ids);
    const kept = keptPositions(ids, bos, length);
    for (const hook of hooks) copyRows(captured.get(hook)!, kept, byHook.get(hook)!, rows);
    rows += kept.length;
    progress?.report(Math.min(from + batch, windows.length), `${rows} positions`);
  }
  return { rows, byHook };
}

/** Indices into [window, position] where the token is not BOS. */
export function keptPositions(windows: readonly Int32Array[], bos: number, length: number): number[] {
  return windows.flatMap((ids, row) =>
    Array.from(ids.subarray(0, length)).flatMap((id, position) =>
      id === bos ? [] : [row * length + position],
    ),
  );
}

function copyRows(from: Float32Array, kept: readonly number[], to: Float32Array, start: number): void {
  kept.forEach((row, i) => {
    to.set(from.subarray(row * dModel, (row + 1) * dModel), (start + i) * dModel);
  });
}
