import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FeaturescopeApi } from '../../client/extension';
import { commandLink, LinkCommand } from '../../protocol/commands';
import { killEngine } from '../../protocol/engine';
import {
  activate,
  closeEditors,
  eventually,
  openText,
  readAt,
  strongestOf,
  tokensOf,
} from './support/extension';

const TEXT = 'When Mary and John went to the store, John gave a drink to';

describe('an open document', () => {
  let api: FeaturescopeApi;

  before(async () => {
    api = await activate();
  });

  afterEach(async () => {
    await api.services.focus.set([]);
    await closeEditors();
  });

  it('is analysed when it is plain text: its tokens tile it, all but the first with a surprisal', async () => {
    const { document } = await openText(TEXT);
    const tokens = await tokensOf(api, document);
    assert.ok(tokens.length > 5);
    for (const { surprisal } of tokens.slice(1)) assert.ok(surprisal !== null && surprisal >= 0);
  });

  it('shows the activations of the feature in focus', async () => {
    const editor = await openText(TEXT);
    const at = TEXT.indexOf(' gave') + 2;
    const feature = strongestOf(await readAt(api, editor, at));
    await api.services.focus.set([feature.feature]);
    const token = await eventually('the activation in focus', () =>
      api.services.tokens
        .of(editor.document)
        ?.find(({ start, end, activations }) => start <= at && at < end && (activations[0] ?? 0) > 0),
    );
    assert.ok(Math.abs(token.activations[0]! - feature.activation) < 1e-3 * feature.activation);
  });

  it('follows an edit, and what stands before it keeps its numbers', async () => {
    const editor = await openText(TEXT);
    const before = await tokensOf(api, editor.document);
    await editor.edit((edit) => {
      edit.insert(editor.document.positionAt(TEXT.length), ' Mary and he');
    });
    const after = await tokensOf(api, editor.document);
    assert.ok(after.length > before.length);
    for (const [i, { start, surprisal }] of before.slice(0, -1).entries()) {
      assert.equal(after[i]!.start, start);
      assert.ok(Math.abs((after[i]!.surprisal ?? 0) - (surprisal ?? 0)) < 1e-3);
    }
  });

  it('keeps up with edits that follow each other at once and ends with the tokens of the last text', async () => {
    const editor = await openText('');
    for (let i = 0; i < 60; i++) {
      await editor.edit(
        (edit) => {
          edit.insert(new vscode.Position(0, 0), i % 20 === 19 ? '. ' : 'a ');
        },
        { undoStopBefore: false, undoStopAfter: false },
      );
    }
    const tokens = await tokensOf(api, editor.document);
    assert.equal(tokens.at(-1)!.end, 120);
  });

  it('of another language is analysed only while it is switched on', async () => {
    const { document } = await openText('def greet(name):\n    return name\n', 'python');
    assert.equal(api.services.tokens.of(document), undefined);
    await vscode.commands.executeCommand('featurescope.toggleFile');
    await tokensOf(api, document);
    await vscode.commands.executeCommand('featurescope.toggleFile');
    assert.equal(api.services.tokens.of(document), undefined);
  });

  it('may be empty', async () => {
    const editor = await openText('');
    assert.deepEqual(await tokensOf(api, editor.document), []);
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), TEXT);
    });
    assert.ok((await tokensOf(api, editor.document)).length > 5);
  });

  it('has a hover with links that run the commands of a feature', async () => {
    const editor = await openText(TEXT);
    const { document } = editor;
    const at = TEXT.indexOf(' gave') + 2;
    const { feature } = strongestOf(await readAt(api, editor, at));
    const position = document.positionAt(at);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      position,
    );
    const texts = hovers
      .flatMap(({ contents }) => contents)
      .map((part) => (part instanceof vscode.MarkdownString ? part.value : ''));
    assert.ok(texts.join('\n').includes(commandLink(LinkCommand.focusFeature, feature)), texts.join('\n'));
  });

  it('is analysed again after the engine was killed', async () => {
    const editor = await openText(TEXT);
    await tokensOf(api, editor.document);
    await api.services.session.call(killEngine, null);
    await editor.edit((edit) => {
      edit.insert(editor.document.positionAt(TEXT.length), ' Mary.');
    });
    const tokens = await tokensOf(api, editor.document);
    assert.equal(tokens.at(-1)!.end, editor.document.getText().length);
  });
});
