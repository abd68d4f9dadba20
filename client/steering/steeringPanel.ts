/** The steering panel: the host side of its web view. */
import * as vscode from 'vscode';
import { experimentText } from '../../protocol/experiments';
import type { RunResult } from '../../protocol/experiments';
import { featureKey, isFeatureRef } from '../../protocol/features';
import { listModels } from '../../protocol/models';
import type { RpcPeer } from '../../protocol/rpc';
import { isSteeringSetup } from '../../protocol/steeringPanel';
import type {
  PromptPlace,
  SteeringFeature,
  SteeringHost,
  SteeringSetup,
  SteeringStart,
  SteeringStatus,
  SteeringView,
} from '../../protocol/steeringPanel';
import { plainLine } from '../../protocol/wording';
import { oneFeature } from '../commands/featureArgument';
import { Command } from '../contributions';
import { connectPanel } from '../panels/connect';
import { otherModel } from '../panels/otherModel';
import type { Model } from '../panels/otherModel';
import { explain, toFailure } from '../failure';
import { describe } from './features';
import { insertBehind } from './insertion';
import { steeringSpec, titleOf } from './setup';
import type { SteeringRun, SteeringServices } from './steeringPanels';

const IDLE: SteeringStatus = { state: 'idle', message: null, outcome: null };
/** Longest title of a panel: it is the name of a tab. */
const LONGEST_TITLE = 60;

/** A run that has ended, and the model that it ran on. */
export interface EndedRun {
  readonly run: RunResult;
  readonly model: Model;
}

export class SteeringPanel implements vscode.Disposable {
  private readonly rpc: RpcPeer<SteeringHost, SteeringView>;
  private readonly refreshes: vscode.Disposable;
  private readonly models: vscode.Disposable;
  private running: vscode.CancellationTokenSource | undefined;
  private features: readonly SteeringFeature[] = [];
  private status = IDLE;
  /** The model that the texts come from; null when there are none. */
  private writtenBy: Model | null = null;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private current: SteeringRun,
    private readonly services: SteeringServices,
  ) {
    this.rpc = connectPanel<SteeringHost, SteeringView>(
      panel,
      services.extensionUri,
      'steering',
      'Steering',
      this.methods(),
    );
    this.refreshes = services.session.onRefresh(() => {
      void this.refresh();
    });
    this.models = services.session.onStatus(() => {
      this.rename();
    });
  }

  /** Takes another setup and runs it, unless its prompt is empty or what came of it is given. */
  restart(run: SteeringRun, features: readonly SteeringFeature[], done?: EndedRun): void {
    this.running?.cancel();
    this.running = undefined;
    this.current = run;
    this.features = features;
    this.status = done ? statusOf(done.run, IDLE) : IDLE;
    this.writtenBy = done?.model ?? null;
    this.rename();
    this.tell('restart', this.start());
    this.panel.reveal(undefined, true);
    if (!done && run.setup.prompt !== '') void this.run(run.setup);
  }

  /** Asks for the labels of the features again: after a reload of the window, or when something has changed. */
  async refresh(): Promise<void> {
    const known = [...this.features, ...this.current.setup.changes].map(({ feature }) => feature);
    const scales = new Map(this.features.map(({ feature, scale }) => [featureKey(feature), scale]));
    try {
      const each = [...new Map(known.map((feature) => [featureKey(feature), feature])).values()];
      const described = await describe(this.services, each);
      this.features = described.map((feature) => ({
        ...feature,
        scale: scales.get(featureKey(feature.feature)) ?? feature.scale,
      }));
      this.rename();
      this.tell('relabel', this.features);
    } catch (error) {
      this.services.notifications.quietly('The features of the steering panel', error);
    }
  }

  dispose(): void {
    this.running?.cancel();
    // What still comes of it is no longer shown: the panel is gone.
    this.running = undefined;
    this.refreshes.dispose();
    this.models.dispose();
    this.rpc.dispose();
  }

  /** What the web view may ask; its arguments are checked, because a web view shows what files say. */
  private methods(): SteeringHost {
    const done = async (job: () => Thenable<unknown>): Promise<null> => {
      await job();
      return null;
    };
    return {
      start: () => Promise.resolve(this.start()),
      run: (setup) => {
        void this.run(checked(setup));
        return Promise.resolve(null);
      },
      stop: () => {
        this.running?.cancel();
        return Promise.resolve(null);
      },
      pickFeature: () => this.pickFeature(),
      openDashboard: (feature) =>
        done(() => {
          if (!isFeatureRef(feature)) throw new Error('This is not a feature.');
          return vscode.commands.executeCommand(Command.openDashboard, feature);
        }),
      copyExperiment: (setup) => done(() => this.copyExperiment(checked(setup))),
      copyText: () => done(() => vscode.env.clipboard.writeText(this.steeredText())),
      insert: () =>
        done(() => {
          const { place } = this.current;
          if (!place) throw new Error('The prompt was not taken from a file. Copy the text instead.');
          return insertBehind(place, this.status.outcome?.prompt ?? '', this.steeredText());
        }),
    };
  }

  private start(): SteeringStart {
    return { ...this.current, features: this.features, status: this.status };
  }

  /** The latest run wins: an earlier one is ended, and its parts are no longer shown. */
  private async run(setup: SteeringSetup): Promise<void> {
    this.running?.cancel();
    const running = (this.running = new vscode.CancellationTokenSource());
    const show = (status: SteeringStatus, model = this.writtenBy): void => {
      if (this.running !== running) return;
      this.status = status;
      this.writtenBy = model;
      this.rename();
      this.tell('show', status);
    };
    this.current = { ...this.current, setup };
    show({ state: 'running', message: null, outcome: null }, null);
    try {
      const spec = await this.spec(setup);
      const onPart = (part: RunResult): void => {
        const model = this.writtenBy ?? this.services.session.model;
        show({ state: 'running', message: null, outcome: part.steering ?? null }, model);
      };
      const { runs, provenance } = await this.services.experiments.call(
        { uri: folderOf(this.current.place), spec },
        { token: running.token, onPart },
      );
      show(statusOf(runs[0], this.status), provenance.model);
    } catch (error) {
      const failure = toFailure(error);
      const { outcome } = this.status;
      if (failure.cancelled) show({ state: 'cancelled', message: null, outcome });
      else show({ state: 'failed', message: explain(failure), outcome });
    } finally {
      running.dispose();
    }
  }

  private async spec(setup: SteeringSetup) {
    return steeringSpec(setup, this.features, await this.services.session.call(listModels, null));
  }

  private async pickFeature(): Promise<SteeringFeature | null> {
    const feature = await oneFeature(this.services, undefined, 'Feature to steer with as well');
    const [described] = feature ? await describe(this.services, [feature]) : [];
    if (!described) return null;
    this.features = [...this.features, described];
    return described;
  }

  private async copyExperiment(setup: SteeringSetup): Promise<void> {
    const { text } = await this.services.session.call(experimentText, { spec: await this.spec(setup) });
    await vscode.env.clipboard.writeText(text);
  }

  private steeredText(): string {
    const { outcome } = this.status;
    if (!outcome) throw new Error('Nothing was written yet.');
    return outcome.steered.text;
  }

  /** A hidden web view hears nothing; when it is shown again, it asks for everything. */
  private tell<Method extends keyof SteeringView>(
    method: Method,
    params: Parameters<SteeringView[Method]>[0],
  ): void {
    if (this.panel.visible) this.rpc.call(method, params).catch(() => undefined);
  }

  /** What is shown may be of another model than is loaded. */
  private rename(): void {
    const name = plainLine(titleOf(this.current.setup.changes, this.features), LONGEST_TITLE);
    const title = [name, ...otherModel(this.writtenBy, this.services.session.model)].join(' ');
    if (title !== this.panel.title) this.panel.title = title;
  }
}

/** How a run ended. */
function statusOf(run: RunResult | undefined, { outcome }: SteeringStatus): SteeringStatus {
  if (!run) return { state: 'failed', message: 'The experiment came back without its run.', outcome };
  const state = run.state === 'running' ? 'cancelled' : run.state;
  return { state, message: run.message ?? null, outcome: run.steering ?? outcome };
}

/** What relative paths refer to. */
function folderOf(place: PromptPlace | null): string | null {
  const own = place && vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(place.uri));
  return (own ?? vscode.workspace.workspaceFolders?.[0])?.uri.toString() ?? null;
}

function checked(setup: unknown): SteeringSetup {
  if (!isSteeringSetup(setup)) throw new Error('This is not something to steer with.');
  return setup;
}
