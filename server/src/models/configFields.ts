/** Reading config.json with a family's defaults and within bounds that no real model leaves. */
import { FileFormatError } from '../formats/errors';
import {
  field,
  type JsonObject,
  readOptionalBoolean,
  readOptionalCount,
  readOptionalList,
  readOptionalNumber,
  readOptionalString,
} from '../formats/json';
import { activations } from './layers';

/** More layers than this would be described before the first missing tensor is noticed. */
const MOST_LAYERS = 10_000;
const LONGEST_HEAD = 65_536;
const LARGEST_DIMENSION = 2 ** 31 - 1;

/** The fields of one config.json. Every method throws a FileFormatError that names the file when a value cannot be. */
export class ConfigFields {
  constructor(
    readonly config: JsonObject,
    readonly file: string,
  ) {}

  /** True where the file says something about the field, be it null. */
  says(key: string): boolean {
    return Object.hasOwn(this.config, key);
  }

  /** A whole number from 1 on; null where the file does not say. */
  optionalDimension(key: string, most: number = LARGEST_DIMENSION): number | null {
    const value = readOptionalCount(this.config, key, this.file);
    if (value === null || (value >= 1 && value <= most)) return value;
    this.refuse(`"${key}" is ${value}, and from 1 to ${most} are possible`);
  }

  dimension(key: string, otherwise: number): number {
    return this.optionalDimension(key) ?? otherwise;
  }

  layers(key: string, otherwise: number): number {
    return this.optionalDimension(key, MOST_LAYERS) ?? otherwise;
  }

  number(key: string, otherwise: number): number {
    return readOptionalNumber(this.config, key, this.file) ?? otherwise;
  }

  /** Above 0, such as the epsilon of a norm. */
  positive(key: string, otherwise: number): number {
    const value = this.number(key, otherwise);
    if (value > 0) return value;
    this.refuse(`"${key}" must be above 0, found ${value}`);
  }

  /** Above 0, or null where the file says null; `otherwise` only where it says nothing. */
  positiveOrNull(key: string, otherwise: number | null): number | null {
    if (!this.says(key)) return otherwise;
    return field(this.config, key) === undefined ? null : this.positive(key, 0);
  }

  /** A whole number from 1 on, or null where the file says null; `otherwise` only where it says nothing. */
  dimensionOrNull(key: string, otherwise: number | null): number | null {
    return this.says(key) ? this.optionalDimension(key) : otherwise;
  }

  flag(key: string, otherwise: boolean): boolean {
    return readOptionalBoolean(this.config, key, this.file) ?? otherwise;
  }

  text(key: string): string | null {
    return readOptionalString(this.config, key, this.file);
  }

  list(key: string): readonly unknown[] | null {
    return readOptionalList(this.config, key, this.file);
  }

  /** The name of an activation function that is computed. */
  activation(key: string, otherwise: string): string {
    const name = this.text(key) ?? otherwise;
    if (Object.hasOwn(activations, name)) return name;
    const known = Object.keys(activations).join(', ');
    throw new FileFormatError(this.file, `${key} "${name}" is not known`, `Known are ${known}`);
  }

  /** The width of a head: what the file says, else `otherwise`, else an equal part of the residual stream for each. */
  headWidth(dModel: number, heads: number, key: string, otherwise: number | null): number {
    const said = this.optionalDimension(key, LONGEST_HEAD) ?? otherwise;
    if (said !== null) return said;
    const width = dModel / heads;
    if (!Number.isInteger(width)) this.refuse(`the width ${dModel} cannot be shared by ${heads} heads`);
    if (width > LONGEST_HEAD) this.refuse(`heads of width ${width} are larger than any model has`);
    return width;
  }

  /** How many heads have keys and values of their own: a divisor of all. */
  keyValueHeads(key: string, heads: number, otherwise: number): number {
    const kvHeads = this.dimensionOrNull(key, otherwise) ?? heads;
    if (heads % kvHeads === 0) return kvHeads;
    this.refuse(`${heads} heads cannot share the keys and values of ${kvHeads}`);
  }

  refuse(reason: string, cure = 'Correct the file'): never {
    throw new FileFormatError(this.file, reason, cure);
  }
}
