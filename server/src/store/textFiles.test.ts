import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listTextFiles, readAsText } from './textFiles';

const root = mkdtempSync(join(tmpdir(), 'texts-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

function write(name: string, content: string | Uint8Array): string {
  const file = join(root, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe('readAsText', () => {
  it('reads UTF-8 and drops the byte order mark', async () => {
    expect(await readAsText(write('bom.txt', '\uFEFFöä'))).toEqual({ text: 'öä' });
    expect(await readAsText(write('empty.txt', ''))).toEqual({ text: '' });
  });

  it('says why a file is no text', async () => {
    expect(await readAsText(write('binary.txt', Uint8Array.of(65, 0, 66)))).toEqual({
      refusal: 'it is a binary file',
    });
    expect(await readAsText(write('latin1.txt', Uint8Array.of(65, 0xe4, 66)))).toEqual({
      refusal: 'it is not UTF-8 text',
    });
    expect(await readAsText(join(root, 'absent.txt'))).toEqual({
      refusal: 'there is no such file or folder',
    });
    expect(await readAsText(root)).toEqual({ refusal: 'it is not a file' });
    expect(await readAsText(write('large.txt', new Uint8Array(51 * 2 ** 20).fill(65)))).toEqual({
      refusal: 'it is larger than 50 MB',
    });
  });
});

describe('listTextFiles', () => {
  it('finds texts in order and leaves out what is hidden or installed', async () => {
    const folder = join(root, 'tree');
    for (const name of ['b.md', 'a.txt', 'sub/c.TXT', 'sub/d.json', '.git/e.txt', 'node_modules/f.md'])
      write(join('tree', name), 'x');
    const names = ['a.txt', 'b.md', 'sub/c.TXT'].map((name) => join(folder, name));
    expect(await listTextFiles([folder], 10)).toEqual(names);
    expect(await listTextFiles([folder], 2)).toEqual(names.slice(0, 2));
    expect(await listTextFiles([join(root, 'nowhere')], 2)).toEqual([]);
  });
});
