/**
 * The Features view: a search, the features in focus, those pinned, the user's own labels, and the token at the cursor,
 * whose list is the longest. Commands: searchFeatures, clearSearch, clearFocus, pinFeature, unpinFeature, labelFeature.
 */
import * as vscode from 'vscode';
import { describeFeatures } from '../../protocol/dashboard';
import { sameFeature } from '../../protocol/features';
import type { FeatureRef, FeatureSummary } from '../../protocol/features';
import { listLabels } from '../../protocol/labels';
import { View } from '../contributions';
import type { Services } from '../services';
import { cursorGroup, FOCUSED, featureNodes, treeItem } from './featureNodes';
import type { FeatureMarks, FeatureNodes, GroupNode } from './featureNodes';

export class FeaturesView implements vscode.TreeDataProvider<FeatureNodes>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[];
  private readonly marks: FeatureMarks;
  private modelMissing = false;
  private focused: readonly FeatureSummary[] = [];
  private pinned: readonly FeatureSummary[] = [];
  private labelled: readonly FeatureSummary[] = [];
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly services: Services) {
    const { cursor, focus, pins, search, session } = services;
    this.marks = {
      pinned: (feature) => pins.has(feature),
      focused: (feature) => focus.has(feature),
      shown: (feature) => focus.features.some((other) => sameFeature(feature, other)),
    };
    const redraw = (): void => {
      this.changed.fire();
    };
    const view = vscode.window.createTreeView(View.features, { treeDataProvider: this });
    this.subscriptions = [
      view,
      this.changed,
      cursor.onDidRead(redraw),
      focus.onDidChange(() => {
        redraw();
        void this.readFocused();
      }),
      search.onDidChange(redraw),
      pins.onDidChange(() => void this.readPinned()),
      session.onRefresh(() => void this.readLists()),
      session.onStatus(({ model, quiescent }) => {
        const missing = model === null && quiescent;
        if (missing === this.modelMissing) return;
        this.modelMissing = missing;
        redraw();
      }),
    ];
  }

  getTreeItem(node: FeatureNodes): vscode.TreeItem {
    return treeItem(node);
  }

  getChildren(node?: FeatureNodes): FeatureNodes[] {
    if (node) return node.kind === 'group' ? [...node.children] : [];
    return this.groups();
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  /** Empty while there is no model or nothing at all to show, so that the welcome view shows instead. */
  private groups(): GroupNode[] {
    if (this.modelMissing) return [];
    const { cursor, search } = this.services;
    const reading = cursor.reading?.reading;
    return [
      ...(search.query === ''
        ? []
        : [this.list('search', `Search: ${search.query}`, 'search', search.results)]),
      ...(this.focused.length > 0 ? [this.list(FOCUSED, 'In focus', 'eye', this.focused)] : []),
      ...(this.pinned.length > 0 ? [this.list('pinned', 'Pinned', 'pinned', this.pinned)] : []),
      ...(this.labelled.length > 0 ? [this.list('own', 'Own labels', 'tag', this.labelled)] : []),
      ...(reading ? [cursorGroup(reading, this.marks)] : []),
    ];
  }

  private list(id: string, label: string, icon: string, features: readonly FeatureSummary[]): GroupNode {
    const description = features.length === 0 ? 'nothing found' : `${features.length}`;
    return { kind: 'group', id, label, description, icon, children: featureNodes(id, features, this.marks) };
  }

  private async readLists(): Promise<void> {
    await Promise.all([this.readFocused(), this.readPinned(), this.readLabels()]);
  }

  private async readFocused(): Promise<void> {
    const { explicit } = this.services.focus;
    const described = await this.describe(explicit);
    // Meanwhile others may have come into focus; they are being read by themselves.
    if (explicit !== this.services.focus.explicit) return;
    this.focused = described;
    this.changed.fire();
  }

  private async readPinned(): Promise<void> {
    this.pinned = await this.describe(this.services.pins.features);
    this.changed.fire();
  }

  private async describe(features: readonly FeatureRef[]): Promise<readonly FeatureSummary[]> {
    const { session, notifications } = this.services;
    try {
      return features.length > 0 ? await session.call(describeFeatures, { features }) : [];
    } catch (error) {
      notifications.quietly('Reading the labels of features in focus or pinned', error);
      return features.map((feature) => ({ feature, label: null }));
    }
  }

  private async readLabels(): Promise<void> {
    try {
      this.labelled = await this.services.session.call(listLabels, null);
    } catch (error) {
      this.services.notifications.quietly('Reading your own labels', error);
    }
    this.changed.fire();
  }
}
