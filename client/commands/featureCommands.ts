/** Commands about one feature or a few: focus, pin, label, dashboard, search. */
import * as vscode from 'vscode';
import { describeFeatures } from '../../protocol/dashboard';
import { sameFeature } from '../../protocol/features';
import { setLabel } from '../../protocol/labels';
import { plainLine } from '../../protocol/wording';
import { shown, toggle } from '../settings';
import { Setting } from '../contributions';
import type { Services } from '../services';
import { featureOf, oneFeature, severalFeatures } from './featureArgument';

/** From a link or a list: that feature alone, or out of focus again. From the palette: any number, picked. */
export async function focusFeature(services: Services, argument: unknown): Promise<void> {
  const { focus } = services;
  const named = featureOf(argument);
  if (!named) {
    const picked = await severalFeatures(services, 'Features whose heat is shown');
    if (picked) await focus.set(picked);
  } else if (focus.explicit.length === 1 && focus.has(named)) {
    await focus.set(focus.explicit.filter((other) => !sameFeature(named, other)));
  } else {
    await focus.set([named]);
  }
  // A focus that cannot be seen would look like a command that does nothing.
  if (focus.explicit.length > 0 && !shown().heat) await toggle(Setting.showHeat);
}

export async function clearFocus({ focus }: Services): Promise<void> {
  await focus.set([]);
}

export async function pinFeature(services: Services, argument: unknown): Promise<void> {
  const feature = await oneFeature(services, argument, 'Feature to keep in the Features view');
  if (feature) await services.pins.add(feature);
}

export async function unpinFeature({ pins }: Services, argument: unknown): Promise<void> {
  const feature = featureOf(argument);
  if (feature) await pins.remove(feature);
}

/** Asks for the user's own label; an empty one gives back the dictionary's. */
export async function labelFeature(services: Services, argument: unknown): Promise<void> {
  const feature = await oneFeature(services, argument, 'Feature to label');
  if (!feature) return;
  const { session } = services;
  const [summary] = await session.call(describeFeatures, { features: [feature] });
  const text = await vscode.window.showInputBox({
    title: plainLine(`Label of ${feature.dictionary} #${feature.index}`),
    prompt:
      'Kept in .featurescope/labels.json of the workspace. Leave it empty to use the dictionary’s label.',
    value: summary?.label?.text ?? '',
  });
  if (text === undefined) return;
  await session.call(setLabel, { feature, text: text.trim() === '' ? null : text.trim() });
}

export async function openDashboard(services: Services, argument: unknown): Promise<void> {
  const feature = await oneFeature(services, argument, 'Feature whose dashboard to open');
  if (feature) services.dashboards.open(feature);
}

export async function searchFeatures({ search }: Services): Promise<void> {
  const query = await vscode.window.showInputBox({
    title: 'Search features',
    prompt: 'Words of the label, or the number of a feature',
    value: search.query,
  });
  if (query === undefined) return;
  await search.run(query.trim());
  await vscode.commands.executeCommand('featurescope.features.focus');
}

export async function clearSearch({ search }: Services): Promise<void> {
  await search.run('');
}
