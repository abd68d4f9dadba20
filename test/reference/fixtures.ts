import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A tensor of a fixture, row-major. Sizes are as in `run`: no batch axis. */
export interface ReferenceTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type ReferenceTensors = ReadonlyMap<string, ReferenceTensor>;

/** index.json of a model fixture (test/reference/README.md). File names are relative to the fixture's folder. */
export interface ModelFixture {
  readonly description: string;
  /** Checkpoint folder in Hugging Face layout. */
  readonly model: string;
  readonly sequences: readonly { name: string; tokens: number[]; activations: string }[];
  readonly gradients: readonly MetricFixture[];
  readonly weightGradients: readonly MetricFixture[];
}

/** Gradients of one metric (command-line grammar, `logit_diff:7,280@8`) on the sequence of that name. */
export interface MetricFixture {
  readonly sequence: string;
  readonly metric: string;
  readonly value: number;
  readonly file: string;
}

/** index.json of `gpt2-tiny`, which has more than the others. */
export interface TinyFixture extends ModelFixture {
  /** The same checkpoint in several files with an index. */
  readonly sharded: string;
  /** JSON: `{text, ids}[]` for the tokenizer beside the checkpoint. */
  readonly tokenizerCases: string;
  readonly greedy: { readonly prompt: number[]; readonly continuation: number[] };
  readonly interventions: {
    readonly sequence: string;
    readonly metric: string;
    /** File of the tensors that edits name by `value`. */
    readonly values: string;
    readonly runs: readonly { name: string; edits: readonly EditFixture[]; file: string }[];
  };
  readonly splices: {
    readonly sequence: string;
    readonly metric: string;
    /** `dictionary` is a folder of the dictionary fixtures, `feature` the one that was ablated. */
    readonly runs: readonly { dictionary: string; feature: number; file: string }[];
  };
}

/** One change of an activation. Without head, position or index (of the last axis) it covers that whole axis. */
export interface EditFixture {
  readonly hook: string;
  readonly op: 'ablate' | 'replace' | 'add' | 'scale';
  readonly head?: number;
  readonly position?: number;
  readonly index?: number;
  readonly factor?: number;
  readonly value?: string;
}

/** One dictionary folder under `dictionaries/` and the file of what it computes. */
export interface DictionaryFixture {
  readonly folder: string;
  readonly expected: string;
  /** The constant of `expected_average_only_in`, where one was given. */
  readonly normFactor: number | null;
  readonly kind: string;
}

/** Absolute path inside `test/reference/fixtures`. */
export function fixturePath(...parts: string[]): string {
  return join(import.meta.dirname, 'fixtures', ...parts);
}

/** index.json of the model fixture `name`. */
export function modelFixture(name: string): ModelFixture {
  return JSON.parse(readFileSync(fixturePath(name, 'index.json'), 'utf8')) as ModelFixture;
}

export function tinyFixture(): TinyFixture {
  return modelFixture('gpt2-tiny') as TinyFixture;
}

export function dictionaryFixtures(): readonly DictionaryFixture[] {
  const text = readFileSync(fixturePath('dictionaries', 'index.json'), 'utf8');
  return (JSON.parse(text) as { dictionaries: DictionaryFixture[] }).dictionaries;
}

/** The tokens of one of a fixture's sequences; throws when there is none of that name. */
export function tokensOf(fixture: ModelFixture, sequence: string): number[] {
  const found = fixture.sequences.find(({ name }) => name === sequence);
  if (!found) throw new Error(`No sequence ${sequence} in the fixture (${fixture.description})`);
  return found.tokens;
}

/**
 * All tensors of a float32 safetensors file. On purpose not the product's reader, which is among what the fixtures test:
 * eight bytes of header length, the header's JSON, then the data.
 */
export function readTensors(...path: string[]): ReferenceTensors {
  return tensorsIn(fixturePath(...path));
}

/** As `readTensors`, of any file. */
export function tensorsIn(path: string): ReferenceTensors {
  const file = readFileSync(path);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<string, Entry>;
  const tensors = new Map<string, ReferenceTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (entry.dtype !== 'F32') throw new Error(`${path}: ${name} is ${entry.dtype}, not F32`);
    const [from, to] = entry.data_offsets;
    const bytes = new Uint8Array(file.subarray(start + from, start + to));
    tensors.set(name, { shape: entry.shape, data: new Float32Array(bytes.buffer) });
  }
  return tensors;
}

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}
