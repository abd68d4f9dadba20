/** `--download`: models from a hub on this machine, and what is said without it. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fixturePath } from '../../../test/reference/fixtures';
import { outcomeOf, type Outcome, startCli } from '../../../test/support/cli';
import { type HubServer, type HubServerOptions, startHubServer } from '../../../test/support/hubServer';
import { temporaryFolder } from '../../../test/support/temporary';

const ID = 'tests/tiny';
const TOKENIZE = ['tokenize', '--model', ID, '--prompt', 'Hi', '--json'];

interface Setup {
  readonly hub: HubServer;
  readonly folder: string;
  readonly start: (...args: string[]) => ReturnType<typeof startCli>;
  readonly run: (...args: string[]) => Promise<Outcome>;
}

async function setup(options: Partial<HubServerOptions> = {}, env: NodeJS.ProcessEnv = {}): Promise<Setup> {
  const hub = await startHubServer({ models: { [ID]: fixturePath('gpt2-tiny', 'model') }, ...options });
  onTestFinished(() => hub.close());
  const home = temporaryFolder();
  const start = (...args: string[]): ReturnType<typeof startCli> =>
    startCli(args, 'pipe', { HF_HOME: home, HF_ENDPOINT: hub.url, ...env });
  return {
    hub,
    folder: join(home, 'hub', 'models--tests--tiny'),
    start,
    run: (...args) => outcomeOf(start(...args)),
  };
}

describe('a model that is not in the cache', () => {
  it('is not asked for unless the call says so', async () => {
    const { run, hub } = await setup();
    const { status, stdout, stderr } = await run(...TOKENIZE);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error: tests\/tiny: there is no such folder .*; --download gets it from the hub\n$/,
    );
    expect(hub.requests).toEqual([]);
  });

  it('is downloaded with its size said first, and is then used without the hub', async () => {
    const { run, hub } = await setup();
    const { status, stdout, stderr } = await run(...TOKENIZE, '--download');
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^tests\/tiny at [0-9a-f]{7} from http:\/\/127\.0\.0\.1:\d+: 4 files, 208 KiB, of which 208 KiB are to be downloaded\n$/,
    );
    const before = hub.requests.length;
    expect(await run(...TOKENIZE)).toEqual({ status: 0, stdout, stderr: '' });
    expect(await run(...TOKENIZE, '--download')).toEqual({ status: 0, stdout, stderr: '' });
    expect(hub.requests).toHaveLength(before);
  });

  it('takes a revision', async () => {
    const { run, hub } = await setup({
      models: {
        [ID]: fixturePath('gpt2-tiny', 'model'),
        [`${ID}@v1`]: fixturePath('gpt2-tiny', 'model'),
      },
    });
    expect((await run('inspect', `${ID}@v1`, '--download', '--json')).status).toBe(0);
    expect((await run('inspect', `${ID}@v1`, '--json')).status).toBe(0);
    expect((await run('inspect', `${ID}@v2`, '--json')).status).toBe(1);
    expect(hub.requests.some(({ path }) => path.includes('v1'))).toBe(true);
  });

  it('is refused when the environment says offline', async () => {
    const { run, hub } = await setup({}, { HF_HUB_OFFLINE: '1' });
    const { status, stderr } = await run(...TOKENIZE, '--download');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: tests\/tiny: the environment forbids to ask the hub \(HF_HUB_OFFLINE/);
    expect(hub.requests).toEqual([]);
  });

  it('is had with the token of the environment', async () => {
    const { run } = await setup({ private: { [ID]: 'hf_secret' } }, { HF_TOKEN: 'hf_secret' });
    expect((await run(...TOKENIZE, '--download')).status).toBe(0);
  });

  it('is not had without one: one line that says what to do', async () => {
    const { run, hub } = await setup({ gated: { [ID]: 'hf_secret' } });
    const { status, stdout, stderr } = await run(...TOKENIZE, '--download');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      `error: tests/tiny: its owner wants consent to conditions. Accept them at ${hub.url}/tests/tiny, ` +
        'then give an access token of the same account\n',
    );
  });
});

describe('Ctrl-C', () => {
  it('ends a download with 130 and keeps what came; the next call goes on', async () => {
    const { start, run, hub, folder } = await setup({ bytesPerSecond: 60_000 });
    const child = start(...TOKENIZE, '--download');
    const outcome = outcomeOf(child);
    const blobs = join(folder, 'blobs');
    const partOf = (): number => {
      const part = readBlobs(blobs).find((name) => name.endsWith('.incomplete'));
      return part === undefined ? 0 : statSync(join(blobs, part)).size;
    };
    await expect.poll(partOf, { timeout: 30_000 }).toBeGreaterThan(10_000);
    child.kill('SIGINT');
    const { status, stdout, stderr } = await outcome;
    expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
    expect(stderr).toMatch(/^[^\n]+ are to be downloaded\n[^\n]+ stays: the same command goes on there\n$/);
    const part = partOf();
    expect(part).toBeGreaterThan(10_000);
    expect((await run(...TOKENIZE)).status).toBe(1);
    const again = await run(...TOKENIZE, '--download');
    expect(again.status).toBe(0);
    expect(hub.requests.at(-1)?.range).toBe(`bytes=${part}-`);
  });
});

describe('a model of which the cache has a part', () => {
  it('says what is missing and how to get it', async () => {
    const { run, folder } = await setup();
    await run(...TOKENIZE, '--download');
    const [commit] = readdirSync(join(folder, 'snapshots'));
    rmSync(join(folder, 'snapshots', commit!, 'model.safetensors'));
    const { status, stderr } = await run(...TOKENIZE);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: tests\/tiny: the Hugging Face cache does not have all of it: .*--download gets/,
    );
    expect((await run(...TOKENIZE, '--download')).status).toBe(0);
  });
});

function readBlobs(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
