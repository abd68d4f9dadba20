/** Experiments asked of the built server: results, snapshots, cancelling, a dying engine, result files. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { killEngine } from '../../../protocol/engine';
import { ErrorCode } from '../../../protocol/errors';
import type { ExperimentSpec, PromptPair } from '../../../protocol/experimentSpec';
import {
  type ExperimentResult,
  likelyAnswers,
  resultWritten,
  runExperiment,
  type RunResult,
} from '../../../protocol/experiments';
import { loadModel } from '../../../protocol/models';
import { flattened } from '../../../protocol/normalise';
import { readExperimentResult } from '../../../protocol/readResult';
import { fixturePath } from '../../../test/reference/fixtures';
import { writeRandomModel } from '../../../test/support/randomModel';
import { temporaryCopy, temporaryFolder } from '../../../test/support/temporary';
import { LanguageServer } from './testing/languageServer';
import { smallDemo } from './testing/smallDemo';

const PATCH: ExperimentSpec = {
  title: 'a patch',
  model: 'demo',
  prompts: { clean: 'Mary gave it to', corrupt: 'Mary took it to', answer: 258, wrong: 256 },
  align: 'auto',
  runs: [{ patch: 'resid_pre' }],
};

const FILE = `model: demo
prompts: { clean: Mary gave it to, corrupt: Mary took it to, answer: 258, wrong: 256 }
align: auto
runs:
  - name: heads
    patch: z
  - name: without
    ablate: mlp_out
expect:
  - { run: heads, cell: { layer: 0, head: 0 }, change: '-100 .. 100' }
  - { run: without, cell: { layer: 0, position: 0 }, value: '> 1e6' }
`;

const start = () => LanguageServer.start({ demoFolder: smallDemo() });

/** Sixty-four tokens on a model that takes a while, patched position by position. */
async function slow(server: LanguageServer): Promise<ExperimentSpec> {
  const model = temporaryCopy(fixturePath('gpt2-tiny', 'model'));
  writeRandomModel(model, { layers: 6, heads: 4, dModel: 128, vocabulary: 300, context: 64 });
  await server.call(loadModel, { path: model });
  const tokens = Array.from({ length: 64 }, (_, i) => i + 1);
  return {
    model,
    prompts: { clean: { tokens }, corrupt: { tokens: tokens.map((id) => 300 - id) } },
    metric: 'logit_diff:1,2',
    runs: [{ name: 'long', patch: 'z', heads: [0], by: ['layer', 'head', 'position'] }],
  };
}

function finished({ values }: RunResult): number {
  return flattened(values).filter((value) => value !== null).length;
}

describe('runExperiment', () => {
  it('runs a spec, sends whole snapshots, and says where the numbers come from', async () => {
    const server = await start();
    const snapshots: RunResult[] = [];
    const result = await server.call(
      runExperiment,
      { uri: null, spec: PATCH },
      { onPart: (part) => snapshots.push(part) },
    );
    expect(() => readExperimentResult(structuredClone(result))).not.toThrow();
    const [run] = result.runs;
    expect(run).toMatchObject({
      name: 'patch',
      kind: 'patch',
      at: 'resid_pre',
      direction: 'denoise',
      axes: ['layer', 'position'],
      state: 'complete',
    });
    expect(run!.metric).toMatch(/^logit_diff:"/);
    expect(run!.done).toBe(run!.total);
    expect(snapshots[0]).toMatchObject({ state: 'running', done: 0, total: run!.total });
    expect(snapshots[0]!.cost.secondsLeft).toBeGreaterThan(0);
    expect(snapshots.at(-1)).toEqual(run);
    expect(result.provenance).toMatchObject({
      provider: 'cpu',
      model: { name: 'demo', family: 'gpt2', processing: [] },
    });
    expect(result.provenance.featurescope).toMatch(/^\d+\.\d+/);
    expect(result.provenance.onnxruntime).toMatch(/^\d+\.\d+/);
    expect(result.provenance.model.identity).not.toBe('');
  });

  it('writes the result beside an experiment file, and says on the next run what has changed', async () => {
    const server = await start();
    const written: string[] = [];
    server.connection.onNotification(resultWritten.method, ({ uri }: { uri: string }) => {
      written.push(uri);
    });
    const folder = temporaryFolder();
    const file = join(folder, 'a b.fscope.yaml');
    const place = join(folder, 'a b.fscope.result.json');
    writeFileSync(file, 'not this: the editor has another text');
    const uri = pathToFileURL(file).href;
    const first = await server.call(runExperiment, { uri, text: FILE });
    expect(first.title).toBe(basename(fileURLToPath(uri), '.fscope.yaml'));
    expect(first.expectations.map(({ holds }) => holds)).toEqual([true, false]);
    expect(first.runs.map(({ name }) => name)).toEqual(['heads', 'without']);
    expect(written).toEqual([pathToFileURL(place).href]);
    expect(readExperimentResult(JSON.parse(readFileSync(place, 'utf8')))).toEqual(first);

    const second = await server.call(runExperiment, { uri, text: FILE, only: ['heads'] });
    expect(second.runs.map(({ name }) => name)).toEqual(['heads', 'without']);
    expect(second.runs[0]!.notes.join()).toMatch(/The same as the result of .*: no number differs/);
    expect(second.runs[1]).toEqual(first.runs[1]);

    const other = FILE.replace('answer: 258', 'answer: 259');
    const third = await server.call(runExperiment, { uri, text: other, only: ['heads'] });
    expect(third.runs.map(({ name }) => name)).toEqual(['heads']);
    expect(third.runs[0]!.notes.join()).toMatch(/Changed since .*\(the prompts changed\)/);
  });

  it('loads in a workspace that is not trusted only what the user has chosen', async () => {
    const server = await start();
    const named = temporaryCopy(fixturePath('gpt2-tiny', 'model'));
    const spec = { ...PATCH, model: named };
    const restricted = (asked: ExperimentSpec) =>
      server.call(runExperiment, { uri: null, spec: asked, isRestricted: true });
    await expect(restricted(spec)).rejects.toThrow(/not trusted/);
    const dictionary = temporaryCopy(fixturePath('dictionaries', 'standard'));
    await expect(restricted({ ...PATCH, dictionaries: [dictionary] })).rejects.toThrow(/not trusted/);
    const ofDemo = await restricted({ ...PATCH, dictionaries: ['standard'] });
    expect(ofDemo.runs[0]!.state).toBe('complete');
    await server.call(loadModel, { path: named });
    expect((await restricted(spec)).runs[0]!.state).toBe('complete');
    expect((await restricted(PATCH)).runs[0]!.state).toBe('complete');
  });

  it('keeps what is done when it is cancelled, within a moment', async () => {
    const server = await start();
    const spec = await slow(server);
    const cancellation = new CancellationTokenSource();
    let cancelled = 0;
    const onPart = (part: RunResult): void => {
      if (finished(part) === 0 || cancelled > 0) return;
      cancelled = Date.now();
      cancellation.cancel();
    };
    const call = { token: cancellation.token, onPart };
    const result = await server.call(runExperiment, { uri: null, spec }, call);
    const took = Date.now() - cancelled;
    const [run] = result.runs;
    expect(run).toMatchObject({ state: 'cancelled' });
    expect(finished(run!)).toBe(run!.done);
    expect(run!.done).toBeGreaterThan(0);
    expect(run!.done).toBeLessThan(run!.total);
    expect(took).toBeLessThan(1000);
    // Cancelled and started again.
    for (let i = 0; i < 5; i++) {
      const again = new CancellationTokenSource();
      const asked = server.call(runExperiment, { uri: null, spec }, { token: again.token });
      again.cancel();
      expect((await asked.catch(() => null))?.runs.every(({ state }) => state === 'cancelled') ?? true).toBe(
        true,
      );
    }
    const short = await server.call(runExperiment, {
      uri: null,
      spec: { ...spec, runs: [{ patch: 'resid_pre', layers: [0], positions: [-1] }] },
    });
    expect(short.runs[0]!.state).toBe('complete');
  });

  it('goes on with the unfinished cells when the engine dies in the middle', async () => {
    const server = await start();
    const spec = await slow(server);
    let isKilled = false;
    const atDeath: number[] = [];
    const result = await server.call(
      runExperiment,
      { uri: null, spec },
      {
        onPart: (part) => {
          if (isKilled || finished(part) === 0) return;
          isKilled = true;
          atDeath.push(part.done);
          void server.call(killEngine, null);
        },
      },
    );
    const [run] = result.runs;
    expect(atDeath[0]).toBeGreaterThan(0);
    expect(run).toMatchObject({ state: 'complete', done: run!.total });
    expect(run!.notes.join()).toMatch(/The engine ended once in the middle; finished cells were kept/);
    const undisturbed = await server.call(runExperiment, { uri: null, spec });
    expect(run!.values).toEqual(undisturbed.runs[0]!.values);
  });

  it('fails a run that cannot be done, and does the others', async () => {
    const server = await start();
    const spec: ExperimentSpec = {
      ...PATCH,
      runs: [
        { name: 'bad', patch: 'z', layers: [7] },
        { name: 'good', patch: 'z' },
      ],
    };
    const { runs } = await server.call(runExperiment, { uri: null, spec });
    expect(runs[0]).toMatchObject({
      state: 'failed',
      message: 'z has layers 0 to 2, and no 7: correct the layer',
    });
    expect(runs[1]!.state).toBe('complete');
  });

  it('refuses what cannot be started, naming the place', async () => {
    const server = await start();
    const folder = temporaryFolder();
    const uri = pathToFileURL(join(folder, 'x.fscope.yaml')).href;
    const failure = (params: Parameters<typeof server.call<never, never, never>>[1]) =>
      server.failure(server.call(runExperiment, params));
    expect(await failure({ uri, text: 'model: demo\nruns: []' } as never)).toMatchObject({
      code: ErrorCode.requestFailed,
      message: expect.stringMatching(
        /^This experiment cannot be run\. Line 1: .* needs "prompts".* Line 2: This list needs 1 or more entries/,
      ) as string,
      data: { file: join(folder, 'x.fscope.yaml') },
    });
    const malformed = { ...PATCH, runs: [{ patch: 'z', layers: 'all of them' }] };
    expect(await failure({ uri: null, spec: malformed } as never)).toMatchObject({
      message: expect.stringMatching(/^This experiment cannot be run\./) as string,
    });
    expect(await failure({ uri: null, spec: { ...PATCH, model: 'nowhere' } } as never)).toMatchObject({
      message: 'there is no model nowhere',
    });
    expect(
      await failure({
        uri: null,
        spec: { ...PATCH, prompts: { ...(PATCH.prompts as PromptPair), clean: { tokens: [9999] } } },
      } as never),
    ).toMatchObject({ message: 'the clean prompt: token 9999 is not in the vocabulary (0 to 299)' });
    expect(
      await failure({
        uri: pathToFileURL(folder).href,
        spec: { ...PATCH, prompts: '../pairs.jsonl' },
      } as never),
    ).toMatchObject({ message: expect.stringMatching(/is not below the experiment's folder/) as string });
    expect(existsSync(join(folder, 'x.fscope.result.json'))).toBe(false);
  });

  it('reads pairs from a file beside the experiment, and uses dictionaries by name', async () => {
    const server = await start();
    const folder = temporaryFolder();
    const pairs = [
      { clean: 'Mary gave it to', corrupt: 'Mary took it to' },
      { clean: 'John gave it to', corrupt: 'John took it to' },
    ];
    writeFileSync(join(folder, 'p.jsonl'), pairs.map((pair) => JSON.stringify(pair)).join('\n'));
    const spec: ExperimentSpec = {
      dictionaries: ['jumprelu'],
      prompts: 'p.jsonl',
      align: 'auto',
      metric: 'logit_diff:258,256@-1',
      runs: [
        { patch: 'features', by: ['feature'], units: [3, 4, 5] },
        { name: 'top', attribute: 'features', by: ['feature'], top: 4 },
      ],
    };
    const result: ExperimentResult = await server.call(runExperiment, {
      uri: pathToFileURL(folder).href,
      spec,
    });
    const [patched, top] = result.runs;
    expect(patched).toMatchObject({ state: 'complete', at: 'features of jumprelu' });
    expect(patched!.ticks).toEqual([
      [
        { label: '3', index: 3, detail: 'a name' },
        { label: '4', index: 4, detail: 'the second of two names' },
        { label: '5', index: 5 },
      ],
    ]);
    expect(patched!.pairs).toHaveLength(2);
    expect(top!.ticks[0]).toHaveLength(4);
    expect(result.provenance.dictionaries.map(({ id }) => id)).toEqual(['jumprelu']);
  });
});

describe('likelyAnswers', () => {
  it('are the tokens of the prompt and what the model expects after it', async () => {
    const server = await start();
    const { tokens, answers } = await server.call(likelyAnswers, { prompt: 'Mary gave', top: 3 });
    expect(tokens.map(({ text }) => text).join('')).toBe('<|endoftext|>Mary gave');
    expect(answers).toHaveLength(3);
    expect(answers[0]!.probability).toBeGreaterThanOrEqual(answers[1]!.probability);
  });
});
