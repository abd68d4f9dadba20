/** Files that cost next to nothing to write and must cost next to nothing to refuse. */
import { writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openTorchWeights } from '../../server/src/formats/torch/stateDict';
import { hubClient } from '../../server/src/hub/client';
import { listModel } from '../../server/src/hub/listing';
import { temporaryFolder } from '../support/temporary';
import { archiveOf, dictWith } from './formats/torch';
import {
  appends,
  copies,
  duplicate,
  emptyDict,
  emptyList,
  join,
  mark,
  proto2,
  repeat,
  stop,
} from './pickles';
import { zipFile } from './zipFile';

function torchFile(bytes: Uint8Array): string {
  const path = joinPath(temporaryFolder(), 'pytorch_model.bin');
  writeFileSync(path, bytes);
  return path;
}

/** Processor time, in seconds; the machine may have other work. */
function secondsOf(action: () => void): number {
  const start = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

describe('a pickle', () => {
  it.each([
    [
      'copies a dict of thousands a thousand times',
      dictWith('other', copies(30_000, 1000)),
      /copies more than/,
    ],
    [
      'fills the stack',
      join(proto2, emptyList, repeat(duplicate, 2_000_000), stop),
      /more than 500000 objects/,
    ],
    ['opens marks without end', join(proto2, repeat(mark, 11_000_000), stop), /more than 10000000 opcodes/],
    [
      'adds to itself',
      join(proto2, emptyList, mark, repeat(duplicate, 3), appends, stop),
      /takes what it never gave/,
    ],
    [
      'sets what has no pairs',
      join(proto2, emptyDict, mark, emptyList, Buffer.from('u'), stop),
      /sets entries/,
    ],
  ])('that %s is refused at once', (_, pickle, reason) => {
    const path = torchFile(archiveOf(pickle));
    const seconds = secondsOf(() => {
      expect(() => openTorchWeights(path)).toThrow(reason);
    });
    expect(seconds).toBeLessThan(5);
  });

  it('in a packed archive is not unpacked', () => {
    const packed = deflateRawSync(Buffer.alloc(10_000_000));
    const { bytes } = zipFile({ 'a/data.pkl': packed });
    const archive = Buffer.from(bytes);
    const entry = archive.lastIndexOf('PK\x01\x02', undefined, 'latin1');
    archive.writeUInt16LE(8, entry + 10);
    archive.writeUInt32LE(10_000_000, entry + 24);
    expect(() => openTorchWeights(torchFile(archive))).toThrow(/compressed or encrypted/);
  });

  it('of which two entries exist is refused', () => {
    const { bytes } = zipFile({ 'a/data.pkl': join(emptyDict, stop), 'b/data.pkl': join(emptyDict, stop) });
    const archive = Buffer.from(
      Buffer.from(bytes).toString('latin1').replaceAll('b/data.pkl', 'a/data.pkl'),
      'latin1',
    );
    expect(() => openTorchWeights(torchFile(archive))).toThrow(/a\/data\.pkl twice/);
  });
});

describe('a hub', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it.each([
    ['never ends', '[]', 100, /does not end after 100 pages/],
    ['has few, long pages', `[${' '.repeat(20_000_000)}]`, 4, /more than 64 MB/],
  ])('whose list %s is left', async (_, page, mostPages, reason) => {
    const commit = '0123456789abcdef0123456789abcdef01234567';
    let pages = 0;
    vi.stubGlobal('fetch', (input: URL | string) => {
      if (!String(input).includes('/tree/')) {
        const about = { _id: '1', id: 'a/b', modelId: 'a/b', private: false, gated: false, sha: commit };
        return Promise.resolve(Response.json({ ...about, downloads: 1, likes: 1, tags: [] }));
      }
      const next = `<http://127.0.0.1:9/api/models/a/b/tree/${commit}?page=${++pages}>; rel="next"`;
      return Promise.resolve(new Response(page, { headers: { link: next } }));
    });
    const { signal } = new AbortController();
    const client = hubClient({ name: 'a/b', env: {}, signal, endpoint: 'http://127.0.0.1:9' });
    await expect(listModel(client)).rejects.toThrow(reason);
    expect(pages).toBeLessThanOrEqual(mostPages);
  });
});
