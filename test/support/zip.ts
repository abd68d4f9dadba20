// Reads a zip archive (a VSIX is one) through its central directory. Layout: PKWARE APPNOTE 6.3, sections 4.3.7 to 4.3.16.
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** A file inside an archive. */
export interface ZipEntry {
  /** path inside the archive, with forward slashes */
  readonly name: string;
  /** bytes when unpacked */
  readonly size: number;
  read(): Buffer;
}

const END_SIGNATURE = 0x06054b50;
const END_SIZE = 22;
const DIRECTORY_SIGNATURE = 0x02014b50;
const DEFLATED = 8;

function findEnd(archive: Buffer): number {
  for (let at = archive.length - END_SIZE; at >= 0; at--) {
    if (archive.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  throw new Error('Not a zip archive: it has no end record.');
}

function readEntry(archive: Buffer, at: number): { entry: ZipEntry; next: number } {
  if (archive.readUInt32LE(at) !== DIRECTORY_SIGNATURE) throw new Error(`No directory entry at byte ${at}.`);
  const method = archive.readUInt16LE(at + 10);
  const packedSize = archive.readUInt32LE(at + 20);
  const nameLength = archive.readUInt16LE(at + 28);
  const local = archive.readUInt32LE(at + 42);
  const rest = archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  const read = (): Buffer => {
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const packed = archive.subarray(start, start + packedSize);
    return method === DEFLATED ? inflateRawSync(packed) : packed;
  };
  const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
  return { entry: { name, size: archive.readUInt32LE(at + 24), read }, next: at + 46 + nameLength + rest };
}

/**
 * The files of an archive by their names.
 * @throws Error when the file is not a zip archive
 */
export function readZip(file: string): Map<string, ZipEntry> {
  const archive = readFileSync(file);
  const end = findEnd(archive);
  const entries = new Map<string, ZipEntry>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const { entry, next } = readEntry(archive, at);
    if (!entry.name.endsWith('/')) entries.set(entry.name, entry);
    at = next;
  }
  return entries;
}
