import assert from 'node:assert/strict';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { activate, closeEditors, eventually } from './support/extension';

describe('a file that VS Code does not hand to extensions', () => {
  it('is named to the user, with its size and the cure', async () => {
    const { services } = await activate();
    const said: string[] = [];
    const warn = services.notifications.warn.bind(services.notifications);
    services.notifications.warn = (text) => {
      said.push(text);
    };
    const folder = await mkdtemp(path.join(tmpdir(), 'featurescope-large-'));
    try {
      const file = path.join(folder, 'large.txt');
      const handle = await open(file, 'w');
      // Sparse: it takes no room on the disk.
      await handle.truncate(60e6);
      await handle.close();
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
      const text = await eventually('a warning', () => said[0]);
      assert.match(text, /large\.txt has 60 MB.*50 MB.*Split/);
    } finally {
      services.notifications.warn = warn;
      await closeEditors();
      await rm(folder, { recursive: true });
    }
  });
});
