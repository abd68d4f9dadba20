/** The open feature dashboards, one per feature, and their return after a reload. Command: openDashboard. */
import * as vscode from 'vscode';
import { readDashboardState } from '../../protocol/dashboardPanel';
import type { DashboardState } from '../../protocol/dashboardPanel';
import { featureKey } from '../../protocol/features';
import type { FeatureRef } from '../../protocol/features';
import { Panel } from '../contributions';
import type { Focus } from '../focus';
import type { Notifications } from '../notifications';
import type { Pins } from '../pins';
import type { Session } from '../session';
import { DashboardPanel } from './dashboardPanel';
import { panelOptions } from '../panels/html';

/** What a dashboard's host works with. */
export interface DashboardServices {
  readonly extensionUri: vscode.Uri;
  readonly session: Session;
  readonly focus: Focus;
  readonly pins: Pins;
  readonly notifications: Notifications;
}

export class DashboardPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<string, DashboardPanel>();
  private readonly serializer: vscode.Disposable;

  constructor(private readonly services: DashboardServices) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(Panel.dashboard, this);
  }

  /** Shows the feature's dashboard: the one that is open, or a new one beside the text. */
  open(feature: FeatureRef): void {
    const open = this.panels.get(featureKey(feature));
    if (open) {
      open.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      Panel.dashboard,
      'Feature',
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      panelOptions(this.services.extensionUri),
    );
    this.attach(panel, { version: 1, feature, corpus: 'demo', table: false });
  }

  /** Called by VS Code after a reload; a state it cannot read closes the panel, since nothing could be shown. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, stored: unknown): Promise<void> {
    const state = readDashboardState(stored);
    if (state && !this.panels.has(featureKey(state.feature))) {
      panel.webview.options = panelOptions(this.services.extensionUri);
      this.attach(panel, state);
    } else {
      panel.dispose();
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.serializer.dispose();
    for (const panel of this.panels.values()) panel.dispose();
  }

  private attach(panel: vscode.WebviewPanel, state: DashboardState): void {
    const key = featureKey(state.feature);
    const dashboard = new DashboardPanel(panel, state, this.services);
    this.panels.set(key, dashboard);
    panel.onDidDispose(() => {
      this.panels.delete(key);
      dashboard.dispose();
    });
  }
}
