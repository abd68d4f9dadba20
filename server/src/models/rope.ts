/**
 * Frequencies of rotary position embedding (Su et al., arXiv 2104.09864) as config.json spells them.
 * Formulas and precedence of fields: transformers, `modeling_rope_utils.py` (5.18).
 */
import { FileFormatError } from '../formats/errors';
import {
  field,
  type JsonObject,
  readNumber,
  readOptionalNumber,
  readOptionalObject,
  readOptionalString,
} from '../formats/json';
import type { Rotary } from './decoder/decoder';

/** A field of config.json and its value where the file does not say. */
export interface FieldWithDefault {
  readonly field: string;
  readonly otherwise: number;
}

/** What a family's rotary embedding is, before config.json is asked. */
export interface RopeKind {
  /** Width of a head. */
  readonly dHead: number;
  /** `max_position_embeddings`. Dynamic scaling begins beyond it, so within it there is none. */
  readonly context: number;
  /** The base of older files, beside their `rope_scaling`. */
  readonly theta: FieldWithDefault;
  /** Which part of a head turns, in families where that may be less than all of it. */
  readonly part?: FieldWithDefault;
  /** How many lengths of a head turn, where the family says it so. */
  readonly turned?: number;
}

/**
 * The rotary embedding of config.json: `rope_parameters` (transformers 5), or `rope_scaling` beside a field for the base (before).
 * @throws FileFormatError for scalings that are not computed, and for numbers that cannot be
 */
export function readRotary(config: JsonObject, kind: RopeKind, file: string): Rotary {
  return rotaryOf(ropeParameters(config, file), config, kind, file);
}

/** `rope_scaling` goes before `rope_parameters` where a file has both; an empty one counts as none. */
function ropeParameters(config: JsonObject, file: string): JsonObject {
  const scaling = readOptionalObject(config, 'rope_scaling', file);
  if (scaling && Object.keys(scaling).length > 0) return scaling;
  return readOptionalObject(config, 'rope_parameters', file) ?? {};
}

/** The rotary embedding of one object of parameters; what it lacks comes from `config`, then from `kind`. */
export function rotaryOf(parameters: JsonObject, config: JsonObject, kind: RopeKind, file: string): Rotary {
  const theta =
    readOptionalNumber(parameters, 'rope_theta', file) ??
    readOptionalNumber(config, kind.theta.field, file) ??
    kind.theta.otherwise;
  positive(theta, 'the base of the rotary embedding', file);
  const plain = defaultFrequencies(theta, rotaryWidth(parameters, config, kind, file));
  return { style: 'halves', frequencies: scaled(plain, parameters, config, kind, file) };
}

function rotaryWidth(parameters: JsonObject, config: JsonObject, kind: RopeKind, file: string): number {
  const { dHead, part, turned } = kind;
  const partial =
    readOptionalNumber(parameters, 'partial_rotary_factor', file) ??
    (part ? (readOptionalNumber(config, part.field, file) ?? part.otherwise) : 1);
  const width = turned ?? Math.trunc(dHead * partial);
  if (!part && partial !== 1) {
    const reason = `partial_rotary_factor is ${partial}, but in this family whole heads turn`;
    throw new FileFormatError(file, reason, 'Correct the file');
  }
  if (width < 2 || width > dHead || width % 2 !== 0) {
    const reason = `the rotary embedding would turn ${width} of ${dHead} lengths of a head, which are no pairs`;
    throw new FileFormatError(file, reason, 'Check partial_rotary_factor, head_dim and the number of heads');
  }
  return width;
}

/**
 * theta^(-2i/width) for each pair i, rounded to float32 at each step as transformers computes it, because rounding errors grow
 * with the position.
 */
export function defaultFrequencies(theta: number, width: number): number[] {
  return Array.from({ length: width / 2 }, (_, i) =>
    Math.fround(1 / Math.fround(theta ** Math.fround((2 * i) / width))),
  );
}

function scaled(
  plain: number[],
  parameters: JsonObject,
  config: JsonObject,
  kind: RopeKind,
  file: string,
): number[] {
  const type =
    readOptionalString(parameters, 'rope_type', file) ??
    readOptionalString(parameters, 'type', file) ??
    'default';
  switch (type) {
    case 'default':
    case 'dynamic':
      return plain;
    case 'linear': {
      const factor = readFactor(parameters, 'factor', file);
      return plain.map((frequency) => Math.fround(frequency / factor));
    }
    case 'llama3':
      return llama3(plain, readLlama3(parameters, config, kind, file));
    default:
      throw new FileFormatError(
        file,
        `its rotary embedding is scaled by "${type}", which is not computed`,
        'Computed are default, linear, llama3, and dynamic within max_position_embeddings',
      );
  }
}

interface Llama3Scaling {
  readonly factor: number;
  readonly lowFactor: number;
  readonly highFactor: number;
  readonly original: number;
}

/** The original context may stand beside the parameters, and then goes before theirs. */
function readLlama3(parameters: JsonObject, config: JsonObject, kind: RopeKind, file: string): Llama3Scaling {
  const key = 'original_max_position_embeddings';
  const holder = field(config, key) === undefined ? parameters : config;
  const lowFactor = readFactor(parameters, 'low_freq_factor', file);
  const highFactor = readFactor(parameters, 'high_freq_factor', file);
  if (highFactor <= lowFactor) {
    const reason = `high_freq_factor ${highFactor} is not above low_freq_factor ${lowFactor}`;
    throw new FileFormatError(file, reason, 'Correct the file');
  }
  const original = readOptionalNumber(holder, key, file) ?? kind.context;
  positive(original, key, file);
  return { factor: readFactor(parameters, 'factor', file), lowFactor, highFactor, original };
}

/** Long wavelengths are stretched, short ones kept, those between blended (Llama 3.1; transformers `_compute_llama3_parameters`). */
function llama3(plain: readonly number[], scaling: Llama3Scaling): number[] {
  const { factor, lowFactor, highFactor, original } = scaling;
  return plain.map((frequency) => {
    const turns = (original * frequency) / (2 * Math.PI);
    if (turns < lowFactor) return Math.fround(frequency / factor);
    if (turns > highFactor) return frequency;
    const kept = (turns - lowFactor) / (highFactor - lowFactor);
    return Math.fround(((1 - kept) * frequency) / factor + kept * frequency);
  });
}

function readFactor(parameters: JsonObject, key: string, file: string): number {
  const value = readNumber(parameters, key, file);
  positive(value, key, file);
  return value;
}

function positive(value: number, what: string, file: string): void {
  if (value > 0) return;
  throw new FileFormatError(file, `${what} must be above 0, found ${value}`, 'Correct the file');
}
