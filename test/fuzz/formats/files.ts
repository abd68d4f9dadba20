/** Laying out the files of a sample. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from '../format';

/** Writes files into `folder/name` and returns that folder. */
export function layOut(
  folder: string,
  name: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): string {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(place, file), content);
  return place;
}

/** A JSON text that is damaged as a whole. */
export function jsonPart(content: unknown): Part {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return { kind: 'json', bytes: Buffer.from(text) };
}

/** A JSON file that is damaged as a whole. */
export function jsonFilePart(path: string): Part {
  return { kind: 'json', bytes: readFileSync(path) };
}
