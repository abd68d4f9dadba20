/** The one steering panel, and its return after a reload. Command: steer. */
import * as vscode from 'vscode';
import type { ExperimentResult } from '../../protocol/experiments';
import { readSteeringState } from '../../protocol/steeringPanel';
import type { SteeringFeature, SteeringPanelState } from '../../protocol/steeringPanel';
import type { FeatureSources } from '../commands/featureArgument';
import { Panel } from '../contributions';
import { panelOptions } from '../panels/html';
import type { ExperimentRuns } from '../experiments/experimentRuns';
import { describe } from './features';
import { setupOf } from './setup';
import { SteeringPanel } from './steeringPanel';

/** What the panel's host works with. */
export interface SteeringServices extends FeatureSources {
  readonly extensionUri: vscode.Uri;
  /** Every run goes through it, so that it is listed and can be ended elsewhere too. */
  readonly experiments: ExperimentRuns;
}

/** What is steered, and where its prompt comes from. */
export type SteeringRun = Omit<SteeringPanelState, 'version'>;

export class SteeringPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private open: { readonly panel: vscode.WebviewPanel; readonly steering: SteeringPanel } | undefined;
  private readonly serializer: vscode.Disposable;

  constructor(private readonly services: SteeringServices) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(Panel.steering, this);
  }

  /** Shows this setup in the panel, beside the text, and runs it unless its prompt is empty. */
  run(run: SteeringRun, features: readonly SteeringFeature[]): void {
    this.opened(run).restart(run, features);
  }

  /** Shows what steering came to, as long as the panel can; otherwise returns false. */
  async show({ spec, runs, provenance }: ExperimentResult): Promise<boolean> {
    const setup = setupOf(spec);
    const [result] = runs;
    if (!setup || !result?.steering) return false;
    const features = await describe(
      this.services,
      setup.changes.map(({ feature }) => feature),
    ).catch(() => null);
    if (!features) return false;
    const run = { setup, place: null };
    this.opened(run).restart(run, features, { run: result, model: provenance.model });
    return true;
  }

  private opened(run: SteeringRun): SteeringPanel {
    const panel =
      this.open?.panel ??
      vscode.window.createWebviewPanel(
        Panel.steering,
        'Steering',
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        panelOptions(this.services.extensionUri),
      );
    return this.open?.steering ?? this.attach(panel, run);
  }

  /** Called by VS Code after a reload. The setup is there again; it is run when the user says so. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, stored: unknown): Promise<void> {
    const state = readSteeringState(stored);
    if (!state || this.open) {
      panel.dispose();
      return;
    }
    panel.webview.options = panelOptions(this.services.extensionUri);
    await this.attach(panel, state).refresh();
  }

  dispose(): void {
    this.serializer.dispose();
    this.open?.panel.dispose();
  }

  private attach(panel: vscode.WebviewPanel, run: SteeringRun): SteeringPanel {
    const steering = new SteeringPanel(panel, run, this.services);
    this.open = { panel, steering };
    panel.onDidDispose(() => {
      this.open = undefined;
      steering.dispose();
    });
    return steering;
  }
}
