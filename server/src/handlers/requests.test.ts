/** Models, dictionaries, labels, search, find everywhere and the dashboard, asked of the built server. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import {
  describeFeatures,
  type FeatureDashboard,
  featureDashboard,
  searchFeatures,
} from '../../../protocol/dashboard';
import { tokenFeatures } from '../../../protocol/documents';
import { restartEngine } from '../../../protocol/engine';
import { ErrorCode } from '../../../protocol/errors';
import { type FeatureHit, findEverywhere } from '../../../protocol/findEverywhere';
import { listLabels, setLabel } from '../../../protocol/labels';
import {
  listModels,
  loadDictionary,
  loadModel,
  setProvider,
  unloadDictionary,
  unloadModel,
} from '../../../protocol/models';
import { fixturePath } from '../../../test/reference/fixtures';
import { temporaryCopy, temporaryFolder } from '../../../test/support/temporary';
import { LanguageServer, whole } from './testing/languageServer';
import { DICTIONARIES, HELD_OUT, smallDemo } from './testing/smallDemo';

const FEATURE = { dictionary: 'standard', index: 5 };

async function tokens(server: LanguageServer, uri: string, text: string) {
  const textDocument = await server.open(uri, text);
  const { chunks } = await server.call(tokenFeatures, {
    textDocument,
    spans: whole(text),
    features: [FEATURE],
  });
  return chunks.flatMap(({ start, end, activations }) =>
    start.map((from, i) => ({ start: from, end: end[i]!, activation: activations[0]?.[i] ?? 0 })),
  );
}

describe('models and dictionaries', () => {
  it('loads nothing before something needs it, then the demo with its dictionaries', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const before = await server.call(listModels, null);
    expect(before.models.map(({ id, state }) => [id, state])).toEqual([['demo', 'available']]);
    expect(before.dictionaries).toEqual([]);
    await tokens(server, 'file:///a.txt', 'a text');
    const after = await server.call(listModels, null);
    expect(after.models[0]).toMatchObject({
      state: 'loaded',
      shape: { family: 'gpt2', layers: 3, contextLength: 64 },
    });
    expect(after.dictionaries.map(({ id, state }) => [id, state])).toEqual(
      DICTIONARIES.map((id) => [id, 'loaded']),
    );
    expect(after.dictionaries[0]).toMatchObject({ kind: 'jumprelu', features: 48 });
    expect(after.providers.find(({ active }) => active)?.name).toBe('cpu');
    expect(after.memory!.engineBytes).toBeGreaterThan(1e6);
    const status = await server.status(({ model, quiescent }) => model === 'Demo' && quiescent);
    expect(status).toMatchObject({ health: 'ok', message: '', dictionaries: 3, provider: 'cpu' });
    expect(server.refreshes).toContain('model');
  });

  it('loads another model in its place, and adds and removes dictionaries', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const folder = temporaryCopy(fixturePath('gpt2-tiny', 'model'));
    const loaded = await server.call(loadModel, { path: folder });
    expect(loaded.models.find(({ state }) => state === 'loaded')?.path).toBe(folder);
    expect(loaded.dictionaries).toEqual([]);
    const path = fixturePath('dictionaries', 'topk');
    const added = await server.call(loadDictionary, { path });
    expect(added.dictionaries).toMatchObject([{ id: 'topk', state: 'loaded', path }]);
    expect((await server.call(unloadDictionary, { id: 'topk' })).dictionaries).toEqual([]);
    const unloaded = await server.call(unloadModel, { id: folder });
    expect(unloaded.models.map(({ state }) => state)).toEqual(['available', 'available']);
    const textDocument = await server.open('file:///a.txt', 'a');
    const asked = server.call(tokenFeatures, { textDocument, spans: whole('a'), features: [] });
    expect((await server.failure(asked)).code).toBe(ErrorCode.modelNotLoaded);
  });

  it('refuses a broken model by file and cure, and keeps the old one', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    await tokens(server, 'file:///a.txt', 'a text');
    const folder = temporaryCopy(fixturePath('gpt2-tiny', 'model'));
    for (const [file, content] of [
      ['tokenizer.json', '{'],
      ['model.safetensors', 'nonsense'],
    ] as const) {
      writeFileSync(join(folder, file), content);
      const { code, data, message } = await server.failure(server.call(loadModel, { path: folder }));
      expect(code).toBe(ErrorCode.requestFailed);
      expect(data.file).toBe(join(folder, file));
      expect(data.cure).toBeTruthy();
      expect(message).not.toContain(data.cure);
    }
    const { models } = await server.call(listModels, null);
    expect(models.find(({ id }) => id === 'demo')?.state).toBe('loaded');
    expect(models.find(({ path }) => path === folder)).toMatchObject({ state: 'failed' });
    expect((await tokens(server, 'file:///b.txt', 'still here')).length).toBeGreaterThan(0);
  });

  it('refuses a dictionary that does not fit and goes on with the others', async () => {
    const demoFolder = smallDemo();
    const misfit = join(demoFolder, 'dictionaries', 'jumprelu', 'cfg.json');
    const config = readFileSync(misfit, 'utf8').replace(
      'blocks.1.hook_resid_post',
      'blocks.9.hook_resid_post',
    );
    writeFileSync(misfit, config);
    const server = await LanguageServer.start({ demoFolder });
    await tokens(server, 'file:///a.txt', 'a text');
    const { dictionaries } = await server.call(listModels, null);
    expect(dictionaries.map(({ state }) => state)).toEqual(['failed', 'loaded', 'loaded']);
    expect(dictionaries[0]!.message).toContain('blocks.9.hook_resid_post');
    const status = await server.status(({ health, model }) => health === 'warning' && model !== null);
    expect(status.message).toContain('jumprelu');
    const again = server.call(loadDictionary, { path: join(demoFolder, 'dictionaries', 'jumprelu') });
    expect((await server.failure(again)).message).toContain('blocks.9.hook_resid_post');
  });

  it('refuses a provider that this machine does not have', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const { message, data } = await server.failure(server.call(setProvider, { name: 'coremlx' }));
    expect(message).toContain('coremlx');
    expect(data.cure).toContain('cpu');
    expect((await server.call(listModels, null)).providers.find(({ active }) => active)?.name).toBe('cpu');
  });

  it('uses a provider that agrees with the CPU, or says why not, and answers the same', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const before = await tokens(server, 'file:///a.txt', 'Mary gave');
    const { providers } = await server.call(listModels, null);
    for (const { name } of providers) {
      const state = await server.call(setProvider, { name }).catch(() => server.call(listModels, null));
      const provider = state.providers.find((found) => found.name === name)!;
      expect(provider.active).toBe(provider.refusal === undefined);
      const after = await tokens(server, `file:///${name}.txt`, 'Mary gave');
      expect(after.length).toBe(before.length);
      after.forEach(({ activation }, i) => {
        expect(activation).toBeCloseTo(before[i]!.activation, 3);
      });
    }
  });

  it('takes up changed settings', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    await tokens(server, 'file:///a.txt', 'one two');
    const path = temporaryCopy(fixturePath('gpt2-tiny', 'model'));
    await server.changeSettings({ model: { path, dictionaries: [fixturePath('dictionaries', 'standard')] } });
    await server.refreshed('settings');
    await tokens(server, 'file:///b.txt', 'one two');
    const { models, dictionaries } = await server.call(listModels, null);
    expect(models.find(({ state }) => state === 'loaded')?.path).toBe(path);
    expect(dictionaries.map(({ id }) => id)).toEqual(['standard']);
  });

  it('has nothing asked again for a setting that is the client’s alone', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo(), settings: { heat: { on: true } } });
    await tokens(server, 'file:///a.txt', 'one two');
    await server.changeSettings({ heat: { on: false } });
    await server.changeSettings({ heat: { on: false }, features: { top: 7 } });
    await server.refreshed('settings');
    await server.call(listModels, null);
    expect(server.refreshes.filter((reason) => reason === 'settings').length).toBe(1);
  });

  it('answers the same after the engine was started afresh', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const before = await tokens(server, 'file:///a.txt', 'Mary gave');
    await server.call(restartEngine, null);
    await server.refreshed('engine');
    expect(await tokens(server, 'file:///b.txt', 'Mary gave')).toEqual(before);
    expect(server.statuses.every(({ health }) => health === 'ok')).toBe(true);
  });
});

describe('labels', () => {
  it('keeps own labels over those of the dictionary, in the workspace', async () => {
    const workspaceFolder = temporaryFolder();
    const server = await LanguageServer.start({ demoFolder: smallDemo(), workspaceFolder });
    await tokens(server, 'file:///a.txt', 'a');
    const feature = { dictionary: 'jumprelu', index: 3 };
    const features = [feature, { dictionary: 'jumprelu', index: 9 }];
    expect(await server.call(describeFeatures, { features })).toEqual([
      { feature, label: { text: 'a name', source: 'dictionary', precision: 0.9, recall: 0.5 } },
      { feature: features[1], label: null },
    ]);
    const own = await server.call(setLabel, { feature, text: ' my own ' });
    expect(own).toEqual({ feature, label: { text: 'my own', source: 'own' } });
    expect(await server.call(listLabels, null)).toEqual([own]);
    expect(readFileSync(join(workspaceFolder, '.featurescope', 'labels.json'), 'utf8')).toContain('my own');
    await server.refreshed('labels');
    expect((await server.call(setLabel, { feature, text: null })).label?.text).toBe('a name');
    expect(await server.call(listLabels, null)).toEqual([]);
  });

  it('says what to do where no folder is open', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const { data } = await server.failure(server.call(setLabel, { feature: FEATURE, text: 'x' }));
    expect(data.cure).toContain('Open a folder');
  });

  it('finds features by words of their labels, by key and by index', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const find = async (query: string) =>
      (await server.call(searchFeatures, { query, limit: 10 })).map(
        ({ feature }) => `${feature.dictionary}#${feature.index}`,
      );
    expect(await find('NAME')).toEqual(['jumprelu#3', 'jumprelu#4']);
    expect(await find('names second')).toEqual(['jumprelu#4']);
    expect(await find('standard#7')).toEqual(['standard#7']);
    expect(await find('7')).toEqual(['jumprelu#7', 'standard#7', 'standard-hook-z#7']);
    expect(await find('4711')).toEqual([]);
  });
});

describe('featurescope/findEverywhere', () => {
  it('finds what the editor shows, in files and open documents, and names what it cannot read', async () => {
    const folder = temporaryFolder();
    const uriOf = (name: string) => pathToFileURL(join(folder, name)).toString();
    const text = 'Mary gave John a book.\nThe king, 1713, wrote it twice.\n'.repeat(8);
    writeFileSync(join(folder, 'a.txt'), text);
    writeFileSync(join(folder, 'b.txt'), 'what is on disk');
    writeFileSync(join(folder, 'deleted.txt'), text);
    writeFileSync(join(folder, 'binary.txt'), Uint8Array.of(1, 0, 2));
    const server = await LanguageServer.start({ demoFolder: smallDemo(), workspaceFolder: folder });
    const shown = (await tokens(server, uriOf('b.txt'), text)).filter(({ activation }) => activation > 0);
    expect(shown.length).toBeGreaterThan(2);
    rmSync(join(folder, 'deleted.txt'));
    const uris = ['a.txt', 'deleted.txt', 'binary.txt', 'b.txt'].map(uriOf);
    const hits: FeatureHit[] = [];
    const params = { feature: FEATURE, uris, minimum: 0, limit: 10_000 };
    const answer = await server.call(findEverywhere, params, { onPart: (part) => hits.push(...part) });
    expect(answer).toMatchObject({ hits: [], capped: false });
    expect(answer.skipped.map(({ uri, reason }) => [uri, reason])).toEqual([
      [uriOf('deleted.txt'), 'there is no such file or folder'],
      [uriOf('binary.txt'), 'it is a binary file'],
    ]);
    for (const name of ['a.txt', 'b.txt']) {
      const found = hits.filter(({ uri }) => uri === uriOf(name));
      expect(found.length).toBe(shown.length);
      found.forEach(({ activation, preview, range }, i) => {
        expect(activation).toBeCloseTo(shown[i]!.activation, 4);
        expect(preview.text.slice(preview.start, preview.end)).toBe(
          text.slice(shown[i]!.start, shown[i]!.end),
        );
        expect(range.start.line).toBe(text.slice(0, shown[i]!.start).split('\n').length - 1);
      });
    }
    const strongest = Math.max(...shown.map(({ activation }) => activation));
    const few = await server.call(findEverywhere, { ...params, minimum: strongest, limit: 1 });
    expect(few).toMatchObject({ capped: true, hits: [{ uri: uriOf('a.txt') }] });
  });

  it('never goes on with another model', async () => {
    const folder = temporaryFolder();
    const uris = Array.from({ length: 20 }, (_, i) => {
      writeFileSync(join(folder, `${i}.txt`), HELD_OUT.repeat(200));
      return pathToFileURL(join(folder, `${i}.txt`)).toString();
    });
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const switches: Promise<unknown>[] = [];
    const onPart = () => {
      if (switches.length === 0) switches.push(server.call(loadModel, { path: 'demo' }));
    };
    const params = { feature: FEATURE, uris, minimum: 0, limit: 1e6 };
    const { code } = await server.failure(server.call(findEverywhere, params, { onPart }));
    expect(code).toBe(ErrorCode.contentModified);
    await Promise.all(switches);
  });

  it('stops when it is cancelled, and refuses a feature of a dictionary that is not loaded', async () => {
    const folder = temporaryFolder();
    const uris = Array.from({ length: 50 }, (_, i) => {
      writeFileSync(join(folder, `${i}.txt`), HELD_OUT.repeat(200));
      return pathToFileURL(join(folder, `${i}.txt`)).toString();
    });
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const source = new CancellationTokenSource();
    const params = { feature: FEATURE, uris, minimum: 0, limit: 1e6 };
    const onPart = () => {
      source.cancel();
    };
    const search = server.call(findEverywhere, params, { token: source.token, onPart });
    expect((await server.failure(search)).code).toBe(ErrorCode.requestCancelled);
    const unknown = server.call(findEverywhere, { ...params, feature: { dictionary: 'x', index: 0 } });
    expect((await server.failure(unknown)).code).toBe(ErrorCode.dictionaryNotLoaded);
    const tooLarge = server.call(findEverywhere, {
      ...params,
      feature: { dictionary: 'standard', index: 48 },
    });
    expect((await server.failure(tooLarge)).code).toBe(ErrorCode.invalidParams);
  });
});

describe('featurescope/featureDashboard', () => {
  it('shows a feature by itself and over the held-out text', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const parts: FeatureDashboard[] = [];
    const params = { feature: FEATURE, corpus: 'demo' as const, top: 4 };
    const dashboard = await server.call(featureDashboard, params, { onPart: (part) => parts.push(part) });
    expect(parts[0]).toEqual({ ...dashboard, statistics: null });
    expect(dashboard.dictionary).toMatchObject({ name: 'standard', hookPoint: 'blocks.1.hook_resid_post' });
    const { top, bottom } = dashboard.logits!;
    expect([top.length, bottom.length]).toEqual([4, 4]);
    expect(top[0]!.logit).toBeGreaterThan(top[3]!.logit);
    expect(bottom[0]!.logit).toBeLessThan(0);
    expect(dashboard.nearest.length).toBe(4);
    for (const { feature, cosine } of dashboard.nearest) {
      expect(feature.index).not.toBe(FEATURE.index);
      expect(Math.abs(cosine)).toBeLessThanOrEqual(1.0001);
    }
    const statistics = dashboard.statistics!;
    expect(statistics.complete).toBe(true);
    expect(statistics.histogram.counts.reduce((a, b) => a + b, 0)).toBe(statistics.active);
    for (const { tokens: texts, peak, activations, location } of statistics.contexts) {
      expect(location).toBeNull();
      expect(texts.length).toBe(activations.length);
      expect(activations[peak]).toBe(Math.max(...activations));
    }
    expect(statistics.contexts[0]!.activations[statistics.contexts[0]!.peak]).toBeCloseTo(statistics.max, 4);
  });

  it('reads an open file as it stands in the editor, however the client encodes its name', async () => {
    const folder = join(temporaryFolder(), 'My (project)');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.txt'), HELD_OUT);
    const server = await LanguageServer.start({ demoFolder: smallDemo(), workspaceFolder: folder });
    const uri = pathToFileURL(join(folder, 'a.txt')).href.replace('(', '%28').replace(')', '%29');
    const shown = await tokens(server, uri, 'Mary gave John');
    const params = { feature: FEATURE, corpus: 'workspace' as const, top: 3 };
    const { statistics } = await server.call(featureDashboard, params);
    expect(statistics!.tokens).toBe(shown.length);
    for (const { location } of statistics!.contexts) expect(location!.uri).toBe(uri);
  });

  it('reads the text files of the workspace and says where its contexts are', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub', 'a.md'), HELD_OUT);
    const server = await LanguageServer.start({ demoFolder: smallDemo(), workspaceFolder: folder });
    const feature = { dictionary: 'standard-hook-z', index: 1 };
    const { statistics, logits } = await server.call(featureDashboard, {
      feature,
      corpus: 'workspace',
      top: 3,
    });
    expect(logits!.top.length).toBe(3);
    const shown = await (async () => {
      const uri = pathToFileURL(join(folder, 'sub', 'a.md')).toString();
      const textDocument = await server.open(uri, HELD_OUT);
      const { chunks } = await server.call(tokenFeatures, {
        textDocument,
        spans: whole(HELD_OUT),
        features: [feature],
      });
      return chunks.flatMap(({ activations }) => activations[0]!);
    })();
    expect(statistics!.tokens).toBe(shown.length);
    expect(statistics!.active).toBe(shown.filter((activation) => activation > 0).length);
    for (const { location } of statistics!.contexts) expect(location!.uri).toContain('sub/a.md');
  });
});
