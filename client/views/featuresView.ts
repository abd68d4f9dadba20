/**
 * The Features view: the token at the cursor, pinned features, the user's own labels, and a search.
 * Commands: searchFeatures, clearSearch, pinFeature, unpinFeature, labelFeature.
 */
import * as vscode from 'vscode';
import { describeFeatures } from '../../protocol/dashboard';
import { sameFeature } from '../../protocol/features';
import type { FeatureSummary } from '../../protocol/features';
import { listLabels } from '../../protocol/labels';
import { View } from '../contributions';
import type { Services } from '../services';
import { cursorGroup, featureNodes, treeItem } from './featureNodes';
import type { FeatureMarks, FeatureNodes, GroupNode } from './featureNodes';

export class FeaturesView implements vscode.TreeDataProvider<FeatureNodes>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[];
  private readonly marks: FeatureMarks;
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
      focus.onDidChange(redraw),
      search.onDidChange(redraw),
      pins.onDidChange(() => void this.readPinned()),
      session.onRefresh(() => void this.readLists()),
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

  /** Empty while there is nothing at all to show, so that the welcome view shows instead. */
  private groups(): GroupNode[] {
    const { cursor, search } = this.services;
    const reading = cursor.reading?.reading;
    return [
      ...(search.query === ''
        ? []
        : [this.list('search', `Search: ${search.query}`, 'search', search.results)]),
      ...(reading ? [cursorGroup(reading, this.marks)] : []),
      ...(this.pinned.length > 0 ? [this.list('pinned', 'Pinned', 'pinned', this.pinned)] : []),
      ...(this.labelled.length > 0 ? [this.list('own', 'Own labels', 'tag', this.labelled)] : []),
    ];
  }

  private list(id: string, label: string, icon: string, features: readonly FeatureSummary[]): GroupNode {
    const description = features.length === 0 ? 'nothing found' : `${features.length}`;
    return { kind: 'group', id, label, description, icon, children: featureNodes(id, features, this.marks) };
  }

  private async readLists(): Promise<void> {
    await Promise.all([this.readPinned(), this.readLabels()]);
  }

  private async readPinned(): Promise<void> {
    const { pins, session, notifications } = this.services;
    const features = pins.features;
    try {
      this.pinned = features.length > 0 ? await session.call(describeFeatures, { features }) : [];
    } catch (error) {
      notifications.quietly('Reading the labels of pinned features', error);
      this.pinned = features.map((feature) => ({ feature, label: null }));
    }
    this.changed.fire();
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
