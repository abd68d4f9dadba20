import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FeaturescopeApi } from '../../client/extension';
import type { GraphDocument } from '../../client/graph/graphDocument';
import { tokenAtCursor } from '../../client/graph/textPlaces';
import { closeGraph } from '../../protocol/graphs';
import type { GraphAnnotations } from '../../protocol/graphs';
import { activate, closeEditors, eventually, openText } from './support/extension';

/** Of the demo model. */
const WIDTH = 128;

const HOSTILE = '<img src=x onerror=alert(1)> [run](command:evil) $(bug) \u202Eabc';

interface GraphFile {
  readonly metadata: object;
  readonly qParams: { readonly pinnedIds: readonly string[]; readonly supernodes: readonly string[][] };
  readonly nodes: readonly { readonly node_id: string }[];
  readonly mine: string;
}

/** A feature's number in files with `schema_version` 1. */
const cantor = (layer: number, index: number): number => ((layer + index) * (layer + index + 1)) / 2 + index;

/** A graph of the prompt "The capital" as circuit-tracer writes it, with a key that nobody knows. */
function graphFile(
  changes: { readonly label?: string; readonly pinnedIds?: readonly string[] } = {},
): GraphFile {
  const { label = 'capital city', pinnedIds = [] } = changes;
  const node = (
    node_id: string,
    layer: string,
    ctx_idx: number,
    feature_type: string,
    more: object = {},
  ) => ({
    node_id,
    feature: ctx_idx,
    layer,
    ctx_idx,
    feature_type,
    jsNodeId: `${node_id}-0`,
    clerp: '',
    ...more,
  });
  const feature = { clerp: label, influence: 0.4, activation: 2.5, feature: cantor(1, 3) };
  const nodes = [
    node('1_3_1', '1', 1, 'cross layer transcoder', feature),
    node('2_5_1', '2', 1, 'cross layer transcoder', { ...feature, influence: 0.7, feature: cantor(2, 5) }),
    node('0_1_1', '1', 1, 'mlp reconstruction error', { influence: 0.8 }),
    node('E_464_0', 'E', 0, 'embedding'),
    node('E_3139_1', 'E', 1, 'embedding'),
    node('4_286_1', '4', 1, 'logit', { token_prob: 0.6, is_target_logit: true, feature: 286 }),
  ];
  const link = (source: string, target: string, weight: number) => ({ source, target, weight });
  return {
    metadata: {
      slug: 'the-capital',
      scan: 'somebody/model',
      prompt_tokens: ['The', ' capital'],
      prompt: 'The capital',
      schema_version: 1,
    },
    qParams: { pinnedIds, supernodes: [], linkType: 'both', clickedId: '', sg_pos: '' } as never,
    nodes,
    links: [
      link('E_464_0', '1_3_1', 0.5),
      link('E_3139_1', '1_3_1', 1.5),
      link('1_3_1', '2_5_1', 2.5),
      link('0_1_1', '2_5_1', -0.5),
      link('2_5_1', '4_286_1', 3),
    ],
    mine: 'stays',
  } as GraphFile;
}

const SHARED = path.join(__dirname, '..', '..', '..', 'shared', 'data', 'graphs');
const REAL = ['dallas-austin.json', 'caffeine-clt.json', 'gemma-small-big-en_2025-11-13T10-16-02-770Z.json'];

describe('graph editors', () => {
  let api: FeaturescopeApi;
  let folder: vscode.Uri;
  let file: vscode.Uri;

  before(async () => {
    api = await activate();
    folder = vscode.workspace.workspaceFolders![0]!.uri;
  });

  beforeEach(async () => {
    file = vscode.Uri.joinPath(folder, 'the-capital.graph.json');
    await write(graphFile());
  });

  afterEach(async () => {
    for (const tab of tabs()) {
      if (!tab.isDirty) continue;
      await vscode.commands.executeCommand('vscode.openWith', uriOf(tab), 'featurescope.graph');
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    await closeEditors();
    await vscode.workspace.fs.delete(file);
  });

  async function write(content: object | string, uri = file): Promise<void> {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  }

  async function read(uri = file): Promise<GraphFile> {
    return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))) as GraphFile;
  }

  function tabs(): readonly vscode.Tab[] {
    return vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof vscode.TabInputCustom);
  }

  function uriOf({ input }: vscode.Tab): vscode.Uri {
    return (input as vscode.TabInputCustom).uri;
  }

  async function open(uri = file): Promise<GraphDocument> {
    await vscode.commands.executeCommand('vscode.open', uri);
    return opened(uri);
  }

  /** Waits until a file has been read, or could not be. */
  function opened(uri: vscode.Uri): Promise<GraphDocument> {
    return eventually('the graph', () => {
      const document = api.services.graphs.editors.find(uri);
      return document && (document.snapshot !== null || document.shown.message !== null) && document;
    });
  }

  const isDirty = (dirty: boolean) => eventually(`dirty: ${dirty}`, () => tabs()[0]?.isDirty === dirty);

  const pinned = (document: GraphDocument, ids: readonly string[]): GraphAnnotations => ({
    ...document.annotations,
    pinned: ids,
  });

  /** Answers the next modal question with one of its buttons, or none. */
  function answer(button: string | undefined): { readonly asked: () => string } {
    let asked = '';
    const original = vscode.window.showWarningMessage;
    const { window } = vscode as { window: { showWarningMessage: unknown } };
    window.showWarningMessage = (message: string) => {
      asked = message;
      window.showWarningMessage = original;
      return Promise.resolve(button);
    };
    return { asked: () => asked };
  }

  it('open graph files by themselves, and other JSON when told to', async () => {
    const document = await open();
    assert.equal(tabs().length, 1);
    const { snapshot } = document;
    assert.equal(snapshot?.prompt, 'The capital');
    assert.deepEqual(snapshot.nodes.map(({ kind }) => kind).sort(), [
      'error',
      'feature',
      'feature',
      'logit',
      'token',
      'token',
    ]);
    assert.equal(snapshot.links.weights.length, 5);
    const other = vscode.Uri.joinPath(folder, 'capital.json');
    await write(graphFile(), other);
    await vscode.commands.executeCommand('vscode.open', other);
    assert.equal(api.services.graphs.editors.find(other), undefined);
    await vscode.commands.executeCommand('featurescope.openAsGraph', other);
    assert.equal((await opened(other)).snapshot?.prompt, 'The capital');
    await vscode.workspace.fs.delete(other);
  });

  it('undo, redo and save what is edited, and leave the rest of the file as it is', async () => {
    const document = await open();
    document.edit('Pin node', pinned(document, ['2_5_1']), null);
    document.edit(
      'Group',
      {
        ...document.annotations,
        groups: [{ name: 'a group', members: ['1_3_1', '2_5_1'], collapsed: true }],
      },
      null,
    );
    await isDirty(true);
    await vscode.commands.executeCommand('undo');
    await eventually('the group to go', () => document.annotations.groups.length === 0);
    assert.deepEqual(document.annotations.pinned, ['2_5_1']);
    await vscode.commands.executeCommand('redo');
    await eventually('the group to come back', () => document.annotations.groups.length === 1);
    await vscode.commands.executeCommand('workbench.action.files.save');
    await isDirty(false);
    const saved = await read();
    const before = graphFile();
    assert.deepEqual(saved.qParams.pinnedIds, ['2_5_1']);
    assert.deepEqual(saved.qParams.supernodes[0]?.slice(0, 1), ['a group']);
    assert.equal(saved.mine, 'stays');
    assert.deepEqual(saved.nodes, before.nodes);
    await closeEditors();
    await eventually('the graph to close', () => !api.services.graphs.editors.find(file));
    const again = await open();
    assert.equal(again.annotations.groups[0]?.name, 'a group');
    assert.deepEqual(again.annotations.pinned, ['2_5_1']);
  });

  it('undo in the side bar too, where VS Code cannot', async () => {
    const document = await open();
    document.edit('Pin node', pinned(document, ['2_5_1']), null);
    await isDirty(true);
    await document.undo();
    assert.deepEqual(document.annotations.pinned, []);
    await document.redo();
    assert.deepEqual(document.annotations.pinned, ['2_5_1']);
    // VS Code hears of edits a little later, and drops what comes while it is not quite done.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await vscode.commands.executeCommand('undo');
    await eventually('no pins', () => document.annotations.pinned.length === 0);
  });

  it('read again what changes on disk while nothing is unsaved', async () => {
    const document = await open();
    await write(graphFile({ pinnedIds: ['1_3_1'] }));
    await eventually('the new pins', () => document.annotations.pinned[0] === '1_3_1');
    assert.equal(document.fileState.changedOnDisk, false);
  });

  it('do not take what they saved themselves for a change', async () => {
    const document = await open();
    document.edit('Pin node', pinned(document, ['2_5_1']), null);
    await isDirty(true);
    await vscode.commands.executeCommand('workbench.action.files.save');
    await isDirty(false);
    const id = document.snapshot?.id;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(document.snapshot?.id, id);
    assert.equal(document.fileState.changedOnDisk, false);
  });

  describe('on a file that changes while groups are unsaved', () => {
    let document: GraphDocument;

    beforeEach(async () => {
      document = await open();
      document.edit('Pin node', pinned(document, ['2_5_1', '1_3_1']), null);
      await isDirty(true);
      await write(graphFile({ label: 'theirs', pinnedIds: ['0_1_1'] }));
      await eventually('the banner', () => document.fileState.changedOnDisk);
      assert.deepEqual(document.annotations.pinned, ['2_5_1', '1_3_1']);
    });

    const save = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.files.save');

    it('write nothing when the user cancels', async () => {
      const question = answer(undefined);
      await save();
      await eventually('the question', () => question.asked().includes('changed on disk'));
      assert.deepEqual((await read()).qParams.pinnedIds, ['0_1_1']);
      assert.deepEqual(document.annotations.pinned, ['2_5_1', '1_3_1']);
      await isDirty(true);
    });

    it('write over it when told to', async () => {
      answer('Overwrite');
      await save();
      await isDirty(false);
      assert.deepEqual((await read()).qParams.pinnedIds, ['2_5_1', '1_3_1']);
      assert.equal(document.fileState.changedOnDisk, false);
    });

    it('take what is there with the user’s groups, which then can be saved', async () => {
      answer('Reload, Keeping My Groups');
      await save();
      await eventually('their graph', () =>
        document.snapshot?.nodes.some(({ label }) => label.includes('theirs')),
      );
      assert.deepEqual(document.annotations.pinned, ['2_5_1', '1_3_1']);
      await isDirty(true);
      await save();
      await isDirty(false);
      assert.deepEqual((await read()).qParams.pinnedIds, ['2_5_1', '1_3_1']);
    });

    it('give up what is unsaved when the file is reverted', async () => {
      await api.services.graphs.reload(document, false);
      await eventually('their pins', () => document.annotations.pinned[0] === '0_1_1');
      await isDirty(false);
    });
  });

  it('give back from a backup what was never saved', async () => {
    const document = await open();
    document.edit('Pin node', pinned(document, ['2_5_1']), null);
    const { editors } = api.services.graphs;
    const destination = vscode.Uri.joinPath(api.services.context.storageUri!, 'backups', 'a graph');
    const backup = await editors.backupCustomDocument(document, { destination });
    await isDirty(true);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await eventually('the graph to close', () => !editors.find(file));
    await write(graphFile({ label: 'theirs' }));
    const { token } = new vscode.CancellationTokenSource();
    const context = { backupId: backup.id, untitledDocumentData: undefined };
    const restored = await editors.openCustomDocument(file, context, token);
    assert.deepEqual(restored.annotations.pinned, ['2_5_1']);
    assert.equal(
      restored.snapshot?.nodes.some(({ label }) => label.includes('theirs')),
      false,
    );
    await assert.rejects(restored.save(), /changed|else/i);
    assert.equal(restored.fileState.changedOnDisk, true);
    restored.dispose();
    backup.delete();
    await eventually('the backup to go', () => !existsSync(destination.fsPath));
  });

  it('prune, and undo it', async () => {
    const document = await open();
    const all = document.snapshot!.nodes.length;
    await document.prune({ node: 0.3, edge: 0.3 });
    assert.ok(document.snapshot!.nodes.length < all);
    await isDirty(true);
    await vscode.commands.executeCommand('undo');
    await eventually('all nodes', () => document.snapshot?.nodes.length === all);
  });

  it('show hostile labels as what they are', async () => {
    await write(graphFile({ label: HOSTILE }));
    const document = await open();
    const label = document.snapshot?.nodes.find(({ id }) => id === '1_3_1')?.label;
    assert.equal(label, HOSTILE);
  });

  it('say what is wrong with a file, and show it once it is right', async () => {
    await write('{"metadata": {');
    const document = await open();
    assert.equal(document.snapshot, null);
    assert.match(document.shown.message ?? '', /the-capital\.graph\.json/);
    await write(graphFile());
    await eventually('the graph', () => document.snapshot !== null);
    assert.equal(document.shown.message, null);
  });

  it('know the token at the cursor of a text', async () => {
    const document = await open();
    const editor = await openText('Once more.\nThe capital of France');
    const at = (character: number): number | null => {
      editor.selection = new vscode.Selection(1, character, 1, character);
      return tokenAtCursor(document.snapshot!, editor);
    };
    assert.deepEqual([1, 4, 11, 14].map(at), [0, 1, 1, null]);
  });

  it('offer nothing to swap in when they are of another model', async () => {
    const document = await open();
    const groups = [{ name: 'both', members: ['1_3_1', '2_5_1', 'E_464_0'], collapsed: false }];
    document.edit('Group', { ...document.annotations, groups }, null);
    assert.deepEqual(api.services.graphs.editors.swapSources(), []);
  });

  it('stay in the side bar behind the text, and come back', async () => {
    await openText('The capital');
    await vscode.commands.executeCommand('vscode.openWith', file, 'featurescope.graph', {
      viewColumn: vscode.ViewColumn.Beside,
    });
    const document = await opened(file);
    document.edit('Pin node', pinned(document, ['2_5_1']), null);
    await isDirty(true);
    await vscode.commands.executeCommand('featurescope.graphToSideBar');
    assert.equal(api.services.graphs.view.document, document);
    await eventually('one group', () => vscode.window.tabGroups.all.length === 1);
    await eventually(
      'the text in front',
      () => vscode.window.tabGroups.all[0]?.activeTab?.input instanceof vscode.TabInputText,
    );
    await isDirty(true);
    await vscode.commands.executeCommand('featurescope.graphToEditor');
    await eventually('two groups', () => vscode.window.tabGroups.all.length === 2);
    await eventually('one tab', () => tabs().length === 1);
    assert.deepEqual(document.annotations.pinned, ['2_5_1']);
    assert.equal(api.services.graphs.editors.find(file), document);
  });

  describe('on graphs that are built here', () => {
    async function build(): Promise<GraphDocument> {
      const editor = await openText('Once.\n\nThe capital of France is Paris.');
      const position = { line: 2, character: 'The capital of France is'.length };
      const place = { uri: editor.document.uri.toString(), position };
      await vscode.commands.executeCommand('featurescope.whyNextToken', place);
      const document = await eventually('a graph', () => api.services.graphs.editors.all[0]);
      await eventually('the end of the build', () => document.shown.progress === null, 60_000);
      return document;
    }

    it('explain what is predicted behind a word, and are unsaved', async () => {
      const document = await build();
      assert.equal(document.shown.message, null);
      assert.equal(document.snapshot?.state, 'complete');
      assert.equal(document.snapshot.prompt, 'The capital of France is');
      assert.ok(document.uri.path.endsWith('/why-the-capital-of-france-is.graph.json'));
      const target = document.snapshot.nodes.find(({ isTarget }) => isTarget);
      assert.match(target?.label ?? '', /Paris/);
      await isDirty(true);
      await vscode.window.showTextDocument(
        vscode.workspace.textDocuments.find(({ isUntitled }) => isUntitled)!,
      );
      const editor = vscode.window.activeTextEditor!;
      editor.selection = new vscode.Selection(2, 6, 2, 6);
      const position = tokenAtCursor(document.snapshot, editor);
      assert.match(document.snapshot.tokens[position ?? -1] ?? '', /capital/);
    });

    it('explain a direction from a file that is asked for', async () => {
      const direction = vscode.Uri.joinPath(folder, 'truth.json');
      await write(
        Array.from({ length: WIDTH }, (_, i) => Math.sin(i + 1)),
        direction,
      );
      const { createQuickPick, showOpenDialog } = vscode.window;
      let asked: vscode.QuickPick<vscode.QuickPickItem> | undefined;
      Object.assign(vscode.window, {
        createQuickPick: () => (asked = createQuickPick()),
        showOpenDialog: () => Promise.resolve([direction]),
      });
      try {
        const prompt = { prompt: 'The capital of France is', place: null };
        const done = vscode.commands.executeCommand('featurescope.explainToken', prompt);
        const input = await eventually('the question', () => asked);
        const item = await eventually('the choices', () =>
          input.items.find(({ label }) => /file/.test(label)),
        );
        input.activeItems = [item];
        input.selectedItems = [item];
        // What is active reaches the list a moment later.
        await new Promise((resolve) => setTimeout(resolve, 200));
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        await done;
      } finally {
        Object.assign(vscode.window, { createQuickPick, showOpenDialog });
        await vscode.workspace.fs.delete(direction);
      }
      const document = api.services.graphs.editors.all[0]!;
      await eventually('the end of the build', () => document.shown.progress === null, 60_000);
      const logits = document.snapshot?.nodes.filter(({ kind }) => kind === 'logit');
      assert.deepEqual(
        logits?.map(({ label }) => label),
        ['truth.json'],
      );
    });

    it('offer the features of their groups to be swapped in', async () => {
      const document = await build();
      const members = document
        .snapshot!.nodes.filter(({ kind }) => kind === 'feature' || kind === 'token')
        .map(({ id }) => id);
      const groups = [{ name: 'all', members, collapsed: false }];
      document.edit('Group', { ...document.annotations, groups }, null);
      const [source] = api.services.graphs.editors.swapSources();
      assert.equal(source?.group, 'all');
      const places = new Set(source.features.map(({ layer, index }) => `${layer} ${index}`));
      const known = document.snapshot!.nodes.flatMap(({ layer, feature }) =>
        feature ? [`${layer} ${feature.index}`] : [],
      );
      assert.deepEqual(places, new Set(known));
    });

    it('can be saved, and stay the graph that was built', async () => {
      const document = await build();
      const { editors } = api.services.graphs;
      const id = document.snapshot?.id;
      const features = document.snapshot!.nodes.filter(({ kind }) => kind === 'feature');
      document.edit('Pin node', pinned(document, [features[0]!.id]), null);
      await editors.saveCustomDocumentAs(document, file);
      assert.deepEqual((await read()).qParams.pinnedIds, [features[0]!.id]);
      const { token } = new vscode.CancellationTokenSource();
      const context = { backupId: undefined, untitledDocumentData: undefined };
      const saved = await editors.openCustomDocument(file, context, token);
      assert.equal(saved.snapshot?.id, id);
      assert.deepEqual(saved.annotations.pinned, [features[0]!.id]);
      await saved.prune({ node: 1, edge: 1 });
      assert.ok(saved.snapshot!.nodes.length > document.snapshot!.nodes.length);
      saved.dispose();
    });

    it('come back from a backup', async () => {
      const document = await build();
      const { editors } = api.services.graphs;
      const destination = vscode.Uri.joinPath(api.services.context.storageUri!, 'backups', 'built');
      const backup = await editors.backupCustomDocument(document, { destination });
      const { token } = new vscode.CancellationTokenSource();
      const uri = document.uri.with({ path: document.uri.path.replace('why', 'again') });
      const context = { backupId: backup.id, untitledDocumentData: undefined };
      const restored = await editors.openCustomDocument(uri, context, token);
      assert.equal(restored.snapshot?.nodes.length, document.snapshot?.nodes.length);
      assert.equal(restored.snapshot?.unable, null);
      restored.dispose();
      backup.delete();
    });

    it('outlive the language server', async () => {
      await write(graphFile());
      const document = await open();
      document.edit('Pin node', pinned(document, ['2_5_1']), null);
      await isDirty(true);
      const before = document.snapshot?.id;
      await api.services.session.call(closeGraph, { id: before! });
      assert.match(await document.text(), /2_5_1/);
      assert.notEqual(document.snapshot?.id, before);
      assert.deepEqual(document.annotations.pinned, ['2_5_1']);
    });
  });

  const withShared = existsSync(SHARED) ? describe : describe.skip;
  withShared('on real graphs [needs ../shared]', () => {
    for (const name of REAL)
      it(`open, group and save ${name} without another change`, async () => {
        const copy = vscode.Uri.joinPath(folder, name);
        await vscode.workspace.fs.copy(vscode.Uri.file(path.join(SHARED, name)), copy, { overwrite: true });
        const before = await read(copy);
        await vscode.commands.executeCommand('featurescope.openAsGraph', copy);
        const document = await opened(copy);
        const ids = document.snapshot!.nodes.slice(0, 3).map(({ id }) => id);
        const groups = [...document.annotations.groups, { name: 'mine', members: ids, collapsed: false }];
        document.edit('Group', { ...document.annotations, groups }, null);
        await isDirty(true);
        await vscode.commands.executeCommand('workbench.action.files.save');
        await isDirty(false);
        const { qParams, ...rest } = await read(copy);
        const { qParams: old, ...restBefore } = before;
        assert.deepEqual(rest, restBefore);
        assert.equal(qParams.supernodes.length, ((old.supernodes as unknown[] | undefined) ?? []).length + 1);
        await closeEditors();
        await vscode.workspace.fs.delete(copy);
      });
  });
});
