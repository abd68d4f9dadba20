import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FileFormatError } from '../formats/errors';
import {
  asObject,
  describe,
  field,
  type JsonObject,
  readJsonObjectFile,
  readList,
  readOptionalCount,
  readOptionalNumber,
  readOptionalString,
  readString,
} from '../formats/json';

/** A label that came with a dictionary, and how well it was measured to predict the feature; null where it was not measured. */
export interface DictionaryLabel {
  readonly label: string;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** The activation above which the label was measured to hold. */
  readonly threshold: number | null;
  /** The property of the text that the label stands for. */
  readonly tag: string | null;
}

const largestFile = 50_000_000;
/** A label is a line to read, not a document. */
export const longestLabel = 2_000;
const cure = 'Correct the file, or remove it to go on without labels';

/**
 * The labels in `labels.json` beside a dictionary, by feature; none when there is no such file.
 * @throws FileFormatError when the file is there and damaged.
 */
export function readDictionaryLabels(folder: string): ReadonlyMap<number, DictionaryLabel> {
  const file = join(folder, 'labels.json');
  const labels = new Map<number, DictionaryLabel>();
  if (!existsSync(file)) return labels;
  const content = readJsonObjectFile(file, largestFile);
  checkVersion(content, file);
  for (const value of readList(content, 'labels', file)) {
    const entry = asObject(value, 'a label', file);
    const feature = readOptionalCount(entry, 'feature', file);
    if (feature === null) throw new FileFormatError(file, 'a label names no feature', cure);
    if (labels.has(feature)) throw new FileFormatError(file, `feature ${feature} has two labels`, cure);
    labels.set(feature, readLabel(entry, file));
  }
  return labels;
}

/** @throws FileFormatError when the file is not of version 1. */
export function checkVersion(content: JsonObject, file: string): void {
  const version = field(content, 'version');
  if (version === 1) return;
  const reason = `its version is ${describe(version)} and only version 1 is known`;
  throw new FileFormatError(file, reason, 'Update Featurescope, or correct the file');
}

/** @throws FileFormatError when the text is not a label. */
export function readLabelText(entry: JsonObject, file: string): string {
  const label = readString(entry, 'label', file);
  if (label.length <= longestLabel) return label;
  throw new FileFormatError(file, `a label has ${label.length} characters, more than ${longestLabel}`, cure);
}

function readLabel(entry: JsonObject, file: string): DictionaryLabel {
  return {
    label: readLabelText(entry, file),
    precision: readFraction(entry, 'precision', file),
    recall: readFraction(entry, 'recall', file),
    f1: readFraction(entry, 'f1', file),
    threshold: readOptionalNumber(entry, 'threshold', file),
    tag: readOptionalString(entry, 'tag', file),
  };
}

function readFraction(entry: JsonObject, key: string, file: string): number | null {
  const value = readOptionalNumber(entry, key, file);
  if (value === null || (value >= 0 && value <= 1)) return value;
  throw new FileFormatError(file, `"${key}" is ${value}, not between 0 and 1`, cure);
}
