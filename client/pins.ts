/** The features the user keeps at hand, remembered per workspace. */
import * as vscode from 'vscode';
import { isFeatureRef, sameFeature } from '../protocol/features';
import type { FeatureRef } from '../protocol/features';

const MEMENTO = 'pins.features';

export class Pins implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private list: readonly FeatureRef[];
  readonly onDidChange = this.changed.event;

  constructor(private readonly memento: vscode.Memento) {
    this.list = memento.get<unknown[]>(MEMENTO, []).filter(isFeatureRef);
  }

  /** In the order in which they were pinned. */
  get features(): readonly FeatureRef[] {
    return this.list;
  }

  has(feature: FeatureRef): boolean {
    return this.list.some((other) => sameFeature(feature, other));
  }

  async add({ dictionary, index }: FeatureRef): Promise<void> {
    if (!this.has({ dictionary, index })) await this.set([...this.list, { dictionary, index }]);
  }

  async remove(feature: FeatureRef): Promise<void> {
    await this.set(this.list.filter((other) => !sameFeature(feature, other)));
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async set(features: readonly FeatureRef[]): Promise<void> {
    this.list = features;
    this.changed.fire();
    await this.memento.update(MEMENTO, features);
  }
}
