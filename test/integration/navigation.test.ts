import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FeaturescopeApi } from '../../client/extension';
import { listModels, loadModel, unloadModel } from '../../protocol/models';
import { activate, closeEditors, eventually, openText, readAt, tokensOf } from './support/extension';

const TEXT = 'John gave a drink to Mary. Then Mary gave a drink to John. Then John gave a ball to Mary.';

describe('the heat that follows the cursor', () => {
  let api: FeaturescopeApi;

  before(async () => {
    api = await activate();
  });

  afterEach(async () => {
    await api.services.focus.set([]);
    await closeEditors();
  });

  it('is stepped through token by token, and the cursor is in the token reached', async () => {
    const { focus, cursor, tokens } = api.services;
    const editor = await openText(TEXT);
    await readAt(api, editor, TEXT.indexOf(' gave') + 2);
    const [followed] = focus.features;
    assert.ok(followed && focus.explicit.length === 0);
    await eventually('the heat that follows', () =>
      tokens.of(editor.document)?.some(({ activations }) => (activations[0] ?? 0) > 0),
    );
    for (let step = 0; step < 3; step++) {
      await vscode.commands.executeCommand('featurescope.nextFiring');
      assert.deepEqual(focus.explicit, [{ ...followed }]);
      const { start, end, active } = editor.selection;
      const selected = tokens
        .of(editor.document)
        ?.find((token) => token.start === editor.document.offsetAt(start));
      assert.ok(selected && (selected.activations[0] ?? 0) > 0, `step ${step} left the feature`);
      assert.equal(editor.document.offsetAt(end), selected.end);
      await eventually('the reading of the token reached', () => {
        const range = cursor.reading?.reading.range;
        return range?.start.character === active.character && range.end.character === end.character;
      });
    }
  });

  it('is gone when the model is unloaded, and is back with it', async () => {
    const { session, tokens, cursor } = api.services;
    const { document } = await openText(TEXT);
    await tokensOf(api, document);
    const { models } = await session.call(listModels, null);
    const model = models.find(({ state }) => state === 'loaded');
    assert.ok(model);
    await session.call(unloadModel, { id: model.id });
    try {
      await eventually('a text without heat', () => tokens.of(document)?.length === 0);
      await eventually('a line without a label', () => cursor.reading === undefined);
    } finally {
      await session.call(loadModel, { path: model.path });
    }
    await tokensOf(api, document);
  });
});
