/** Whole downloads from a hub on this machine: the layout in the cache, going on, and everything that goes wrong on the way. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary';
import { FileFormatError } from '../formats/errors';
import { cachedSnapshots, findInHubCache } from '../formats/hubCache';
import { describeModel } from './download';
import { HubAccessError, HubError } from './hubError';
import { failureOf, FILES, hubModel, ID, WEIGHT_BYTES, WEIGHTS } from './testing/hubModel';

const CONTENT = FILES[WEIGHTS] as Uint8Array;

function expectWeights(snapshot: string): void {
  expect(readFileSync(join(snapshot, WEIGHTS)).equals(CONTENT)).toBe(true);
}

describe('a download', () => {
  it('makes the layout of huggingface_hub, with the files that a load needs and no others', async () => {
    const { download, folder, commit, hash, env } = await hubModel();
    const snapshot = await download();
    expect(snapshot).toBe(join(folder, 'snapshots', commit));
    expect(readdirSync(snapshot).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
    for (const name of readdirSync(snapshot)) {
      expect(readlinkSync(join(snapshot, name))).toBe(join('..', '..', 'blobs', hash(name)));
      expect(readFileSync(join(snapshot, name)).equals(Buffer.from(FILES[name]!))).toBe(true);
    }
    expect(readdirSync(join(folder, 'blobs')).sort()).toEqual(readdirSync(snapshot).map(hash).sort());
    expect(readFileSync(join(folder, 'refs', 'main'), 'utf8')).toBe(commit);
    expect(findInHubCache(ID, env)).toBe(snapshot);
    expect(cachedSnapshots(env)).toMatchObject([{ id: ID, revision: commit, path: snapshot }]);
  });

  it('asks about config.json before it brings the weights', async () => {
    const { download, asked, folder, commit } = await hubModel();
    const refused = new Error('another family');
    const checkConfig = vi.fn(() => {
      throw refused;
    });
    await expect(download(undefined, { checkConfig })).rejects.toBe(refused);
    expect(checkConfig).toHaveBeenCalledWith(
      { model_type: 'gpt2' },
      join(folder, 'snapshots', commit, 'config.json'),
    );
    expect(asked(WEIGHTS)).toEqual([]);
    expect(existsSync(join(folder, 'refs', 'main'))).toBe(false);
  });

  it('says first what will come, then how far it is', async () => {
    const { download, request } = await hubModel();
    const events: (number | string)[] = [];
    const described = await describeModel(request());
    await download(undefined, {
      onModel: (model) => {
        expect(model).toEqual(described);
        events.push('model');
      },
      onProgress: (done, of) => {
        expect(of).toBe(described.bytes);
        events.push(done);
      },
    });
    expect(events[0]).toBe('model');
    const numbers = events.slice(1) as number[];
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(numbers.at(-1)).toBe(described.bytes);
    expect(await describeModel(request())).toMatchObject({ missingBytes: 0, bytes: described.bytes });
  });

  it('asks for nothing that is there', async () => {
    const { download, hub } = await hubModel();
    await download();
    const before = hub.requests.length;
    await download();
    expect(hub.requests.slice(before).every(({ place }) => place === 'api')).toBe(true);
  });

  it('uses a blob of another revision', async () => {
    const { download, folder, commit, asked } = await hubModel();
    await download();
    const before = asked(WEIGHTS).length;
    rmSync(join(folder, 'snapshots', commit), { recursive: true });
    await download();
    expect(asked(WEIGHTS)).toHaveLength(before);
    expectWeights(join(folder, 'snapshots', commit));
  });

  it('replaces a link that leads nowhere, and a file that was cut', async () => {
    const { download, folder, commit, blob } = await hubModel();
    const snapshot = await download();
    rmSync(blob('tokenizer.json'));
    writeFileSync(blob(WEIGHTS), 'short');
    await download();
    expect(readFileSync(join(snapshot, 'tokenizer.json'), 'utf8')).toBe('{}');
    expectWeights(join(folder, 'snapshots', commit));
  });

  it('takes another revision by its name, and leaves main as it is', async () => {
    const { download, folder, hub, env } = await hubModel();
    await download();
    const commit = hub.commit(ID);
    await download({ name: `${ID}@${commit}` });
    expect(readdirSync(join(folder, 'refs'))).toEqual(['main']);
    expect(findInHubCache(`${ID}@${commit}`, env)).not.toBe(null);
    expect(findInHubCache(`${ID}@v1`, env)).toBe(null);
    expect((await failureOf(download({ name: `${ID}@v1` }))).message).toContain('it has no revision v1');
  });

  it('takes the commit that was agreed to, though main has moved since', async () => {
    const old = temporaryFolder();
    for (const [name, content] of Object.entries({ ...FILES, [WEIGHTS]: 'older' }))
      writeFileSync(join(old, name), content);
    const { download, folder, hub } = await hubModel(FILES, {}, { [`${ID}@before`]: old });
    const commit = hub.commit(ID, 'before');
    const snapshot = await download({ commit });
    expect(readFileSync(join(snapshot, WEIGHTS), 'utf8')).toBe('older');
    expect(readFileSync(join(folder, 'refs', 'main'), 'utf8')).toBe(commit);
    const gone = 'd'.repeat(40);
    expect((await failureOf(download({ commit: gone }))).message).toContain(`it has no revision ${gone}`);
  });

  it('takes the shards that the index names', async () => {
    const shards = {
      'config.json': '{}',
      'model-00001-of-00002.safetensors': 'one',
      'model-00002-of-00002.safetensors': 'two',
      'model-00001-of-00003.safetensors': 'of an older index',
      'model.safetensors.index.json': JSON.stringify({
        weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' },
      }),
    };
    const { download, request } = await hubModel(shards, { pageSize: 2 });
    const { files } = await describeModel(request());
    expect(files.map(({ path }) => path)).not.toContain('model-00001-of-00003.safetensors');
    expect(readdirSync(await download())).toHaveLength(4);
  });
});

describe('a download that is interrupted', () => {
  it('goes on by range in the next call', async () => {
    const { download, hub, incomplete, asked, request } = await hubModel();
    hub.fail({ on: 'cdn', how: { cutAfter: 100_000 }, times: 1 });
    hub.fail({ on: 'cdn', how: { status: 503 } });
    const error = await failureOf(download());
    expect(error).toBeInstanceOf(HubError);
    expect(error.message).toMatch(
      /^tests\/small: 127\.0\.0\.1:\d+ answers 503\. .*what was downloaded is kept$/,
    );
    const part = statSync(incomplete(WEIGHTS)).size;
    expect(part).toBeGreaterThan(0);
    const { missingBytes, bytes } = await describeModel(request());
    expect(missingBytes).toBeLessThanOrEqual(bytes - part);
    hub.mend();
    const snapshot = await download();
    expect(asked(WEIGHTS).at(-1)?.range).toBe(`bytes=${part}-`);
    expectWeights(snapshot);
    expect(existsSync(incomplete(WEIGHTS))).toBe(false);
  });

  it('leaves no ref, so that nobody takes a part for the model', async () => {
    const { download, hub, folder, env } = await hubModel();
    hub.fail({ on: 'cdn', how: { status: 404 } });
    await failureOf(download());
    expect(existsSync(join(folder, 'refs'))).toBe(false);
    hub.mend();
    await download();
    expect(findInHubCache(ID, env)).not.toBe(null);
  });

  it('by the user keeps what came, and the reason of the signal is its end', async () => {
    const { download, incomplete, hub } = await hubModel(FILES, { bytesPerSecond: 400_000 });
    const controller = new AbortController();
    const call = download(
      { signal: controller.signal },
      {
        onProgress: (done) => {
          if (done > 50_000) controller.abort(new Error('enough'));
        },
      },
    );
    expect((await failureOf(call)).message).toBe('enough');
    const part = statSync(incomplete(WEIGHTS)).size;
    expect(part).toBeGreaterThan(0);
    expect(part).toBeLessThan(WEIGHT_BYTES);
    await download();
    expect(hub.requests.at(-1)?.range).toBe(`bytes=${part}-`);
  });

  it('by the user before it began asks nobody', async () => {
    const { download, hub } = await hubModel();
    expect((await failureOf(download({ signal: AbortSignal.abort(new Error('no')) }))).message).toBe('no');
    expect(hub.requests).toEqual([]);
  });

  it.each([
    ['stalls', { stallAfter: 70_000 }],
    ['is cut', { cutAfter: 70_000 }],
    ['hangs up', { hangUp: true }],
    ['answers 500', { status: 500 }],
    ['answers 429', { status: 429, headers: { 'Retry-After': '1' } }],
    ['takes the address for too old', { status: 403 }],
  ])('goes on by itself when the connection %s', async (_, how) => {
    const { download, hub } = await hubModel();
    hub.fail({ on: 'cdn', how, times: 2 });
    expectWeights(await download());
  });

  it('is not given up as long as every try brings something', async () => {
    const { download, hub, asked } = await hubModel();
    hub.fail({ on: 'cdn', how: { cutAfter: 66_000 } });
    expectWeights(await download());
    expect(asked(WEIGHTS).length).toBeGreaterThan(4);
  });

  it('names its tag when it asks for the rest', async () => {
    const { download, hub, asked } = await hubModel();
    hub.fail({ on: 'cdn', how: { cutAfter: 100_000 }, times: 1 });
    await download();
    const tags = hub.requests.filter(({ place }) => place === 'cdn').map(({ ifRange }) => ifRange);
    expect(tags).toEqual([null, expect.stringMatching(/^"cdn-/)]);
    expect(asked(WEIGHTS)).not.toEqual([]);
  });
});

describe('a server that is wrong', () => {
  it('and ignores ranges is read past what is there', async () => {
    const { download, hub, leavePart } = await hubModel();
    leavePart(WEIGHTS, CONTENT.subarray(0, 120_000));
    hub.fail({ on: 'cdn', how: { ignoreRange: true } });
    expectWeights(await download());
  });

  it('and sends another part than it was asked for is asked for the whole', async () => {
    const { download, hub, leavePart, asked } = await hubModel();
    leavePart(WEIGHTS, CONTENT.subarray(0, 120_000));
    hub.fail({ on: 'cdn', how: { shiftRange: 7 }, times: 1 });
    expectWeights(await download());
    expect(asked(WEIGHTS).at(-1)?.range).toBe(null);
  });

  it('once sends a wrong byte: the file is fetched anew', async () => {
    const { download, hub } = await hubModel();
    hub.fail({ on: 'cdn', how: { corruptAt: 250_000 }, times: 1 });
    expectWeights(await download());
  });

  it.each([
    ['cdn', WEIGHTS, 'sha256'],
    ['resolve', 'tokenizer.json', 'git hash'],
  ] as const)('always sends a wrong byte (%s): nothing of it stays', async (on, name, kind) => {
    const { download, hub, blob, incomplete, hash } = await hubModel();
    hub.fail({ on, file: on === 'resolve' ? name : '', how: { corruptAt: 1 } });
    const { message } = await failureOf(download());
    expect(message).toMatch(
      new RegExp(`^tests/small: what came of ${name} is not what the hub lists \\(${kind} `),
    );
    expect(message).toContain(hash(name));
    expect(existsSync(blob(name)) || existsSync(incomplete(name))).toBe(false);
  });

  it('sends more than it lists', async () => {
    const { download, hub, blob } = await hubModel();
    hub.fail({ on: 'cdn', how: { extraBytes: 5 } });
    expect((await failureOf(download())).message).toContain(
      'more comes of model.safetensors than the 300000 bytes',
    );
    expect(existsSync(blob(WEIGHTS))).toBe(false);
  });

  it('has less than it lists', async () => {
    const { download, hub, blob } = await hubModel();
    hub.fail({ on: 'cdn', how: { shortBy: 5 } });
    const { message } = await failureOf(download());
    expect(message).toMatch(/ended after 299995 of 300000 bytes|cannot go on with model\.safetensors/);
    expect(existsSync(blob(WEIGHTS))).toBe(false);
  });

  it('stalls for ever', async () => {
    const { download, hub } = await hubModel();
    hub.fail({ on: 'cdn', how: { stallAfter: 0 } });
    expect((await failureOf(download())).message).toContain('nothing came from 127.0.0.1');
  });

  it('wants to be left alone for longer than anybody waits', async () => {
    const { download, hub } = await hubModel();
    hub.fail({ on: 'cdn', how: { status: 429, headers: { 'Retry-After': '3600' } } });
    expect((await failureOf(download())).message).toContain('wants no more requests for 3600 seconds');
    expect(hub.requests.filter(({ place }) => place === 'cdn')).toHaveLength(1);
  });
});

describe('what was left in the cache', () => {
  it('longer than the file: it is begun anew', async () => {
    const { download, leavePart } = await hubModel();
    leavePart(WEIGHTS, Buffer.alloc(WEIGHT_BYTES + 1));
    expectWeights(await download());
  });

  it('as long as the file and wrong: it is found out', async () => {
    const { download, leavePart } = await hubModel();
    leavePart(WEIGHTS, Buffer.alloc(WEIGHT_BYTES));
    expectWeights(await download());
  });

  it('a whole part that had only not got its name is not asked for', async () => {
    const { download, leavePart, asked } = await hubModel();
    leavePart(WEIGHTS, CONTENT);
    expectWeights(await download());
    expect(asked(WEIGHTS)).toEqual([]);
  });
});

describe('two downloads at once', () => {
  it('take turns, and the second finds all of it', async () => {
    const { download, hub, asked } = await hubModel(FILES, { bytesPerSecond: 600_000 });
    const messages: string[] = [];
    const first = download();
    await vi.waitFor(() => {
      expect(asked(WEIGHTS)).not.toEqual([]);
    });
    const second = download(undefined, { onProgress: (_done, _of, message) => messages.push(message) });
    expect(await second).toBe(await first);
    expect(messages[0]).toBe('Waiting for another download of this model');
    expect(hub.requests.filter(({ place }) => place === 'cdn')).toHaveLength(1);
  });
});

describe('a model that cannot be had', () => {
  it.each([
    [
      undefined,
      'there is no such model, or it is private. Check the spelling; a private model needs an access token',
    ],
    ['hf_wrong', 'the access token is not valid'],
  ])('is private (token %s)', async (accessToken, words) => {
    const { request } = await hubModel(FILES, { private: { [ID]: 'hf_right' } });
    const error = await failureOf(describeModel(request({ accessToken })));
    expect(error).toBeInstanceOf(HubAccessError);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('hf_');
  });

  it.each([undefined, 'hf_other'])('is gated (token %s)', async (accessToken) => {
    const { request, hub } = await hubModel(FILES, { gated: { [ID]: 'hf_right' } });
    const error = await failureOf(describeModel(request({ accessToken })));
    expect(error).toBeInstanceOf(HubAccessError);
    expect(error.message).toContain(`Accept them at ${hub.url}/${ID}, then give an access token`);
  });

  it('can be had with its token, which never leaves the hub', async () => {
    const { download, hub } = await hubModel(FILES, { gated: { [ID]: 'hf_right' } });
    expectWeights(await download({ accessToken: 'hf_right' }));
    const tokens = (place: string): Set<string | null> =>
      new Set(hub.requests.filter((request) => request.place === place).map(({ token }) => token));
    expect(tokens('api')).toEqual(new Set(['hf_right']));
    expect(tokens('resolve')).toEqual(new Set(['hf_right']));
    expect(tokens('cdn')).toEqual(new Set([null]));
  });

  it('is not there', async () => {
    const { request } = await hubModel();
    const { message } = await failureOf(describeModel(request({ name: 'tests/other' })));
    expect(message).toMatch(/^tests\/other: 127\.0\.0\.1:\d+ has no such model\. Check the spelling/);
  });

  it('has a cache that cannot be written', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { download, env } = await hubModel();
    const error = await failureOf(download({ env: { ...env, HF_HUB_CACHE: join(file, 'hub') } }));
    expect(error).toBeInstanceOf(FileFormatError);
    expect(error.message).toContain('a part of the path is not a folder');
  });

  it('has a cache in which a folder stands in the way', async () => {
    const { download, incomplete } = await hubModel();
    mkdirSync(incomplete(WEIGHTS), { recursive: true });
    const error = await failureOf(download());
    expect(error).toBeInstanceOf(FileFormatError);
    expect(error.message).toContain(`${incomplete(WEIGHTS)}: this is a folder`);
  });
});
