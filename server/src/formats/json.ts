import { FileFormatError, fileError } from './errors';
import { readRange, withRegularFile } from './regularFile';

/** A JSON object whose fields have not been checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Larger configuration files than this are refused unless the caller allows more. */
export const defaultJsonLimit = 10_000_000;

function readAtMost(file: string, maxBytes: number): Uint8Array {
  return withRegularFile(file, (descriptor, { size }) => {
    if (size > maxBytes) {
      const reason = `it has ${size} bytes and at most ${maxBytes} are read`;
      throw new FileFormatError(file, reason, 'Check that this is the right file');
    }
    return readRange(file, descriptor, 0, size);
  });
}

/**
 * A whole UTF-8 text file of at most `maxBytes`; a byte order mark is dropped.
 * @throws FileFormatError when it is missing, too large, not a file or not UTF-8.
 */
export function readTextFile(file: string, maxBytes: number = defaultJsonLimit): string {
  let bytes: Uint8Array;
  try {
    bytes = readAtMost(file, maxBytes);
  } catch (error) {
    throw fileError(file, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new FileFormatError(file, 'it is not UTF-8 text', 'Download or save it again', { cause: error });
  }
}

/** Parses JSON text. @throws FileFormatError that names `file`. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw new FileFormatError(file, `it is not valid JSON (${why})`, 'Download or save it again', {
      cause: error,
    });
  }
}

/**
 * Reads a JSON file of at most `maxBytes`; a byte order mark is tolerated.
 * @throws FileFormatError when it is missing, too large, not UTF-8 or not JSON.
 */
export function readJsonFile(file: string, maxBytes: number = defaultJsonLimit): unknown {
  return parseJson(readTextFile(file, maxBytes), file);
}

/** Reads a JSON file that must hold an object. @throws FileFormatError */
export function readJsonObjectFile(file: string, maxBytes: number = defaultJsonLimit): JsonObject {
  return asObject(readJsonFile(file, maxBytes), 'the file', file);
}

/** True for an object that is neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; `what` names it in the error. @throws FileFormatError */
export function asObject(value: unknown, what: string, file: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new FileFormatError(
    file,
    `${what} must be a JSON object, found ${describe(value)}`,
    'Correct the file',
  );
}

/** A short description of a JSON value for error messages. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}

/** The field itself, never something inherited; null counts as absent. */
export function field(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

function wrongField(key: string, wanted: string, found: unknown, file: string): FileFormatError {
  return new FileFormatError(
    file,
    `"${key}" must be ${wanted}, found ${describe(found)}`,
    'Correct the file',
  );
}

/** A finite number, or null when the field is absent or null. @throws FileFormatError */
export function readOptionalNumber(object: JsonObject, key: string, file: string): number | null {
  const value = field(object, key);
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrongField(key, 'a number', value, file);
}

/** A finite number. @throws FileFormatError */
export function readNumber(object: JsonObject, key: string, file: string): number {
  return required(readOptionalNumber(object, key, file), key, 'a number', file);
}

/** An integer >= 0, or null when the field is absent or null. @throws FileFormatError */
export function readOptionalCount(object: JsonObject, key: string, file: string): number | null {
  const value = field(object, key);
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrongField(key, 'a whole number, 0 or more', value, file);
}

/** An integer >= 1, such as a dimension. @throws FileFormatError */
export function readDimension(object: JsonObject, key: string, file: string): number {
  const value = readOptionalCount(object, key, file);
  if (value !== null && value >= 1) return value;
  throw wrongField(key, 'a whole number, 1 or more', field(object, key), file);
}

/** A string, or null when the field is absent or null. @throws FileFormatError */
export function readOptionalString(object: JsonObject, key: string, file: string): string | null {
  const value = field(object, key);
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  throw wrongField(key, 'a text', value, file);
}

/** A string. @throws FileFormatError */
export function readString(object: JsonObject, key: string, file: string): string {
  return required(readOptionalString(object, key, file), key, 'a text', file);
}

/** A boolean, or null when the field is absent or null. @throws FileFormatError */
export function readOptionalBoolean(object: JsonObject, key: string, file: string): boolean | null {
  const value = field(object, key);
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value;
  throw wrongField(key, 'true or false', value, file);
}

/** An object, or null when the field is absent or null. @throws FileFormatError */
export function readOptionalObject(object: JsonObject, key: string, file: string): JsonObject | null {
  const value = field(object, key);
  return value === undefined ? null : asObject(value, `"${key}"`, file);
}

/** An object. @throws FileFormatError */
export function readObject(object: JsonObject, key: string, file: string): JsonObject {
  return asObject(field(object, key), `"${key}"`, file);
}

/** A list, or null when the field is absent or null. @throws FileFormatError */
export function readOptionalList(object: JsonObject, key: string, file: string): readonly unknown[] | null {
  const value = field(object, key);
  if (value === undefined) return null;
  if (Array.isArray(value)) return value as readonly unknown[];
  throw wrongField(key, 'a list', value, file);
}

/** A list. @throws FileFormatError */
export function readList(object: JsonObject, key: string, file: string): readonly unknown[] {
  return required(readOptionalList(object, key, file), key, 'a list', file);
}

function required<T>(value: T | null, key: string, wanted: string, file: string): T {
  if (value === null) throw wrongField(key, wanted, undefined, file);
  return value;
}
