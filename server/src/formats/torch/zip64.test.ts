import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/reference/fixtures';
import { temporaryFolder } from '../../../../test/support/temporary';
import { openTorchWeights } from './stateDict';

const WIDE = 0xffffffff;

/** The archive as it would be written beyond 4 GB: every size and offset in zip64's fields (PKWARE APPNOTE 6.3, 4.5.3 and 4.3.14). */
function asZip64(archive: Buffer): Buffer {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const start = archive.readUInt32LE(end + 16);
  const count = archive.readUInt16LE(end + 10);
  const entries: Buffer[] = [];
  for (let at = start; entries.length < count;) {
    const head = archive.subarray(at, at + 46);
    const [name, extra, comment] = [28, 30, 32].map((offset) => head.readUInt16LE(offset));
    entries.push(widened(Buffer.from(head), archive.subarray(at + 46, at + 46 + name!)));
    at += 46 + name! + extra! + comment!;
  }
  const directory = Buffer.concat(entries);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  [count, count, directory.length, start].forEach((value, i) =>
    record.writeBigUInt64LE(BigInt(value), 24 + 8 * i),
  );
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + directory.length), 8);
  locator.writeUInt32LE(1, 16);
  const last = Buffer.from(archive.subarray(end, end + 22));
  last.fill(0xff, 8, 20);
  return Buffer.concat([archive.subarray(0, start), directory, record, locator, last]);
}

/** A directory entry whose numbers stand in its extra field, behind a field of another kind. */
function widened(head: Buffer, name: Buffer): Buffer {
  const [packed, size, offset] = [20, 24, 42].map((at) => BigInt(head.readUInt32LE(at)));
  const extra = Buffer.alloc(6 + 28);
  extra.writeUInt16LE(0x4246, 0);
  extra.writeUInt16LE(2, 2);
  extra.writeUInt16LE(1, 6);
  extra.writeUInt16LE(24, 8);
  [size!, packed!, offset!].forEach((value, i) => extra.writeBigUInt64LE(value, 10 + 8 * i));
  for (const at of [20, 24, 42]) head.writeUInt32LE(WIDE, at);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt16LE(0, 32);
  return Buffer.concat([head, name, extra]);
}

describe('a zip64 archive', () => {
  it('holds the same tensors at the same places', () => {
    const original = fixturePath('torch', 'zip.pt');
    const path = join(temporaryFolder(), 'wide.pt');
    writeFileSync(path, asZip64(readFileSync(original)));
    expect(openTorchWeights(path).file.tensors).toEqual(openTorchWeights(original).file.tensors);
  });

  it('is refused when its end says another place than its locator', () => {
    const bytes = asZip64(readFileSync(fixturePath('torch', 'zip.pt')));
    const path = join(temporaryFolder(), 'lying.pt');
    const locator = bytes.lastIndexOf(Buffer.from('PK\x06\x07', 'latin1'));
    for (const place of [0n, 1n << 62n, 100n]) {
      bytes.writeBigUInt64LE(place, locator + 8);
      writeFileSync(path, bytes);
      expect(() => openTorchWeights(path)).toThrow(/record of its zip archive/);
    }
  });
});
