/** Zip archives of stored entries, true or lying (PKWARE APPNOTE 6.3). Checksums are zero: torch's own reader checks them, ours does not. */
import type { NumberField } from './format';

export interface ZipFile {
  readonly bytes: Uint8Array;
  /** Every count, size and offset in its records. */
  readonly fields: readonly NumberField[];
}

const WIDE = 0xffff_ffff;

/** @param wide writes sizes and offsets in zip64 records */
export function zipFile(entries: Readonly<Record<string, Uint8Array>>, wide = false): ZipFile {
  const parts: Uint8Array[] = [];
  const fields: NumberField[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const add = (part: Uint8Array, places: readonly (readonly [number, 2 | 4 | 8])[] = []): void => {
    for (const [offset, width] of places) fields.push({ offset: at + offset, width });
    parts.push(part);
    at += part.length;
  };
  for (const [name, content] of Object.entries(entries)) {
    const header = at;
    add(
      localHeader(name, content.length),
      [18, 22, 26, 28].map((offset) => [offset, offset < 26 ? 4 : 2]),
    );
    add(content);
    directory.push(directoryEntry(name, content.length, header, wide));
  }
  const start = at;
  for (const entry of directory) {
    add(entry, [
      [10, 2],
      [20, 4],
      [24, 4],
      [28, 2],
      [30, 2],
      [42, 4],
    ]);
    if (wide) fields.push(...[24, 16, 8].map((back) => ({ offset: at - back, width: 8 as const })));
  }
  const length = at - start;
  if (wide) {
    const end = at;
    add(end64(directory.length, length, start), [
      [4, 8],
      [24, 8],
      [32, 8],
      [40, 8],
      [48, 8],
    ]);
    add(locator(end), [[8, 8]]);
  }
  add(endRecord(directory.length, wide ? WIDE : length, wide ? WIDE : start), [
    [8, 2],
    [10, 2],
    [12, 4],
    [16, 4],
    [20, 2],
  ]);
  return { bytes: Buffer.concat(parts), fields };
}

function localHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50);
  header.writeUInt32LE(size, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([header, Buffer.from(name)]);
}

function directoryEntry(name: string, size: number, header: number, wide: boolean): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50);
  entry.writeUInt32LE(wide ? WIDE : size, 20);
  entry.writeUInt32LE(wide ? WIDE : size, 24);
  entry.writeUInt16LE(Buffer.byteLength(name), 28);
  entry.writeUInt16LE(wide ? 28 : 0, 30);
  entry.writeUInt32LE(wide ? WIDE : header, 42);
  const extra = Buffer.alloc(wide ? 28 : 0);
  if (wide) {
    extra.writeUInt16LE(1);
    extra.writeUInt16LE(24, 2);
    for (const [i, value] of [size, size, header].entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  }
  return Buffer.concat([entry, Buffer.from(name), extra]);
}

function end64(count: number, length: number, start: number): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50);
  record.writeBigUInt64LE(44n, 4);
  for (const [i, value] of [count, count, length, start].entries())
    record.writeBigUInt64LE(BigInt(value), 24 + 8 * i);
  return record;
}

function locator(end: number): Buffer {
  const record = Buffer.alloc(20);
  record.writeUInt32LE(0x07064b50);
  record.writeBigUInt64LE(BigInt(end), 8);
  record.writeUInt32LE(1, 16);
  return record;
}

function endRecord(count: number, length: number, start: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(length, 12);
  record.writeUInt32LE(start, 16);
  return record;
}
