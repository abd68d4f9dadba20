/**
 * Every place in the workspace's text files where a feature fires, in the references view as they are found, with
 * progress and cancel. Also a reference provider, so that "Find All References" answers for the feature in focus.
 * Command: findEverywhere.
 */
import * as vscode from 'vscode';
import { findEverywhere } from '../protocol/findEverywhere';
import type { FeatureHit } from '../protocol/findEverywhere';
import type { FeatureRef } from '../protocol/features';
import type { Focus } from './focus';
import type { Session } from './session';
import { findEverywhereSettings } from './settings';

/** Activations as small as this are numerical dust. */
const MINIMUM = 1e-6;

/** What a search came to. */
export interface Found {
  readonly hits: readonly FeatureHit[];
  readonly capped: boolean;
  readonly skipped: readonly { readonly uri: string; readonly reason: string }[];
}

/**
 * Searches the files of the setting `findEverywhere.include`, those that are open first.
 * @param onHits - hears of hits as they come; `Found.hits` has them all.
 */
export async function searchWorkspace(
  session: Session,
  feature: FeatureRef,
  token: vscode.CancellationToken,
  onHits: (hits: readonly FeatureHit[]) => void,
  onProgress: (progress: { message?: string; percentage?: number }) => void,
): Promise<Found> {
  const { include, limit } = findEverywhereSettings();
  const files = await vscode.workspace.findFiles(include, undefined, undefined, token);
  const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
  const uris = files
    .map(String)
    .sort((a, b) => Number(open.has(b)) - Number(open.has(a)) || a.localeCompare(b));
  const hits: FeatureHit[] = [];
  const take = (more: readonly FeatureHit[]): void => {
    hits.push(...more);
    if (more.length > 0) onHits(more);
  };
  const params = { feature, uris, minimum: MINIMUM, limit };
  const answer = await session.call(findEverywhere, params, { token, onPart: take, onProgress });
  take(answer.hits);
  return { hits, capped: answer.capped, skipped: answer.skipped };
}

/** The same search for "Find All References" while a feature is in focus. */
export class FeatureReferences implements vscode.ReferenceProvider {
  constructor(
    private readonly session: Session,
    private readonly focus: Focus,
  ) {}

  async provideReferences(
    _document: vscode.TextDocument,
    _position: vscode.Position,
    _context: vscode.ReferenceContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.Location[]> {
    const [feature] = this.focus.explicit;
    if (!feature) return [];
    const ignore = (): void => undefined;
    const { hits } = await searchWorkspace(this.session, feature, token, ignore, ignore);
    return hits.map(location);
  }
}

/** A hit as VS Code's location. */
export function location({ uri, range }: FeatureHit): vscode.Location {
  const { start, end } = range;
  return new vscode.Location(
    vscode.Uri.parse(uri),
    new vscode.Range(start.line, start.character, end.line, end.character),
  );
}
