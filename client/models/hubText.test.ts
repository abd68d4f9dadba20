import { describe, expect, it } from 'vitest';
import type { HubModel } from '../../protocol/models';
import { downloadLines, downloadQuestion } from './hubText';

const MIB = 2 ** 20;
const FILES = [
  { path: 'config.json', bytes: 1000, isPresent: true },
  { path: 'tokenizer.json', bytes: 2 * MIB, isPresent: false },
  { path: 'model.safetensors', bytes: 100 * MIB, isPresent: false },
];
const MODEL: HubModel = {
  id: 'org/name',
  revision: '0123456789abcdef0123456789abcdef01234567',
  endpoint: 'https://huggingface.co',
  files: FILES,
  bytes: 102 * MIB + 1000,
  missingBytes: 102 * MIB,
};

describe('what is said before a download', () => {
  it('names size, model and host in the question', () => {
    expect(downloadQuestion(MODEL, 'huggingface.co')).toBe(
      'Download 102 MiB of org/name from huggingface.co?',
    );
  });

  it('lists the files that are missing, and what is there', () => {
    expect(downloadLines(MODEL)).toEqual([
      'model.safetensors: 100 MiB',
      'tokenizer.json: 2 MiB',
      '',
      '1 KiB of 102 MiB are already in the Hugging Face cache of this machine.',
      'Commit 0123456789ab; every file is checked against it.',
    ]);
  });

  it('says where they go when none is there', () => {
    const files = FILES.map((file) => ({ ...file, isPresent: false }));
    expect(downloadLines({ ...MODEL, files, missingBytes: MODEL.bytes })).toContain(
      'They go into the Hugging Face cache of this machine. Only files that loading needs are fetched.',
    );
  });

  it('sums up what would be a long list', () => {
    const files = Array.from({ length: 20 }, (_, i) => ({
      path: `${i}.safetensors`,
      bytes: (i + 1) * MIB,
      isPresent: false,
    }));
    const lines = downloadLines({ ...MODEL, files });
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('19.safetensors: 20 MiB');
    expect(lines[7]).toBe('13 more files: 91 MiB');
  });
});
