import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension', () => {
  it('activates when a text file is opened', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'plaintext',
      content: 'When Mary and John',
    });
    await vscode.window.showTextDocument(document);
    const extension = vscode.extensions.getExtension('featurescope.featurescope');
    assert.ok(extension, 'the extension is not installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
