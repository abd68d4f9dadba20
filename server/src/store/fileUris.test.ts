import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filePathOf, isBelow, isSameFile } from './fileUris';

const FOLDER = resolve('/x/My (project)');
const NODE = pathToFileURL(join(FOLDER, 'a.txt')).toString();
/** As VS Code writes it. */
const CODE = NODE.replace('(', '%28').replace(')', '%29');

describe('file URIs', () => {
  it('are one however they are encoded', () => {
    expect(CODE).not.toBe(NODE);
    expect(isSameFile(NODE, CODE)).toBe(true);
    expect(isSameFile(NODE, CODE.replace('a.txt', 'b.txt'))).toBe(false);
    expect(isSameFile('untitled:a', 'untitled:a')).toBe(true);
    expect(isSameFile('untitled:a', NODE)).toBe(false);
  });

  it('are below a folder by their path', () => {
    for (const uri of [NODE, CODE]) {
      expect(isBelow(uri, FOLDER)).toBe(true);
      expect(isBelow(uri, resolve('/x'))).toBe(true);
      expect(isBelow(uri, resolve('/x/My'))).toBe(false);
      expect(isBelow(uri, join(FOLDER, 'a.txt'))).toBe(false);
    }
    expect(isBelow(pathToFileURL(join(FOLDER, '..a')).toString(), FOLDER)).toBe(true);
    expect(isBelow('untitled:a', FOLDER)).toBe(false);
  });

  it('that name no file here have no path', () => {
    expect(filePathOf('untitled:a')).toBeNull();
    expect(filePathOf('file:///a%2Fb')).toBeNull();
    expect(filePathOf(CODE)).toBe(join(FOLDER, 'a.txt'));
  });
});
