/** Files named by URI. Clients encode URIs each in their own way, so files are compared by their paths. */
import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a file URI; null for what is no file on this machine. */
export function filePathOf(uri: string): string | null {
  if (!uri.startsWith('file:')) return null;
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}

/** Whether two URIs name one file, however they are encoded. */
export function isSameFile(one: string, other: string): boolean {
  if (one === other) return true;
  const [path, otherPath] = [filePathOf(one), filePathOf(other)];
  return path !== null && otherPath !== null && relative(path, otherPath) === '';
}

/** Whether a file URI names something below a folder. */
export function isBelow(uri: string, folder: string): boolean {
  const path = filePathOf(uri);
  if (path === null) return false;
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
