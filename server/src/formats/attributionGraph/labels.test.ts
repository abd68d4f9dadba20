import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary';
import { FileFormatError } from '../errors';
import { cantor } from './ids';
import { labelIn, readGraphLabels } from './labels';

const feature = (layer: number, index: number) =>
  ({ kind: 'feature', layer, index, number: cantor(layer, index) }) as const;
const FEATURES = [feature(0, 3), feature(1, 2), feature(1, 9)];

/** Labels of the features, null where there is none. */
function labels(path: string): (string | null)[] {
  const read = readGraphLabels(path, FEATURES);
  return FEATURES.map((each) => labelIn(read, each) ?? null);
}

function fileWith(name: string, content: string | Uint8Array): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}

const ROWS = [
  { modelId: 'm', layer: '0-res-16k', index: '3', description: ' first ' },
  { modelId: 'm', layer: '0-res-16k', index: '3', description: 'second' },
  { layer: 1, index: 9, description: 'ninth' },
  { layer: 1, index: 2, description: '' },
  { layer: 'x', index: 2, description: 'no layer' },
  null,
];

describe('label files', () => {
  const lines = ROWS.map((row) => JSON.stringify(row)).join('\n');

  it.each([
    ['lines', 'a.jsonl', `${lines}\n\n`],
    ['packed lines', 'a.jsonl.gz', gzipSync(lines)],
    ['a list', 'a.json', JSON.stringify(ROWS, null, 2)],
  ])('are read as %s; the first of several explanations counts', (_, name, content) => {
    expect(labels(fileWith(name, content))).toEqual(['first', null, 'ninth']);
  });

  it.each([
    ['nothing', '', /holds no labels/],
    ['other objects', '{"a": 1}', /holds no labels/],
    ['no JSON', 'layer,index\n', /line 1.*not valid JSON/],
    ['half a packed file', gzipSync(lines).subarray(0, 30), /cannot be unpacked/],
    ['bytes', new Uint8Array([0xff, 0xfe, 0xfd]), /a\.json: /],
  ])('are refused when they hold %s', (_, content, why) => {
    const file = fileWith('a.json', content);
    expect(() => labels(file)).toThrow(FileFormatError);
    expect(() => labels(file)).toThrow(why);
  });

  it('name a path that is not there', () => {
    expect(() => labels(join(temporaryFolder(), 'gone'))).toThrow(/there is no such file/);
  });
});

describe('folders of feature files', () => {
  it('name files by the number of the feature, packed or not', () => {
    const folder = temporaryFolder();
    const write = (index: number, content: object) => {
      writeFileSync(join(folder, `${cantor(1, index)}.json`), JSON.stringify(content));
    };
    write(2, { index: 2, top_logits: [' a', '"b"', 'c', 'd'] });
    write(9, { index: 9, clerp: 'nine', top_logits: ['x'] });
    const packed = gzipSync(JSON.stringify({ label: 'three' }));
    writeFileSync(join(folder, `${cantor(0, 3)}.json.gz`), packed);
    expect(labels(folder)).toEqual(['three', 'promotes " a", "\\"b\\"", "c"', 'nine']);
  });

  const record = (content: object) => {
    const body = gzipSync(JSON.stringify(content));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return Buffer.concat([length, body]);
  };

  it('read records of index.json.gz, whichever of the two is chosen', () => {
    const folder = temporaryFolder();
    const records = Array.from({ length: 4 }, (_, i) => record({ clerp: `feature ${i}` }));
    const offsets = records.reduce((list, each) => [...list, list.at(-1)! + each.length], [0]);
    writeFileSync(join(folder, 'layer_0.bin'), Buffer.concat(records));
    const index = join(folder, 'index.json.gz');
    writeFileSync(index, gzipSync(JSON.stringify([{ filename: 'layer_0.bin', offsets }, { filename: 7 }])));
    expect(labels(folder)).toEqual(['feature 3', null, null]);
    expect(labels(index)).toEqual(['feature 3', null, null]);
  });

  it('read nothing outside of the folder, and say what is damaged', () => {
    const folder = join(temporaryFolder(), 'features');
    mkdirSync(folder);
    const write = (filename: string) => {
      const layers = [{ filename, offsets: [0, 1, 2, 3, 40] }];
      writeFileSync(join(folder, 'index.json.gz'), gzipSync(JSON.stringify(layers)));
    };
    writeFileSync(join(folder, '..', 'secret'), 'x'.repeat(100));
    write('../secret');
    expect(() => labels(folder)).toThrow(/not beside it/);
    writeFileSync(join(folder, 'layer_0.bin'), 'x'.repeat(100));
    write('layer_0.bin');
    expect(() => labels(folder)).toThrow(/layer_0\.bin: it cannot be unpacked/);
    writeFileSync(join(folder, 'layer_0.bin'), 'x');
    expect(() => labels(folder)).toThrow(/cut short/);
  });
});
