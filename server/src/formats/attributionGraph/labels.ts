/**
 * Labels of features from files: Neuronpedia's exported explanations (JSON lines or a JSON list, packed or not), and
 * circuit-tracer's feature files (a folder of `{number}.json`, or `index.json.gz` with one packed file a layer).
 */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { FileFormatError, fileError } from '../errors';
import { describe, field, isJsonObject, type JsonObject, parseJson } from '../json';
import { readRange, withRegularFile } from '../regularFile';
import type { FileNode } from './graph';

export interface GraphLabels {
  /** By `featurePlace`. */
  readonly byPlace: ReadonlyMap<string, string>;
}

type Feature = Pick<FileNode, 'kind' | 'layer' | 'index' | 'number'>;

/** Unpacked. */
const LARGEST_LABELS = 200 * 2 ** 20;
const LARGEST_FEATURE = 10 * 2 ** 20;
const INDEX = 'index.json.gz';
/** Of a file, on any system. */
const LONGEST_NAME = 255;

export function labelIn({ byPlace }: GraphLabels, { kind, layer, index }: Feature): string | undefined {
  return kind === 'feature' && index !== null ? byPlace.get(featurePlace(layer, index)) : undefined;
}

/**
 * @param features the nodes that labels are wanted for
 * @throws FileFormatError when the path cannot be read, or holds no labels
 */
export function readGraphLabels(path: string, features: readonly Feature[]): GraphLabels {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw fileError(path, error);
  }
  if (isFolder || basename(path) === INDEX) return featureFiles(isFolder ? path : dirname(path), features);
  return explanations(readMaybePacked(path, LARGEST_LABELS), path);
}

function featurePlace(layer: number, index: number): string {
  return `${layer} ${index}`;
}

function explanations(text: string, file: string): GraphLabels {
  const byPlace = new Map<string, string>();
  for (const row of rowsOf(text, file)) {
    if (!isJsonObject(row)) continue;
    const [layer, index, label] = [
      numberIn(field(row, 'layer')),
      numberIn(field(row, 'index')),
      field(row, 'description'),
    ];
    if (layer === null || index === null || typeof label !== 'string' || label.trim() === '') continue;
    // A feature may have several explanations, in no order.
    const place = featurePlace(layer, index);
    if (!byPlace.has(place)) byPlace.set(place, label.trim());
  }
  if (byPlace.size > 0) return { byPlace };
  const reason = 'it holds no labels: no entry has "layer", "index" and "description"';
  throw new FileFormatError(
    file,
    reason,
    'Choose explanations as Neuronpedia exports them, or a folder of feature files',
  );
}

/** A JSON list, or an object on each line. */
function rowsOf(text: string, file: string): readonly unknown[] {
  const trimmed = text.trimStart();
  if (trimmed.startsWith('[')) return parseJson(trimmed, file) as readonly unknown[];
  return trimmed.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    return [parseJson(line, `${file} (line ${i + 1})`)];
  });
}

/** `20`, `"20"`, and the layer of a source's name: `"20-gemmascope-transcoder-16k"`. */
function numberIn(value: unknown): number | null {
  const digits = typeof value === 'string' ? /^(\d{1,9})(?:-|$)/.exec(value)?.[1] : undefined;
  const number = digits === undefined ? value : Number(digits);
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

function featureFiles(folder: string, features: readonly Feature[]): GraphLabels {
  const indexFile = join(folder, INDEX);
  const index = existsSync(indexFile)
    ? parseJson(readMaybePacked(indexFile, LARGEST_LABELS), indexFile)
    : null;
  const byPlace = new Map<string, string>();
  for (const feature of features) {
    if (feature.kind !== 'feature' || feature.index === null) continue;
    const place = featurePlace(feature.layer, feature.index);
    if (byPlace.has(place)) continue;
    const content = index === null ? ownFile(folder, feature) : packed(folder, index, feature);
    const label = isJsonObject(content) ? labelOfFeature(content) : '';
    if (label !== '') byPlace.set(place, label);
  }
  return { byPlace };
}

/** The file named after the number that the graph gives the feature. */
function ownFile(folder: string, { number }: Feature): unknown {
  if (number === null || !Number.isSafeInteger(number)) return null;
  const file = [`${number}.json`, `${number}.json.gz`].map((name) => join(folder, name)).find(existsSync);
  return file === undefined ? null : parseJson(readMaybePacked(file, LARGEST_FEATURE), file);
}

/** A record of `index.json.gz`: four bytes that say how long it is, then packed JSON. */
function packed(folder: string, layers: unknown, { layer, index }: Feature): unknown {
  const entry: unknown = Array.isArray(layers) ? layers[layer] : null;
  const name = isJsonObject(entry) ? field(entry, 'filename') : null;
  const offsets = isJsonObject(entry) ? field(entry, 'offsets') : null;
  if (typeof name !== 'string' || !Array.isArray(offsets)) return null;
  const file = join(folder, name);
  if (name !== basename(name) || name === '..' || name.length > LONGEST_NAME)
    throw new FileFormatError(
      join(folder, INDEX),
      `it names ${describe(name)}, which is not beside it`,
      'Correct the file',
    );
  const [start, end] = [offsets[index!] as unknown, offsets[index! + 1] as unknown];
  if (!isOffset(start) || !isOffset(end) || end - start <= 4 || end - start > LARGEST_FEATURE) return null;
  try {
    const record = withRegularFile(file, (descriptor) => readRange(file, descriptor, start, end - start));
    const length = new DataView(record.buffer).getUint32(0, true);
    return parseJson(unpacked(record.subarray(4, 4 + length), LARGEST_FEATURE, file), file);
  } catch (error) {
    throw fileError(file, error);
  }
}

function isOffset(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** What somebody wrote, or the tokens that the feature promotes most. */
function labelOfFeature(content: JsonObject): string {
  for (const key of ['clerp', 'label', 'description']) {
    const text = field(content, key);
    if (typeof text === 'string' && text.trim() !== '') return text.trim();
  }
  const top = field(content, 'top_logits');
  const texts = Array.isArray(top) ? top.filter((text) => typeof text === 'string').slice(0, 3) : [];
  return texts.length === 0 ? '' : `promotes ${texts.map((text) => JSON.stringify(text)).join(', ')}`;
}

function readMaybePacked(file: string, most: number): string {
  try {
    const bytes = withRegularFile(file, (descriptor, { size }) => {
      if (size > most)
        throw new FileFormatError(
          file,
          `it has ${size} bytes and at most ${most} are read`,
          'Check that this is the right file',
        );
      return readRange(file, descriptor, 0, size);
    });
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return isPacked ? unpacked(bytes, most, file) : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw fileError(file, error);
  }
}

/** @throws FileFormatError when it is damaged, or larger than `most` bytes when unpacked */
function unpacked(bytes: Uint8Array, most: number, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(gunzipSync(bytes, { maxOutputLength: most }));
  } catch (error) {
    throw new FileFormatError(
      file,
      `it cannot be unpacked into at most ${most} bytes of text`,
      'Download it again',
      {
        cause: error,
      },
    );
  }
}
