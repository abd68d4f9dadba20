/**
 * Which features' heat is shown: those put in focus, or else the foremost feature of the cursor's token while
 * following the cursor is on. Context key: focused.
 */
import * as vscode from 'vscode';
import { featureKey, isFeatureRef, sameFeature } from '../protocol/features';
import type { FeatureRef } from '../protocol/features';
import { ContextKey } from './contributions';

const MEMENTO = 'focus.features';

export class Focus implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private chosen: readonly FeatureRef[];
  private followed: FeatureRef | undefined;
  readonly onDidChange = this.changed.event;

  constructor(private readonly memento: vscode.Memento) {
    this.chosen = memento.get<unknown[]>(MEMENTO, []).filter(isFeatureRef);
    this.setContext();
  }

  /** The features whose heat is shown. */
  get features(): readonly FeatureRef[] {
    if (this.chosen.length > 0) return this.chosen;
    return this.followed ? [this.followed] : [];
  }

  /** Those the user put in focus. */
  get explicit(): readonly FeatureRef[] {
    return this.chosen;
  }

  has(feature: FeatureRef): boolean {
    return this.chosen.some((other) => sameFeature(feature, other));
  }

  /** Puts these features in focus in place of the earlier ones; none ends the focus. */
  async set(features: readonly FeatureRef[]): Promise<void> {
    this.chosen = features.map(({ dictionary, index }) => ({ dictionary, index }));
    this.setContext();
    this.changed.fire();
    await this.memento.update(MEMENTO, this.chosen);
  }

  /** The foremost feature of the cursor's token, or undefined to follow nothing. */
  follow(feature: FeatureRef | undefined): void {
    if (feature ? featureKey(feature) === (this.followed && featureKey(this.followed)) : !this.followed)
      return;
    this.followed = feature;
    if (this.chosen.length === 0) this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private setContext(): void {
    void vscode.commands.executeCommand('setContext', ContextKey.focused, this.chosen.length > 0);
  }
}
