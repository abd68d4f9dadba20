/** Hubs whose lists are wrong or hostile. */
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary';
import { describeModel } from './download';
import { failureOf, FILES, hubModel, IMPATIENT } from './testing/hubModel';

const COMMIT = 'c'.repeat(40);
const HASH = 'a'.repeat(40);
const ABOUT = { _id: '0', id: 'a/b', sha: COMMIT, gated: false, private: false };
const file = (path: unknown, rest: object = {}): object => ({
  type: 'file',
  path,
  size: 3,
  oid: HASH,
  ...rest,
});

/** What a hub that gives such answers leads to. */
async function lieOf(
  about: unknown,
  tree: unknown,
  headers: Record<string, string> = {},
  commit?: string,
): Promise<string> {
  const server = createServer((request, response) => {
    const isTree = request.url?.includes('/tree/') === true;
    response.writeHead(200, { 'Content-Type': 'application/json', ...(isTree ? headers : {}) });
    const body = isTree ? tree : about;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cache = temporaryFolder();
  const { signal } = new AbortController();
  const request = {
    name: 'a/b',
    env: { HF_HUB_CACHE: cache },
    endpoint,
    signal,
    patience: IMPATIENT,
    commit,
  };
  const { message } = await failureOf(describeModel(request));
  expect(readdirSync(cache)).toEqual([]);
  return message;
}

describe('a list that is wrong', () => {
  it.each([undefined, null, 5, '../../x', 'main', 'C'.repeat(40), COMMIT.slice(1)])(
    'has no commit (%j)',
    async (sha) => {
      expect(await lieOf({ ...ABOUT, sha }, [file('config.json')])).toContain('the hub names no commit');
    },
  );

  it('has another commit than the one that was asked for', async () => {
    expect(await lieOf(ABOUT, [file('config.json')], {}, 'd'.repeat(40))).toContain(
      'does not have commit dddd',
    );
  });

  it.each([
    ['a hash that is a path', file('model.safetensors', { oid: '../../../x' })],
    ['no hash', file('model.safetensors', { oid: undefined })],
    [
      'a hash of LFS that is a path',
      file('model.safetensors', { lfs: { oid: '../x', size: 3, pointerSize: 1 } }),
    ],
    ['a size below nothing', file('model.safetensors', { size: -1 })],
    ['a size past all bounds', file('model.safetensors', { size: 2 ** 50 })],
    ['no size', file('model.safetensors', { size: undefined })],
    ['half a byte', file('model.safetensors', { size: 2.5 })],
  ])('has %s', async (_, entry) => {
    expect(await lieOf(ABOUT, [file('config.json'), entry])).toContain(
      'lists "model.safetensors" without a name, size and hash that can be',
    );
  });

  it('has names that lead elsewhere: they are not taken', async () => {
    const names = [
      '../model.safetensors',
      '/model.safetensors',
      'x/model.safetensors',
      'model.safetensors/..',
    ];
    expect(await lieOf(ABOUT, [file('config.json'), ...names.map((name) => file(name))])).toContain(
      'it has neither model.safetensors nor pytorch_model.bin',
    );
  });

  it('has folders of the names of files', async () => {
    expect(await lieOf(ABOUT, [{ ...file('config.json'), type: 'directory' }])).toContain(
      'it has no config.json',
    );
  });

  it('goes on at another host', async () => {
    const headers = { Link: '<http://127.0.0.1:9/api/models/a/b/tree/x>; rel="next"' };
    expect(await lieOf(ABOUT, [file('config.json')], headers)).toContain('sends us to another hub');
  });

  it.each(['<html>log in</html>', '', '[', 'null', '{}', '[null]'])('is no list (%j)', async (tree) => {
    expect(await lieOf(ABOUT, tree)).toContain('the answer of the hub cannot be read');
  });

  it.each(['<html>log in</html>', 'null'])('follows nothing that describes a model (%j)', async (about) => {
    expect(await lieOf(about, [])).toContain('the answer of the hub cannot be read');
  });

  it('has no end', async () => {
    expect(
      await lieOf(
        ABOUT,
        Array.from({ length: 10_001 }, (_, i) => file(`f${i}`)),
      ),
    ).toContain('it lists more than 10000 files');
  });
});

describe('a hub in trouble', () => {
  it('is asked again', async () => {
    const { request, hub } = await hubModel();
    hub.fail({ on: 'api', how: { status: 503 }, times: 2 });
    expect((await describeModel(request())).files).toHaveLength(3);
  });

  it.each([
    [{ status: 500 }, 'answers 500'],
    [{ status: 418 }, 'answers 418'],
    [{ hangUp: true }, 'the connection to 127.0.0.1'],
    [{ redirectTo: 'ftp://elsewhere/x' }, 'an address that is not safe'],
    [{ redirectTo: 'http://user:word@elsewhere/x' }, 'an address that is not safe'],
    [{ redirectTo: '/api/models/x' }, 'has no such model|sends us round in circles'],
  ])('is reported (%j)', async (how, words) => {
    const { request, hub } = await hubModel();
    hub.fail({ on: 'api', how });
    expect((await failureOf(describeModel(request()))).message).toMatch(new RegExp(words));
  });

  it('that cannot be reached says where it was looked for', async () => {
    const { request, hub } = await hubModel(FILES);
    await hub.close();
    const { message } = await failureOf(describeModel(request()));
    expect(message).toMatch(/the connection to 127\.0\.0\.1:\d+ failed \(ECONNREFUSED\)/);
  });
});
