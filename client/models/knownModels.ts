/** Models that were loaded before, and those whose cost the user has agreed to; remembered for the user, not the workspace. */
import type * as vscode from 'vscode';

const RECENT = 'models.recent';
const CONFIRMED = 'models.confirmed';
const MOST_RECENT = 6;
const MOST_CONFIRMED = 100;

export interface RecentModel {
  readonly name: string;
  /** As `featurescope/loadModel` takes it. */
  readonly path: string;
}

export class KnownModels {
  constructor(private readonly memento: vscode.Memento) {}

  /** The last one first. */
  get recent(): readonly RecentModel[] {
    return this.memento.get<unknown[]>(RECENT, []).filter(isRecentModel);
  }

  async loaded({ name, path }: RecentModel): Promise<void> {
    const others = this.recent.filter((model) => model.path !== path);
    await this.memento.update(RECENT, [{ name, path }, ...others].slice(0, MOST_RECENT));
  }

  async forget(path: string): Promise<void> {
    await this.memento.update(
      RECENT,
      this.recent.filter((model) => model.path !== path),
    );
  }

  /** @param key tells two models at one path apart */
  isConfirmed(path: string, key: string): boolean {
    return this.confirmed.some(([at, known]) => at === path && known === key);
  }

  async confirm(path: string, key: string): Promise<void> {
    const others = this.confirmed.filter(([at]) => at !== path);
    await this.memento.update(CONFIRMED, [...others, [path, key]].slice(-MOST_CONFIRMED));
  }

  private get confirmed(): readonly (readonly [string, string])[] {
    return this.memento.get<unknown[]>(CONFIRMED, []).filter(isPair);
  }
}

function isRecentModel(value: unknown): value is RecentModel {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('path' in value)) return false;
  return typeof value.name === 'string' && typeof value.path === 'string';
}

function isPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string';
}
