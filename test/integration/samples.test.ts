import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Command, Editor } from '../../client/contributions';
import type { FeaturescopeApi } from '../../client/extension';
import { activate, closeEditors, eventually } from './support/extension';

describe('samples of the demo', () => {
  let api: FeaturescopeApi;

  before(async () => {
    api = await activate();
  });

  afterEach(closeEditors);

  it('open as new texts, with the cursor behind a word', async () => {
    await vscode.commands.executeCommand(Command.openSample, { file: 'capital.txt', behind: 'Iraq is' });
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor?.document.isUntitled);
    const text = editor.document.getText();
    assert.equal(text, 'The capital of Spain is Madrid, and the capital of Iraq is Baghdad.\n');
    assert.equal(editor.document.offsetAt(editor.selection.active), text.indexOf(' Baghdad'));
  });

  it('open as graphs, as copies of the user', async () => {
    await vscode.commands.executeCommand(Command.openSample, { file: 'capital.graph.json' });
    const document = await eventually('the graph', () => api.services.graphs.editors.active ?? undefined);
    await eventually('its nodes', () => document.snapshot);
    assert.ok(document.uri.path.endsWith('/samples/capital.graph.json'));
    assert.ok(!document.uri.path.includes('/media/demo/'));
    assert.deepEqual(
      document.annotations.groups.map(({ name }) => name),
      ['Iraq and its capital'],
    );
  });

  it('are explained by the steps of the walkthrough: a text, the cursor, a graph', async () => {
    await vscode.commands.executeCommand('runCommands', {
      commands: [
        { command: Command.openSample, args: { file: 'capital.txt', behind: 'Iraq is' } },
        Command.whyNextToken,
      ],
    });
    const document = await eventually('the graph', () => {
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      return tabs.some(({ input }) => isGraph(input)) && (api.services.graphs.editors.active ?? undefined);
    });
    const snapshot = await eventually(
      'the whole graph',
      () => document.snapshot?.state === 'complete' && document.snapshot,
    );
    assert.equal(snapshot.prompt, 'The capital of Spain is Madrid, and the capital of Iraq is');
    assert.ok(snapshot.nodes.some(({ label }) => label === 'just before the token " Baghdad"'));
  });
});

function isGraph(input: unknown): boolean {
  return input instanceof vscode.TabInputCustom && input.viewType === Editor.graph;
}
