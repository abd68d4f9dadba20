/** How models of the hub are named: `org/name` or `name`, with `@revision` behind it. */

export interface HubName {
  readonly id: string;
  /** A branch, a tag or a commit; `main` where none is named. */
  readonly revision: string;
}

const PART = '[A-Za-z0-9_][\\w.-]*';
const NAME = new RegExp(`^(${PART}(?:/${PART})?)(?:@(${PART}(?:/${PART})*))?$`);

/**
 * Null for what cannot be the name of a model: among it everything that would lead out of the cache's folder, and `--`, which stands
 * for the slash there.
 */
export function readHubName(text: string): HubName | null {
  const [, id, revision = 'main'] = NAME.exec(text) ?? [];
  if (id === undefined || text.length > 200 || /\.\.|--|\.(git|ipc)$/.test(id) || revision.includes('..'))
    return null;
  return { id, revision };
}
