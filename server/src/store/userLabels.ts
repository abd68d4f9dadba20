import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeTextAtomically } from '../formats/atomicFile';
import { FileFormatError, fileError } from '../formats/errors';
import { asObject, describe, readJsonObjectFile, readObject, readOptionalString } from '../formats/json';
import { withFileLock } from './fileLock';
import { checkVersion, longestLabel, readLabelText } from './labels';

/** What the user wrote about a feature. */
export interface UserLabel {
  readonly label: string;
  readonly note?: string;
}

/** Dictionary name to feature to the user's label. */
export type UserLabels = ReadonlyMap<string, ReadonlyMap<number, UserLabel>>;
type EditableLabels = Map<string, Map<number, UserLabel>>;

const largestFile = 50_000_000;

/** Where a workspace keeps the user's own labels. */
export function userLabelsFile(workspaceFolder: string): string {
  return join(workspaceFolder, '.featurescope', 'labels.json');
}

/**
 * The user's labels in a workspace; none when nothing has been written yet.
 * @throws FileFormatError when the file is there and damaged.
 */
export function readUserLabels(workspaceFolder: string): UserLabels {
  requireOwnFolder(workspaceFolder);
  return readLabels(userLabelsFile(workspaceFolder));
}

/**
 * Writes one label, or removes it with null, and returns all labels as they are then on disk. Reads the file again under a lock,
 * so that two windows on one workspace keep each other's labels. A damaged file is left as it is.
 * @throws FileFormatError when the file is damaged or cannot be written.
 * @throws RangeError for a feature that is not a whole number >= 0 or a label that is empty or too long.
 */
export async function setUserLabel(
  workspaceFolder: string,
  dictionary: string,
  feature: number,
  label: UserLabel | null,
): Promise<UserLabels> {
  if (!Number.isSafeInteger(feature) || feature < 0) throw new RangeError(`${feature} is not a feature.`);
  if (label && (label.label.trim() === '' || label.label.length > longestLabel)) {
    throw new RangeError(`A label has between 1 and ${longestLabel} characters.`);
  }
  requireOwnFolder(workspaceFolder);
  const file = userLabelsFile(workspaceFolder);
  try {
    mkdirSync(join(workspaceFolder, '.featurescope'), { recursive: true });
  } catch (error) {
    throw fileError(file, error);
  }
  return withFileLock(file, () => {
    const labels = readLabels(file);
    const ofDictionary = labels.get(dictionary) ?? new Map<number, UserLabel>();
    labels.set(dictionary, ofDictionary);
    if (label) ofDictionary.set(feature, label);
    else ofDictionary.delete(feature);
    writeTextAtomically(file, serialize(labels));
    return labels;
  });
}

/** A link in place of `.featurescope` would read and write outside the workspace. */
function requireOwnFolder(workspaceFolder: string): void {
  const folder = join(workspaceFolder, '.featurescope');
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (!stat || stat.isDirectory()) return;
  throw new FileFormatError(
    folder,
    'this is not a folder of the workspace',
    'Remove it or make it a real folder',
  );
}

function readLabels(file: string): EditableLabels {
  const labels: EditableLabels = new Map();
  if (!existsSync(file)) return labels;
  const content = readJsonObjectFile(file, largestFile);
  checkVersion(content, file);
  for (const [dictionary, features] of Object.entries(readObject(content, 'dictionaries', file))) {
    const entries = Object.entries(asObject(features, `the dictionary ${describe(dictionary)}`, file));
    labels.set(
      dictionary,
      new Map(entries.map(([feature, value]) => [readFeature(feature, file), readUserLabel(value, file)])),
    );
  }
  return labels;
}

function readFeature(key: string, file: string): number {
  if (/^\d{1,15}$/.test(key)) return Number(key);
  throw new FileFormatError(file, `${describe(key)} is not a feature`, 'Correct the file');
}

function readUserLabel(value: unknown, file: string): UserLabel {
  const entry = asObject(value, 'a label', file);
  const note = readOptionalString(entry, 'note', file);
  return { label: readLabelText(entry, file), ...(note === null ? {} : { note }) };
}

/** Sorted, so that the file changes in one place under version control. */
function serialize(labels: EditableLabels): string {
  const dictionaries = [...labels]
    .filter(([, features]) => features.size > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, features]) => [name, Object.fromEntries(features)] as const);
  return `${JSON.stringify({ version: 1, dictionaries: Object.fromEntries(dictionaries) }, null, 2)}\n`;
}
