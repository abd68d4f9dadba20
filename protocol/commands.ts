/** Commands that a server's hover may link to, and the link's form. The client trusts these and no others. */
import type { FeatureRef } from './features';
import type { Position } from './method';

export const LinkCommand = {
  focusFeature: 'featurescope.focusFeature',
  pinFeature: 'featurescope.pinFeature',
  openDashboard: 'featurescope.openDashboard',
  findEverywhere: 'featurescope.findEverywhere',
  steer: 'featurescope.steer',
  whyNextToken: 'featurescope.whyNextToken',
} as const;

export type LinkCommandId = (typeof LinkCommand)[keyof typeof LinkCommand];

/** A place in a document, as a command's argument. */
export interface PlaceArgument {
  readonly uri: string;
  readonly position: Position;
}

/** Target of a Markdown link that runs a command on a feature. */
export function commandLink(command: LinkCommandId, { dictionary, index }: FeatureRef): string {
  return link(command, { dictionary, index });
}

/** Target of a Markdown link that asks for the graph behind what is predicted after a place. */
export function whyLink({ uri, position: { line, character } }: PlaceArgument): string {
  return link(LinkCommand.whyNextToken, { uri, position: { line, character } });
}

function link(command: LinkCommandId, argument: object): string {
  // Parentheses survive encodeURIComponent and would end a Markdown link.
  const args = encodeURIComponent(JSON.stringify([argument]));
  return `command:${command}?${args.replace(/\(/g, '%28').replace(/\)/g, '%29')}`;
}
