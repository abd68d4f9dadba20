/** What can be chosen to be loaded, as rows of a quick pick. Pure. */
import type { CachedModel, ModelsState } from '../../protocol/models';
import { byteSize, plainLine } from '../../protocol/wording';
import type { RecentModel } from './knownModels';

export type ModelChoice =
  | { readonly kind: 'model'; readonly path: string; readonly name: string; readonly isRecent: boolean }
  /** In the cache, but it cannot be loaded as it is. */
  | {
      readonly kind: 'refused';
      readonly id: string;
      readonly problem: string;
      readonly filesMissing: boolean;
    }
  | { readonly kind: 'folder' }
  | { readonly kind: 'hub' };

export interface ModelRow {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: ModelChoice;
}

export interface ModelRows {
  readonly recent: readonly ModelRow[];
  readonly other: readonly ModelRow[];
  readonly cached: readonly ModelRow[];
}

/**
 * @param state null while it is not known
 * @param cached what the Hugging Face cache has; a model that is among the recent ones is listed there alone
 */
export function modelRows(
  recent: readonly RecentModel[],
  state: ModelsState | null,
  cached: readonly CachedModel[],
): ModelRows {
  const loaded = new Set(
    state?.models.filter((model) => model.state === 'loaded').map(({ path }) => path) ?? [],
  );
  const others = recent.filter(({ path }) => path !== 'demo');
  const known = new Set(others.map(({ path }) => path));
  const demo = { name: 'Demo', path: 'demo', isRecent: false, place: 'bundled with the extension' };
  const models = [...others.map((model) => ({ ...model, isRecent: true, place: placeOf(model) })), demo];
  return {
    recent: models.map(({ name, path, isRecent, place }) => ({
      label: `$(circuit-board) ${plainLine(name)}`,
      description: plainLine(loaded.has(path) ? `${place} · loaded` : place),
      value: { kind: 'model', path, name, isRecent },
    })),
    other: [
      { label: '$(folder-opened) Choose a folder or weight file…', value: { kind: 'folder' } },
      {
        label: '$(cloud-download) Get a model from the Hugging Face hub…',
        detail: 'You see what it takes before anything is downloaded.',
        value: { kind: 'hub' },
      },
    ],
    cached: cached
      .filter(({ path }) => !known.has(path))
      .map((model) => cachedRow(model, loaded.has(model.path))),
  };
}

function placeOf({ path }: RecentModel): string {
  return /[\\/]models--[^\\/]+[\\/]snapshots[\\/]/.test(path) ? 'Hugging Face cache' : path;
}

function cachedRow(
  { id, path, bytes, family, problem, filesMissing = false }: CachedModel,
  isLoaded: boolean,
): ModelRow {
  const facts = [family, byteSize(bytes), isLoaded ? 'loaded' : undefined];
  const description = facts.filter((fact) => fact !== undefined).join(' · ');
  const label = plainLine(id);
  if (problem === undefined)
    return {
      label: `$(circuit-board) ${label}`,
      description,
      value: { kind: 'model', path, name: id, isRecent: false },
    };
  return {
    label: `$(warning) ${label}`,
    description,
    detail: plainLine(problem),
    value: { kind: 'refused', id, problem, filesMissing },
  };
}
