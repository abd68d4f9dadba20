/** The command findEverywhere: searches under a progress notification and shows hits in the references view as they come. */
import type * as vscode from 'vscode';
import { describeFeatures } from '../../protocol/dashboard';
import type { FeatureRef } from '../../protocol/features';
import { featureName, plainLine } from '../../protocol/wording';
import { searchWorkspace } from '../findEverywhere';
import type { Found } from '../findEverywhere';
import type { Step } from '../notifications';
import { HitTree, showInReferencesView } from '../referencesView';
import type { Services } from '../services';
import { featureOf, oneFeature } from './featureArgument';

/** So that title and answer stay readable with any label. */
const LONGEST_NAME = 80;

export async function findEverywhere(services: Services, argument: unknown): Promise<void> {
  const [focused] = services.focus.explicit;
  const named = featureOf(argument) ?? (services.focus.explicit.length === 1 ? focused : undefined);
  const feature = await oneFeature(services, named, 'Feature to find in the workspace');
  if (!feature) return;
  const [summary] = await services.session.call(describeFeatures, { features: [feature] });
  const name = plainLine(summary ? featureName(summary) : `#${feature.index}`, LONGEST_NAME);
  await services.notifications.during(`Finding “${name}”`, (report, token) =>
    search(services, feature, name, report, token),
  );
}

async function search(
  { session, notifications }: Services,
  feature: FeatureRef,
  name: string,
  tell: (step: Step) => void,
  token: vscode.CancellationToken,
): Promise<void> {
  const tree = new HitTree();
  let showing: Promise<boolean> | undefined;
  let percentage = 0;
  const report = ({ message, percentage: now }: { message?: string; percentage?: number }): void => {
    tell({ ...(message ? { message } : {}), ...(now ? { increment: now - percentage } : {}) });
    percentage = now ?? percentage;
  };
  try {
    const found = await searchWorkspace(
      session,
      feature,
      token,
      (hits) => {
        tree.add(hits);
        showing ??= showInReferencesView(`“${name}”`, tree);
      },
      report,
    );
    tree.summarise(remark(found));
    if (found.hits.length === 0)
      notifications.inform(`“${name}” fires nowhere in the workspace’s text files.`);
    else if (!(await showing))
      notifications.warn(
        'The bundled extension “Reference Search View” is disabled, so the places found cannot be shown.',
      );
    for (const { uri, reason } of found.skipped)
      notifications.quietly(`Not searched: ${uri}`, new Error(reason));
  } catch (error) {
    if (!token.isCancellationRequested) throw error;
    tree.summarise(', cancelled');
  }
}

function remark({ capped, skipped }: Found): string {
  return [
    ...(capped ? [', stopped at the limit (setting featurescope.findEverywhere.limit)'] : []),
    ...(skipped.length > 0 ? [`, ${skipped.length} files could not be read (see the log)`] : []),
  ].join('');
}
