/** Commands that a server's hover may link to, and the link's form. The client trusts these and no others. */
import type { FeatureRef } from './features';

export const LinkCommand = {
  focusFeature: 'featurescope.focusFeature',
  pinFeature: 'featurescope.pinFeature',
  openDashboard: 'featurescope.openDashboard',
  findEverywhere: 'featurescope.findEverywhere',
  steer: 'featurescope.steer',
} as const;

export type LinkCommandId = (typeof LinkCommand)[keyof typeof LinkCommand];

/** Target of a Markdown link that runs a command on a feature. */
export function commandLink(command: LinkCommandId, feature: FeatureRef): string {
  const { dictionary, index } = feature;
  // Parentheses survive encodeURIComponent and would end a Markdown link.
  const args = encodeURIComponent(JSON.stringify([{ dictionary, index }]));
  return `command:${command}?${args.replace(/\(/g, '%28').replace(/\)/g, '%29')}`;
}
