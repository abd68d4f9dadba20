import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileFormatError } from './errors';
import {
  readDimension,
  readJsonFile,
  readNumber,
  readObject,
  readOptionalBoolean,
  readOptionalCount,
  readOptionalNumber,
  readString,
} from './json';

const folder = mkdtempSync(join(tmpdir(), 'json-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileWith(content: string | Uint8Array): string {
  const file = join(folder, `${Math.random()}.json`);
  writeFileSync(file, content);
  return file;
}

describe('readJsonFile', () => {
  it('reads JSON with and without a byte order mark', () => {
    expect(readJsonFile(fileWith('{"a":1}'))).toEqual({ a: 1 });
    expect(readJsonFile(fileWith('\uFEFF{"a":1}'))).toEqual({ a: 1 });
  });

  it('names the file, the reason and the cure in one line', () => {
    const file = fileWith('{"a":\n');
    expect(() => readJsonFile(file)).toThrow(FileFormatError);
    try {
      readJsonFile(file);
    } catch (error) {
      const { message } = error as Error;
      expect(message.startsWith(`${file}: it is not valid JSON (`)).toBe(true);
      expect(message.endsWith('. Download or save it again')).toBe(true);
      expect(message).not.toContain('\n');
    }
  });

  it.each([
    ['a missing file', () => join(folder, 'absent.json'), 'there is no such file or folder'],
    ['an empty file', () => fileWith(''), 'it is not valid JSON'],
    ['wrong UTF-8', () => fileWith(new Uint8Array([0x22, 0xff, 0x22])), 'it is not UTF-8 text'],
  ])('refuses %s', (_, make, reason) => {
    expect(() => readJsonFile(make())).toThrow(reason);
  });

  it('refuses a folder and a file over the limit', () => {
    const inner = join(folder, 'inner.json');
    mkdirSync(inner);
    expect(() => readJsonFile(inner)).toThrow('this is a folder, not a file');
    expect(() => readJsonFile(fileWith('[1,2,3]'), 6)).toThrow('it has 7 bytes and at most 6 are read');
  });
});

describe('field readers', () => {
  const object = { n: 1.5, zero: 0, text: 'x', yes: true, none: null, inner: { a: 1 }, list: [1] };

  it('return the field when it has the right type', () => {
    expect(readNumber(object, 'n', 'f')).toBe(1.5);
    expect(readOptionalCount(object, 'zero', 'f')).toBe(0);
    expect(readString(object, 'text', 'f')).toBe('x');
    expect(readOptionalBoolean(object, 'yes', 'f')).toBe(true);
    expect(readObject(object, 'inner', 'f')).toEqual({ a: 1 });
  });

  it('take null for absent, and never an inherited property', () => {
    expect(readOptionalNumber(object, 'none', 'f')).toBeNull();
    expect(readOptionalNumber(object, 'missing', 'f')).toBeNull();
    expect(() => readObject({}, 'constructor', 'f')).toThrow(
      '"constructor" must be a JSON object, found nothing',
    );
  });

  it('say what was found instead', () => {
    expect(() => readNumber(object, 'text', 'cfg.json')).toThrow(
      'cfg.json: "text" must be a number, found "x"',
    );
    expect(() => readString(object, 'list', 'f')).toThrow('"list" must be a text, found a list of 1');
    expect(() => readDimension(object, 'zero', 'f')).toThrow(
      '"zero" must be a whole number, 1 or more, found 0',
    );
    expect(() => readOptionalCount({ k: -1 }, 'k', 'f')).toThrow('found -1');
    expect(() => readOptionalCount({ k: 1.5 }, 'k', 'f')).toThrow('found 1.5');
  });
});
