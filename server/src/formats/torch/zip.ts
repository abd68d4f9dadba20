/** The directory of a zip archive (PKWARE APPNOTE 6.3, sections 4.3 and 4.5.3), zip64 included. Entries are only located, never unpacked. */
import { FileFormatError } from '../errors';
import { readRange } from '../regularFile';
import { ByteReader, DAMAGED } from './byteReader';

/** A file inside an archive. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes as stored. */
  readonly size: number;
  readonly headerOffset: number;
  /** Neither compressed nor encrypted. */
  readonly isStored: boolean;
}

/** The files of an archive that was opened. */
export interface Zip {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Where the bytes of an entry begin. @throws FileFormatError when they do not lie there as they are */
  locate(entry: ZipEntry): number;
}

/** An archive's file while it is open. */
export interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  readonly size: number;
}

const END = { signature: 0x06054b50, size: 22, longestComment: 0xffff };
const LOCATOR = { signature: 0x07064b50, size: 20 };
const END64 = { signature: 0x06064b50, size: 56 };
const DIRECTORY_SIGNATURE = 0x02014b50;
const LOCAL = { signature: 0x04034b50, size: 30 };
/** A model of a thousand layers has a directory of a few MB. */
const LARGEST_DIRECTORY = 64 * 2 ** 20;
const STORED = 0;
const ENCRYPTED = 1;

interface Directory {
  readonly offset: number;
  readonly length: number;
  readonly count: number;
}

/** Reads the directory alone, whatever the size of the file. @throws FileFormatError */
export function openZip(file: OpenFile): Zip {
  const directory = findDirectory(file);
  const entries = readDirectory(file, directory);
  return { entries, locate: (entry) => locate(file, entry, directory.offset) };
}

function damaged(path: string, reason: string): FileFormatError {
  return new FileFormatError(path, reason, DAMAGED);
}

function findDirectory(file: OpenFile): Directory {
  const length = Math.min(file.size, END.size + END.longestComment);
  const tail = readRange(file.path, file.descriptor, file.size - length, length);
  const view = new DataView(tail.buffer);
  let at = length - END.size;
  while (at >= 0 && view.getUint32(at, true) !== END.signature) at--;
  if (at < 0) throw damaged(file.path, 'it is cut short: the zip archive has no directory');
  const reader = new ByteReader(tail, file.path, at + 10);
  const [count, bytes, offset] = [reader.u16(), reader.u32(), reader.u32()];
  const end = file.size - length + at;
  const isZip64 = count === 0xffff || bytes === 0xffffffff || offset === 0xffffffff;
  const directory = isZip64 ? findDirectory64(file, end) : { count, length: bytes, offset };
  if (directory.offset + directory.length > end)
    throw damaged(file.path, 'its zip directory lies outside it');
  if (directory.length > LARGEST_DIRECTORY) throw damaged(file.path, 'its zip directory is beyond measure');
  return directory;
}

function findDirectory64(file: OpenFile, end: number): Directory {
  const locator = record(file, end - LOCATOR.size, LOCATOR);
  locator.take(4);
  const reader = record(file, Number(locator.u64()), END64);
  reader.take(28);
  const [count, length, offset] = [reader.u64(), reader.u64(), reader.u64()].map(Number);
  return { count: count!, length: length!, offset: offset! };
}

/** A reader behind the signature of a record of fixed size. */
function record(
  file: OpenFile,
  at: number,
  { signature, size }: { signature: number; size: number },
): ByteReader {
  if (at < 0 || at + size > file.size)
    throw damaged(file.path, 'a record of its zip archive lies outside it');
  const reader = new ByteReader(readRange(file.path, file.descriptor, at, size), file.path);
  if (reader.u32() === signature) return reader;
  throw damaged(file.path, 'a record of its zip archive is not where it should be');
}

function readDirectory(file: OpenFile, { offset, length, count }: Directory): Map<string, ZipEntry> {
  const reader = new ByteReader(readRange(file.path, file.descriptor, offset, length), file.path);
  const entries = new Map<string, ZipEntry>();
  for (let left = count; left > 0; left--) {
    const entry = readEntry(reader, file.path);
    if (entries.has(entry.name)) throw damaged(file.path, `its zip directory has ${entry.name} twice`);
    entries.set(entry.name, entry);
  }
  return entries;
}

function readEntry(reader: ByteReader, path: string): ZipEntry {
  if (reader.u32() !== DIRECTORY_SIGNATURE) throw damaged(path, 'its zip directory is broken');
  reader.take(4);
  const [flags, method] = [reader.u16(), reader.u16()];
  reader.take(8);
  const [packed, size] = [reader.u32(), reader.u32()];
  const [nameLength, extraLength, commentLength] = [reader.u16(), reader.u16(), reader.u16()];
  reader.take(8);
  const headerOffset = reader.u32();
  const name = reader.text(nameLength);
  const extra = new ByteReader(reader.take(extraLength), path);
  reader.take(commentLength);
  const wide = widen(extra, extraLength, [size, packed, headerOffset]);
  const isStored = method === STORED && wide[0] === wide[1] && (flags & ENCRYPTED) === 0;
  return { name, size: wide[0]!, headerOffset: wide[2]!, isStored };
}

/** Puts the numbers of the zip64 field in place of those that say 0xffffffff, in the field's order. */
function widen(extra: ByteReader, length: number, values: readonly number[]): readonly number[] {
  if (!values.includes(0xffffffff)) return values;
  while (extra.at + 4 <= length) {
    const [id, bytes] = [extra.u16(), extra.u16()];
    if (id === 1) return values.map((value) => (value === 0xffffffff ? Number(extra.u64()) : value));
    extra.take(bytes);
  }
  return values;
}

function locate(file: OpenFile, { name, size, headerOffset, isStored }: ZipEntry, directory: number): number {
  if (!isStored) {
    const reason = `${name} in it is compressed or encrypted`;
    throw new FileFormatError(
      file.path,
      reason,
      'Save it again with torch.save, which stores bytes as they are',
    );
  }
  const reader = record(file, headerOffset, LOCAL);
  reader.take(22);
  const [nameLength, extraLength] = [reader.u16(), reader.u16()];
  const start = headerOffset + LOCAL.size + nameLength + extraLength;
  if (start + size > directory) throw damaged(file.path, `${name} in it reaches beyond its place`);
  return start;
}
