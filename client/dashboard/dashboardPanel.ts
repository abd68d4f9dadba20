/** One feature dashboard: the host side of its web view. */
import * as vscode from 'vscode';
import { describeFeatures, featureDashboard } from '../../protocol/dashboard';
import type { Corpus, FeatureDashboard } from '../../protocol/dashboard';
import type { DashboardHost, DashboardState, DashboardView } from '../../protocol/dashboardPanel';
import { isFeatureRef } from '../../protocol/features';
import type { FeatureRef } from '../../protocol/features';
import { setLabel } from '../../protocol/labels';
import type { RpcPeer } from '../../protocol/rpc';
import { Command, Panel } from '../contributions';
import { featureName, plainLine } from '../../protocol/wording';
import type { DashboardServices } from './dashboardPanels';
import { connectPanel } from '../panels/connect';
import { revealPlace, saveFile } from '../panels/actions';

/** How many contexts, logits and neighbours are asked for. */
const TOP = 20;
/** Longest title of a panel: it is the name of a tab. */
const LONGEST_TITLE = 80;

export class DashboardPanel implements vscode.Disposable {
  private readonly rpc: RpcPeer<DashboardHost, DashboardView>;
  private readonly subscription: vscode.Disposable;
  private loading: vscode.CancellationTokenSource | undefined;
  private title = '';

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly state: DashboardState,
    private readonly services: DashboardServices,
  ) {
    this.rename(`#${state.feature.index}`);
    this.rpc = connectPanel<DashboardHost, DashboardView>(
      panel,
      services.extensionUri,
      'dashboard',
      'Feature',
      this.methods(),
    );
    this.subscription = services.session.onRefresh(({ reason }) => {
      // Reading a corpus again is not worth a label.
      const told = reason === 'labels' ? this.relabel() : this.rpc.call('reload', null);
      told.catch(() => undefined);
    });
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  dispose(): void {
    this.loading?.cancel();
    this.subscription.dispose();
    this.rpc.dispose();
  }

  /** What the web view may ask; its arguments are checked, because a web view shows what files say. */
  private methods(): DashboardHost {
    const run = async (command: string, feature: FeatureRef): Promise<null> => {
      await vscode.commands.executeCommand(command, checked(feature));
      return null;
    };
    return {
      start: () => Promise.resolve(this.state),
      load: ({ corpus }) => this.load(corpus === 'workspace' ? 'workspace' : 'demo'),
      open: (feature) => run(Command.openDashboard, feature),
      focus: (feature) => run(Command.focusFeature, feature),
      pin: (feature) => run(Command.pinFeature, feature),
      findEverywhere: (feature) => run(Command.findEverywhere, feature),
      steer: (feature) => run(Command.steer, feature),
      setLabel: ({ feature, text }) =>
        this.services.session.call(setLabel, {
          feature: checked(feature),
          text: typeof text === 'string' && text.trim() !== '' ? text.trim() : null,
        }),
      reveal: async (place) => {
        await revealPlace(place);
        return null;
      },
      save: async (file) => {
        await saveFile(file);
        return null;
      },
    };
  }

  /** The latest call wins: an earlier one is cancelled and its parts are no longer shown. */
  private async load(corpus: Corpus): Promise<FeatureDashboard> {
    this.loading?.cancel();
    const loading = (this.loading = new vscode.CancellationTokenSource());
    const { feature } = this.state;
    const onPart = (dashboard: FeatureDashboard): void => {
      if (loading.token.isCancellationRequested) return;
      this.rename(featureName(dashboard));
      this.rpc.call('show', dashboard).catch(() => undefined);
    };
    const params = { feature, corpus, top: TOP };
    const dashboard = await this.services.session.call(featureDashboard, params, {
      token: loading.token,
      onPart,
    });
    this.rename(featureName(dashboard));
    return dashboard;
  }

  private async relabel(): Promise<void> {
    const [summary] = await this.services.session.call(describeFeatures, { features: [this.state.feature] });
    if (!summary) return;
    this.rename(featureName(summary));
    await this.rpc.call('relabel', summary);
  }

  private rename(name: string): void {
    const title = plainLine(name, LONGEST_TITLE);
    if (title === this.title) return;
    this.title = title;
    this.panel.title = title;
  }
}

function checked(feature: unknown): FeatureRef {
  if (!isFeatureRef(feature)) throw new Error(`${Panel.dashboard}: not a feature`);
  return feature;
}
