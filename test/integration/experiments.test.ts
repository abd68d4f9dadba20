import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FeaturescopeApi } from '../../client/extension';
import type { Activity } from '../../client/experiments/activity';
import type { ExperimentSpec, PromptPair } from '../../protocol/experimentSpec';
import { activate, closeEditors, eventually, openText, readAt, strongestOf } from './support/extension';

const CLEAN = 'When Mary and John went to the store, John gave a drink to';
const CORRUPT = 'When Mary and John went to the store, Mary gave a drink to';

const EXPERIMENT = `title: From the test
model: demo
prompts:
  clean: ${CLEAN}
  corrupt: ${CORRUPT}
  answer: " Mary"
  wrong: " John"
metric: logit_diff
runs:
  - name: heads
    patch: z
expect:
  - { run: heads, clean: "> 0" }
`;

describe('an experiment', () => {
  let api: FeaturescopeApi;

  before(async () => {
    api = await activate();
  });

  afterEach(async () => {
    await closeEditors();
  });

  /** Runs a command and takes what each of its questions offers first, until an experiment runs; waits for its end. */
  async function accepting(command: string, ...args: unknown[]): Promise<Activity> {
    const { experiments, notifications } = api.services;
    const before = experiments.all[0]?.id ?? 0;
    const begun = (): Activity | undefined => experiments.all.find(({ id }) => id > before);
    const failed = notifications.failed.bind(notifications);
    let failure: unknown;
    notifications.failed = (error) => {
      failure = error;
    };
    try {
      const done = vscode.commands.executeCommand(command, ...args);
      const end = Date.now() + 30_000;
      while (!begun() && failure === undefined && Date.now() < end) {
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.ok(begun(), `${command} has run nothing: ${String(failure)}`);
      await done;
    } finally {
      notifications.failed = failed;
    }
    const ended = begun();
    assert.ok(ended);
    assert.equal(ended.state, 'complete', ended.message ?? ended.state);
    return ended;
  }

  function specOf({ params }: Activity): ExperimentSpec {
    assert.ok(params.spec);
    return params.spec;
  }

  it('patches between the two selected prompts, with the model’s own favourites as answers', async () => {
    const editor = await openText(`${CLEAN}\n${CORRUPT}\n`);
    editor.selections = [
      new vscode.Selection(0, 0, 0, CLEAN.length),
      new vscode.Selection(1, 0, 1, CORRUPT.length),
    ];
    const activity = await accepting('featurescope.patchPrompts');
    const { prompts, runs, metric } = specOf(activity);
    assert.deepEqual(prompts, { clean: CLEAN, corrupt: CORRUPT, answer: ' Mary', wrong: ' John' });
    assert.deepEqual(runs, [{ patch: 'resid_pre', direction: 'denoise' }]);
    assert.equal(metric, 'logit_diff');
    const [run] = activity.runs;
    assert.deepEqual(run?.axes, ['layer', 'position']);
    assert.ok((run.clean ?? 0) > (run.corrupted ?? 0));
  });

  it('leaves nothing behind when its questions are left', async () => {
    const { experiments } = api.services;
    const known = experiments.all.length;
    await openText(`${CLEAN}\n${CORRUPT}\n`);
    let isLeft = false;
    void vscode.commands.executeCommand('featurescope.patchPrompts').then(() => {
      isLeft = true;
    });
    await eventually('the end of the questions', () => {
      void vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return isLeft;
    });
    assert.equal(experiments.all.length, known);
  });

  it('ablates a feature at each position and at the token of the cursor', async () => {
    const editor = await openText(`${CLEAN}\n`);
    const at = CLEAN.indexOf(' gave') + 2;
    const reading = await readAt(api, editor, at);
    const { feature } = strongestOf(reading);
    const spec = specOf(await accepting('featurescope.ablateFeature', feature));
    assert.equal((spec.prompts as PromptPair).clean, CLEAN);
    const [sweep, here] = spec.runs;
    assert.ok(sweep && 'ablate' in sweep && here && 'ablate' in here);
    assert.deepEqual(sweep.units, [feature.index]);
    assert.deepEqual(here.ablate, [{ at: 'features', feature: feature.index, position: reading.position }]);
    assert.deepEqual(spec.dictionaries, [feature.dictionary]);
  });

  it('ablates a feature for the last word of a whole sentence', async () => {
    const editor = await openText(`${CLEAN} Mary.\n`);
    const reading = await readAt(api, editor, CLEAN.indexOf(' gave') + 2);
    const spec = specOf(await accepting('featurescope.ablateFeature', strongestOf(reading).feature));
    assert.deepEqual(spec.prompts, { clean: CLEAN, answer: ' Mary' });
  });

  it('says what the prediction of the token at the cursor depends on', async () => {
    const editor = await openText(`${CLEAN} Mary.\n`);
    await readAt(api, editor, CLEAN.length + 2);
    const activity = await accepting('featurescope.whatDependsOn');
    const { wrong, ...prompts } = specOf(activity).prompts as PromptPair;
    assert.deepEqual(prompts, { clean: CLEAN, answer: ' Mary' });
    assert.ok(typeof wrong === 'string' && wrong !== ' Mary', String(wrong));
    assert.deepEqual(
      activity.runs.map(({ kind }) => kind),
      ['direct', 'direct', 'ablate', 'ablate'],
    );
  });

  it('ends when it is stopped, and keeps what was done', async () => {
    const { experiments } = api.services;
    const clean = Array.from({ length: 12 }, () => CLEAN).join('. ');
    const spec: ExperimentSpec = {
      title: 'A long one',
      prompts: { clean, corrupt: clean.replace(CLEAN, CORRUPT), answer: ' Mary', wrong: ' John' },
      metric: 'logit_diff',
      runs: [{ patch: 'pattern', by: ['layer', 'head', 'position'] }],
    };
    const ended = api.services.heatmaps.run({ uri: null, spec });
    const running = await eventually('cells that are done', () =>
      experiments.all.find(({ title, runs }) => title === 'A long one' && (runs[0]?.done ?? 0) > 0),
    );
    assert.equal(running.state, 'running');
    await vscode.commands.executeCommand('featurescope.stopExperiment', {
      kind: 'activity',
      activity: running,
    });
    const [run] = (await ended)?.runs ?? [];
    assert.ok(run && run.done > 0 && run.done < run.total, JSON.stringify([run?.done, run?.total]));
    assert.equal(experiments.all.find(({ id }) => id === running.id)?.state, 'cancelled');
  });

  describe('in a file', () => {
    let file: vscode.Uri;
    let result: vscode.Uri;

    before(async () => {
      const folder = vscode.workspace.workspaceFolders?.[0];
      assert.ok(folder);
      file = vscode.Uri.joinPath(folder.uri, 'from-the-test.fscope.yaml');
      result = vscode.Uri.joinPath(folder.uri, 'from-the-test.fscope.result.json');
      await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(EXPERIMENT));
    });

    after(async () => {
      await vscode.workspace.fs.delete(file);
      await vscode.workspace.fs.delete(result);
    });

    async function listed() {
      const files = await api.services.experimentFiles.list();
      return files.find(({ uri }) => uri.toString() === file.toString());
    }

    it('is listed, runs, and its result is written beside it and judged', async () => {
      assert.equal((await listed())?.stored, null);
      const uri = file.toString();
      await vscode.commands.executeCommand('featurescope.runExperiment', { uri, only: ['heads'] });
      await vscode.commands.executeCommand('featurescope.runExperiment', file);
      const ran = api.services.experiments.all[0];
      assert.equal(ran?.result?.title, 'From the test');
      await vscode.workspace.fs.stat(result);
      const found = await listed();
      assert.equal(found?.stored?.verdict, 'passed');
      assert.equal(found.changed, false);
    });

    function panels(): string[] {
      return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    }

    it('is marked when its text is no longer the one that was run', async () => {
      await vscode.commands.executeCommand('featurescope.runExperiment', file);
      const document = await vscode.workspace.openTextDocument(file);
      const editor = await vscode.window.showTextDocument(document);
      await editor.edit((edit) => {
        edit.insert(new vscode.Position(0, 0), '# another\n');
      });
      assert.equal((await listed())?.changed, true);
      await eventually('a panel that says so', () => panels().includes('From the test (file changed since)'));
      await vscode.commands.executeCommand('undo');
      assert.equal((await listed())?.changed, false);
      await eventually('a panel that says so no more', () => panels().includes('From the test'));
    });
  });

  it('begins as a file with the selected prompts', async () => {
    const editor = await openText(`${CLEAN} Mary.\n${CORRUPT} John.\n`);
    editor.selection = new vscode.Selection(0, 0, 2, 0);
    await vscode.commands.executeCommand('featurescope.newExperiment');
    const document = await eventually('an experiment file', () => {
      const active = vscode.window.activeTextEditor?.document;
      return active?.uri.path.endsWith('.fscope.yaml') && active.getText() !== '' && active;
    });
    assert.ok(document.isUntitled);
    for (const part of [CLEAN, CORRUPT, ' Mary', ' John']) assert.ok(document.getText().includes(part), part);
  });
});
