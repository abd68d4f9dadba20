/** Text files as they are on disk: what can be analysed, and why the rest cannot. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '../formats/errors';

/** VS Code hands no larger files to extensions either. */
export const LARGEST_TEXT = 50 * 2 ** 20;

/** What a file held, or in a sentence why it cannot be read as text. */
export type TextFile = { readonly text: string } | { readonly refusal: string };

/** Reads a UTF-8 text file; a byte order mark is dropped, as editors do. */
export async function readAsText(path: string): Promise<TextFile> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return { refusal: 'it is not a file' };
    if (found.size > LARGEST_TEXT) return { refusal: `it is larger than ${LARGEST_TEXT / 2 ** 20} MB` };
    return decode(await readFile(path));
  } catch (error) {
    return { refusal: fileError(path, error).reason };
  }
}

function decode(bytes: Uint8Array): TextFile {
  if (bytes.subarray(0, 8192).includes(0)) return { refusal: 'it is a binary file' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { refusal: 'it is not UTF-8 text' };
  }
}

/**
 * The .txt and .md files below folders, in order of their names, at most `most`. Hidden folders, node_modules and links are
 * not entered; a folder that cannot be read has no files.
 */
export async function listTextFiles(folders: readonly string[], most: number): Promise<string[]> {
  const files: string[] = [];
  const waiting = [...folders].reverse();
  for (let folder = waiting.pop(); folder !== undefined && files.length < most; folder = waiting.pop()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const ordered = entries
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of ordered)
      if (entry.isFile() && /\.(txt|md)$/i.test(entry.name)) files.push(join(folder, entry.name));
    for (const entry of ordered.reverse()) if (entry.isDirectory()) waiting.push(join(folder, entry.name));
  }
  return files.slice(0, most);
}
