import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FeaturescopeApi } from '../../client/extension';
import { estimateKey } from '../../client/models/wording';
import { estimateModel, listCachedModels, listModels } from '../../protocol/models';
import type { ModelsState } from '../../protocol/models';
import { activate, closeEditors, openText, readAt, tokensOf } from './support/extension';

const TEXT = 'When Mary and John went to the store, John gave a drink to';
const LONG = `${TEXT} Mary. `.repeat(20);

describe('a model of one’s own', () => {
  let api: FeaturescopeApi;
  let own: string;

  before(async () => {
    api = await activate();
    own = api.services.context.asAbsolutePath(
      path.join('test', 'reference', 'fixtures', 'gpt2-tiny', 'model'),
    );
    // As if the user had seen before what it takes: nobody can answer a question here.
    const estimate = await api.services.session.call(estimateModel, { path: own });
    await api.services.known.confirm(own, estimateKey(estimate));
  });

  after(async () => {
    await vscode.commands.executeCommand('featurescope.loadDemo');
    await api.services.known.forget(own);
    await closeEditors();
  });

  const state = (): Promise<ModelsState> => api.services.session.call(listModels, null);
  const loadedPaths = async (): Promise<string[]> =>
    (await state()).models.filter((model) => model.state === 'loaded').map((model) => model.path);

  it('takes the place of the demo under an open text, with nothing of the demo left', async () => {
    const editor = await openText(TEXT);
    const before = await tokensOf(api, editor.document);
    const reading = await readAt(api, editor, 7);
    assert.ok(reading.dictionaries.length > 0);
    await vscode.commands.executeCommand('featurescope.loadModel', own);
    assert.deepEqual(await loadedPaths(), [own]);
    assert.deepEqual((await state()).dictionaries, []);
    const after = await tokensOf(api, editor.document);
    assert.notEqual(after.length, before.length);
    assert.deepEqual((await readAt(api, editor, 8)).dictionaries, []);
    assert.equal(api.services.known.recent[0]?.path, own);
  });

  it('reads a text that is longer than its context', async () => {
    const { document } = await openText(LONG);
    const tokens = await tokensOf(api, document);
    assert.ok(tokens.length > 64);
    for (const { surprisal } of tokens.slice(1)) assert.ok(surprisal !== null && surprisal >= 0);
  });

  it('gives way to the demo while it is read, and comes back', async () => {
    const editor = await openText('');
    for (const load of ['featurescope.loadDemo', 'featurescope.loadModel']) {
      const typed = editor.edit((edit) => {
        edit.insert(new vscode.Position(0, 0), LONG);
      });
      await vscode.commands.executeCommand(load, own);
      await typed;
      assert.deepEqual(await loadedPaths(), [load === 'featurescope.loadDemo' ? 'demo' : own]);
      await tokensOf(api, editor.document);
    }
    const reading = await readAt(api, editor, 3);
    assert.deepEqual(reading.dictionaries, []);
  });

  it('is refused with what was loaded before still there, when it is none', async () => {
    const before = await loadedPaths();
    await vscode.commands.executeCommand('featurescope.loadModel', path.dirname(own));
    assert.deepEqual(await loadedPaths(), before);
  });

  it('may be in the cache, which can be listed even when there is none', async () => {
    assert.ok(Array.isArray(await api.services.session.call(listCachedModels, null)));
  });
});
