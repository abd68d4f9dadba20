/** Which feature a command is about: its argument, or else one that the user picks. */
import * as vscode from 'vscode';
import { describeFeatures } from '../../protocol/dashboard';
import { featureKey, isFeatureRef } from '../../protocol/features';
import type { FeatureActivation, FeatureRef, FeatureSummary } from '../../protocol/features';
import { claimedLabel, featureName, measured, plainLine, shortNumber } from '../../protocol/wording';
import type { Services } from '../services';

/** Where features to choose from come from. */
export type FeatureSources = Pick<
  Services,
  'cursor' | 'focus' | 'pins' | 'search' | 'session' | 'notifications'
>;

/** A line of a list to choose a feature from; a heading has none. */
export interface FeatureItem extends vscode.QuickPickItem {
  readonly feature?: FeatureRef;
}

/** The feature named by a link (a reference) or a tree's item (which holds one); undefined when there is neither. */
export function featureOf(argument: unknown): FeatureRef | undefined {
  if (isFeatureRef(argument)) return argument;
  if (typeof argument !== 'object' || argument === null || !('feature' in argument)) return undefined;
  return isFeatureRef(argument.feature) ? argument.feature : undefined;
}

/** The argument's feature, or one picked from those at hand; undefined when the user picks none. */
export async function oneFeature(
  services: FeatureSources,
  argument: unknown,
  placeHolder: string,
): Promise<FeatureRef | undefined> {
  const named = featureOf(argument);
  if (named) return named;
  const items = await featureItems(services);
  if (items.length === 0) return undefined;
  const options = { placeHolder, matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.feature;
}

/** Any number of features picked from those at hand; undefined when the user cancels. */
export async function severalFeatures(
  services: Services,
  placeHolder: string,
): Promise<FeatureRef[] | undefined> {
  const items = await featureItems(services);
  if (items.length === 0) return undefined;
  const chosen = items.map((item) => ({
    ...item,
    picked: item.feature !== undefined && services.focus.has(item.feature),
  }));
  const options = { placeHolder, canPickMany: true, matchOnDescription: true } as const;
  const picked = await vscode.window.showQuickPick<FeatureItem>(chosen, options);
  return picked?.flatMap(({ feature }) => (feature ? [feature] : []));
}

/** What is in focus, at the cursor, pinned or found, each feature once; says what to do when there is nothing. */
export async function featureItems({
  cursor,
  focus,
  pins,
  search,
  session,
  notifications,
}: FeatureSources): Promise<FeatureItem[]> {
  const kept = [...focus.explicit, ...pins.features];
  const described = kept.length > 0 ? await session.call(describeFeatures, { features: kept }) : [];
  const reading = cursor.reading?.reading;
  const seen = new Set<string>();
  const fresh = ({ feature }: FeatureSummary): boolean => {
    const key = featureKey(feature);
    return !seen.has(key) && Boolean(seen.add(key));
  };
  const sections: FeatureItem[] = [
    ...section('In focus', described.slice(0, focus.explicit.length).filter(fresh)),
    ...(reading?.dictionaries ?? []).flatMap(({ dictionary, features }) =>
      section(dictionary, features.filter(fresh)),
    ),
    ...section('Pinned', described.slice(focus.explicit.length).filter(fresh)),
    ...section('Found', search.results.filter(fresh)),
  ];
  if (sections.length === 0)
    notifications.inform(
      'Put the cursor on a word of an analysed text, or search for a feature, and try again.',
    );
  return sections;
}

function section(label: string, features: readonly (FeatureSummary | FeatureActivation)[]): FeatureItem[] {
  if (features.length === 0) return [];
  return [
    { label: plainLine(label), kind: vscode.QuickPickItemKind.Separator },
    ...features.map(featureItem),
  ];
}

function featureItem(summary: FeatureSummary | FeatureActivation): FeatureItem {
  const activation = 'activation' in summary ? `${shortNumber(summary.activation)} · ` : '';
  const { dictionary, index } = summary.feature;
  return {
    label: plainLine(featureName(summary)),
    description: plainLine(`${activation}${dictionary} #${index}`),
    detail: measured(claimedLabel(summary)),
    feature: summary.feature,
  };
}
