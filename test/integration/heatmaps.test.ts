import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FeaturescopeApi } from '../../client/extension';
import type { ExperimentSpec } from '../../protocol/experimentSpec';
import type { ExperimentResult } from '../../protocol/experiments';
import { activate, closeEditors, eventually } from './support/extension';

const SPEC: ExperimentSpec = {
  title: 'Who gets it?',
  model: 'demo',
  prompts: {
    clean: 'When Mary and John went to the store, John gave a drink to',
    corrupt: 'When Mary and John went to the store, Mary gave a drink to',
    answer: ' Mary',
    wrong: ' John',
  },
  metric: 'logit_diff',
  runs: [{ patch: 'resid_pre' }],
};

const HEADS: ExperimentSpec = { ...SPEC, runs: [{ patch: 'z', by: ['layer', 'head', 'position'] }] };
/** Tens of thousands of cells: long enough to be interrupted. */
const NEURONS: ExperimentSpec = {
  ...SPEC,
  runs: [
    {
      patch: 'mlp_post',
      by: ['layer', 'position', 'neuron'],
      units: Array.from({ length: 512 }, (_, neuron) => neuron),
    },
  ],
};

describe('heatmap panels', () => {
  let api: FeaturescopeApi;
  let folder: vscode.Uri;

  before(async () => {
    api = await activate();
    folder = vscode.workspace.workspaceFolders![0]!.uri;
  });

  afterEach(async () => {
    await closeEditors();
  });

  const run = (spec: ExperimentSpec): Promise<ExperimentResult | undefined> =>
    api.services.heatmaps.run({ uri: folder.toString(), spec });

  function heatmapTabs(): readonly vscode.Tab[] {
    return vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(
        ({ input }) =>
          input instanceof vscode.TabInputWebview && input.viewType.endsWith('featurescope.heatmap'),
      );
  }

  it('run an experiment and answer with its result', async () => {
    const result = await run(SPEC);
    assert.equal(result?.runs[0]?.state, 'complete');
    assert.deepEqual(result.runs[0].axes, ['layer', 'position']);
    await eventually('the panel', () => heatmapTabs()[0]?.label === 'Who gets it?');
  });

  it('have one panel for one experiment, whose run is cancelled by the next', async () => {
    const runs = Array.from({ length: 20 }, () => run(HEADS));
    const results = await Promise.all(runs);
    assert.deepEqual(
      results.slice(0, -1).filter((result) => result !== undefined),
      [],
    );
    assert.equal(results.at(-1)?.runs[0]?.state, 'complete');
    await eventually('the panel, and only one', () => heatmapTabs().length === 1);
  });

  it('end the run when they are closed', async () => {
    const running = run(NEURONS);
    await eventually('the panel', () => heatmapTabs().length === 1);
    await closeEditors();
    assert.equal(await running, undefined);
    assert.equal((await run(SPEC))?.runs[0]?.state, 'complete');
  });

  it('answer with why a run failed', async () => {
    const result = await run({ ...SPEC, metric: 'logit_diff:" Mary"," not one token"' });
    assert.equal(result?.runs[0]?.state, 'failed');
    assert.match(result.runs[0].message ?? '', /is not one token/);
    await eventually('the panel, and only one', () => heatmapTabs().length === 1);
  });

  it('open result files and refuse what is none', async () => {
    const result = await run(SPEC);
    await closeEditors();
    const file = vscode.Uri.joinPath(folder, 'written.fscope.result.json');
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(JSON.stringify(result)));
    await api.services.heatmaps.openResult(file);
    await api.services.heatmaps.openResult(file);
    await eventually('the panel', () => heatmapTabs()[0]?.label === 'Who gets it?');
    await eventually('the panel, and only one', () => heatmapTabs().length === 1);
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode('{"format": "featurescope-result"}'));
    await assert.rejects(api.services.heatmaps.openResult(file), ({ message }: Error) => {
      assert.ok(message.includes(path.basename(file.fsPath)), message);
      assert.match(message, /version is undefined/);
      return true;
    });
    await vscode.workspace.fs.delete(file);
  });

  it('compare two results in one panel, and offer what other panels hold', async () => {
    const [a, b] = [await run(SPEC), await run({ ...SPEC, title: 'The other', metric: 'log_prob' })];
    assert.ok(a && b);
    api.services.heatmaps.compare(a, b);
    await eventually('three panels', () => heatmapTabs().length === 3);
  });
});
