import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileFormatError } from '../formats/errors';
import { readDictionaryLabels } from './labels';

const root = mkdtempSync(join(tmpdir(), 'labels-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

function folderWith(content: unknown): string {
  const folder = mkdtempSync(join(root, 'dictionary-'));
  writeFileSync(join(folder, 'labels.json'), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

describe('readDictionaryLabels', () => {
  it('reads labels with what was measured', () => {
    const labels = readDictionaryLabels(
      folderWith({
        version: 1,
        labels: [
          {
            feature: 12,
            label: 'second mention of a name',
            precision: 0.9,
            recall: 0.8,
            f1: 0.85,
            threshold: 2.5,
            tag: 'io.repeat',
          },
          { feature: 0, label: 'full stop' },
        ],
      }),
    );
    expect([...labels]).toEqual([
      [
        12,
        {
          label: 'second mention of a name',
          precision: 0.9,
          recall: 0.8,
          f1: 0.85,
          threshold: 2.5,
          tag: 'io.repeat',
        },
      ],
      [0, { label: 'full stop', precision: null, recall: null, f1: null, threshold: null, tag: null }],
    ]);
  });

  it('has no labels where there is no file', () => {
    expect(readDictionaryLabels(join(root, 'absent')).size).toBe(0);
  });

  it.each([
    ['{', 'not valid JSON'],
    [{ labels: [] }, 'its version is nothing and only version 1 is known'],
    [{ version: 2, labels: [] }, 'its version is 2'],
    [{ version: 1 }, '"labels" must be a list'],
    [{ version: 1, labels: [3] }, 'a label must be a JSON object'],
    [{ version: 1, labels: [{ label: 'x' }] }, 'a label names no feature'],
    [{ version: 1, labels: [{ feature: -1, label: 'x' }] }, 'found -1'],
    [{ version: 1, labels: [{ feature: 1 }] }, '"label" must be a text'],
    [{ version: 1, labels: [{ feature: 1, label: 'x'.repeat(2_001) }] }, 'a label has 2001 characters'],
    [{ version: 1, labels: [{ feature: 1, label: 'x', f1: 1.5 }] }, '"f1" is 1.5, not between 0 and 1'],
    [
      {
        version: 1,
        labels: [
          { feature: 1, label: 'x' },
          { feature: 1, label: 'y' },
        ],
      },
      'feature 1 has two labels',
    ],
  ])('refuses %j', (content, reason) => {
    const folder = folderWith(content);
    expect(() => readDictionaryLabels(folder)).toThrow(FileFormatError);
    expect(() => readDictionaryLabels(folder)).toThrow(reason);
  });
});
