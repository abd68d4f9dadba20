import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FeaturescopeApi } from '../../client/extension';
import { describeFeatures } from '../../protocol/dashboard';
import type { FeatureRef } from '../../protocol/features';
import { listLabels, setLabel } from '../../protocol/labels';
import { activate, closeEditors, eventually, openText, readAt, strongestOf } from './support/extension';

const TEXT = 'When Mary and John went to the store, John gave a drink to';
/** Inside the word whose strongest feature the tests are about. */
const AT = TEXT.indexOf(' gave') + 2;

describe('a feature', () => {
  let api: FeaturescopeApi;
  let feature: FeatureRef;

  before(async () => {
    api = await activate();
    const editor = await openText(TEXT);
    feature = strongestOf(await readAt(api, editor, AT)).feature;
  });

  after(async () => {
    await closeEditors();
  });

  it('comes into focus by its link and leaves it by the same', async () => {
    await vscode.commands.executeCommand('featurescope.focusFeature', feature);
    assert.deepEqual(api.services.focus.explicit, [feature]);
    await vscode.commands.executeCommand('featurescope.focusFeature', feature);
    assert.deepEqual(api.services.focus.explicit, []);
  });

  it('can be pinned and unpinned', async () => {
    await vscode.commands.executeCommand('featurescope.pinFeature', feature);
    assert.ok(api.services.pins.has(feature));
    await vscode.commands.executeCommand('featurescope.unpinFeature', { feature });
    assert.ok(!api.services.pins.has(feature));
  });

  it("keeps the user's own label in the workspace until it is removed", async () => {
    const { session } = api.services;
    await session.call(setLabel, { feature, text: 'my own words' });
    const [own] = await session.call(describeFeatures, { features: [feature] });
    assert.deepEqual(own?.label, { text: 'my own words', source: 'own' });
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, '.featurescope', 'labels.json');
    assert.match(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)), /my own words/);
    await session.call(setLabel, { feature, text: null });
    assert.deepEqual(await session.call(listLabels, null), []);
  });

  it('is found by the words of its label', async () => {
    const { session, search } = api.services;
    const [described] = await session.call(describeFeatures, { features: [feature] });
    await search.run(described?.label?.text ?? String(feature.index));
    assert.ok(search.results.some((found) => found.feature.index === feature.index));
    await search.run('');
    assert.deepEqual(search.results, []);
  });

  it('in focus is what "Find All References" finds', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, 'found-by-the-test.txt');
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(`${TEXT} Mary.\n`));
    await api.services.focus.set([feature]);
    try {
      const document = await vscode.workspace.openTextDocument(file);
      const places = await vscode.commands.executeCommand<vscode.Location[]>(
        'vscode.executeReferenceProvider',
        document.uri,
        new vscode.Position(0, 1),
      );
      const here = places.filter(({ uri }) => uri.toString() === file.toString());
      const position = document.positionAt(AT);
      assert.ok(
        here.some(({ range }) => range.contains(position)),
        `${here.length} places, none at ${AT}`,
      );
    } finally {
      await api.services.focus.set([]);
      await vscode.workspace.fs.delete(file);
    }
  });

  it('has one dashboard, titled with its name', async () => {
    await vscode.commands.executeCommand('featurescope.openDashboard', feature);
    await vscode.commands.executeCommand('featurescope.openDashboard', feature);
    const [described] = await api.services.session.call(describeFeatures, { features: [feature] });
    const title = described?.label?.text ?? `#${feature.index}`;
    const dashboards = (): vscode.Tab[] =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(
          ({ input }) =>
            input instanceof vscode.TabInputWebview && input.viewType.includes('featurescope.dashboard'),
        );
    await eventually(`a dashboard titled ${title}`, () => dashboards()[0]?.label === title);
    assert.equal(dashboards().length, 1);
  });
});
