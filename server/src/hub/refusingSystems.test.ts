/** Systems without symbolic links, and disks without room. */
import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { FileFormatError } from '../formats/errors';
import { failureOf, hubModel, WEIGHTS } from './testing/hubModel';

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof fs>();
  return { ...actual, symlinkSync: vi.fn(actual.symlinkSync) };
});
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof promises>();
  return { ...actual, statfs: vi.fn(actual.statfs) };
});

describe('where links are impossible', () => {
  it.each(['EPERM', 'ENOSYS'])('the snapshot holds the files themselves (%s)', async (code) => {
    const { download, asked } = await hubModel();
    vi.mocked(fs.symlinkSync).mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
    const snapshot = await download();
    expect(fs.lstatSync(join(snapshot, WEIGHTS)).isFile()).toBe(true);
    const before = asked(WEIGHTS).length;
    expect(await download()).toBe(snapshot);
    expect(asked(WEIGHTS)).toHaveLength(before);
  });

  it('any other failure to link is an error that names the place', async () => {
    const { download } = await hubModel();
    vi.mocked(fs.symlinkSync).mockImplementation(() => {
      throw Object.assign(new Error('no'), { code: 'ENOSPC' });
    });
    const error = await failureOf(download());
    expect(error).toBeInstanceOf(FileFormatError);
    expect(error.message).toContain('the disk is full');
  });
});

describe('a disk without room', () => {
  it('is found out before anything is downloaded', async () => {
    const { download, hub } = await hubModel();
    vi.mocked(promises.statfs).mockResolvedValue({ bavail: 10, bsize: 4096 } as never);
    const error = await failureOf(download());
    expect(error).toBeInstanceOf(FileFormatError);
    expect(error.message).toContain('its disk has 0.00 GB free, and 0.00 GB are still to come');
    expect(hub.requests.filter(({ place }) => place !== 'api')).toEqual([]);
  });
});
