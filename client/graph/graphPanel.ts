/** One web view that shows graphs, in an editor or in the side bar: the host side. */
import * as vscode from 'vscode';
import { featureDashboard } from '../../protocol/dashboard';
import type { FeatureDashboard } from '../../protocol/dashboard';
import { featureKey, isFeatureRef } from '../../protocol/features';
import type { FeatureRef } from '../../protocol/features';
import { edgeCarriers, interveneGraph, NO_ANNOTATIONS, verifyGraph } from '../../protocol/graphs';
import type { GraphHost, GraphShown, GraphView } from '../../protocol/graphPanel';
import type { Methods, RpcPeer } from '../../protocol/rpc';
import { Command } from '../contributions';
import { explain, toFailure } from '../failure';
import { saveFile } from '../panels/actions';
import { connectWebview } from '../panels/connect';
import { panelOptions } from '../panels/html';
import type { Session } from '../session';
import { readAnnotations } from './annotations';
import type { GraphChange, GraphDocument } from './graphDocument';
import type { TextCursor } from './textCursor';
import { goToGraphToken, tokenAtCursor } from './textPlaces';

/** How many contexts and logits a node's details hold. */
const TOP = 10;

const NOTHING: GraphShown = {
  isOpen: false,
  snapshot: null,
  annotations: NO_ANNOTATIONS,
  progress: null,
  message:
    'No graph is open. Put the cursor behind a word and run “Featurescope: Why This Next Token?”, or open a graph file.',
  file: { name: null, changedOnDisk: false },
};

/** What a panel does through the editors of graphs. */
export interface GraphActions {
  buildAgain(document: GraphDocument | null): Promise<void>;
  save(document: GraphDocument): Promise<void>;
  reload(document: GraphDocument, keep: boolean): Promise<void>;
  move(document: GraphDocument, to: 'sideBar' | 'editor'): Promise<void>;
  swapSources: GraphHost['swapSources'];
}

export interface GraphPanelServices {
  readonly extensionUri: vscode.Uri;
  readonly session: Session;
  readonly cursor: TextCursor;
  readonly actions: GraphActions;
}

/** Where the web view is. */
export interface GraphPlacement {
  readonly webview: vscode.Webview;
  readonly isVisible: () => boolean;
  /** Whether VS Code's own undo is this graph's. */
  readonly isActiveEditor: () => boolean;
  /** Where the editor stands; undefined in the side bar. */
  readonly column: () => vscode.ViewColumn | undefined;
}

type Asked<Method extends keyof GraphHost> = Parameters<GraphHost[Method]>[0];

export class GraphPanel implements vscode.Disposable {
  private readonly rpc: RpcPeer<GraphHost, GraphView>;
  private readonly cursorMoves: vscode.Disposable;
  private readonly described = new Map<string, Promise<FeatureDashboard>>();
  private readonly refreshes: vscode.Disposable;
  private changes: vscode.Disposable | undefined;
  /** Of the verification or the intervention under way. */
  private testing: vscode.CancellationTokenSource | undefined;
  private position: number | null = null;
  private isGone = false;

  /** @param document null while the side bar has none to show */
  constructor(
    private readonly placement: GraphPlacement,
    private document: GraphDocument | null,
    private readonly services: GraphPanelServices,
  ) {
    const { extensionUri, cursor, session } = services;
    placement.webview.options = panelOptions(extensionUri);
    this.cursorMoves = cursor.onDidMove(() => {
      this.followCursor();
    });
    this.refreshes = session.onRefresh(() => {
      this.described.clear();
    });
    this.listen();
    const methods = withCures(this.methods());
    this.rpc = connectWebview(placement.webview, extensionUri, 'graph', 'Graph', methods);
  }

  /** Shows another graph, or none. */
  show(document: GraphDocument | null): void {
    if (document === this.document) return;
    this.testing?.cancel();
    this.document = document;
    this.listen();
    this.tell('show', this.shown);
    this.followCursor();
  }

  dispose(): void {
    this.isGone = true;
    this.testing?.cancel();
    this.changes?.dispose();
    this.cursorMoves.dispose();
    this.refreshes.dispose();
    this.rpc.dispose();
  }

  private get shown(): GraphShown {
    return this.document?.shown ?? NOTHING;
  }

  /** @throws {Error} when there is none */
  private get graph(): GraphDocument {
    if (!this.document) throw new Error('No graph is open.');
    return this.document;
  }

  /** What the web view may ask; its arguments are checked, because a web view shows what files say. */
  private methods(): GraphHost {
    const { actions } = this.services;
    const done = async (job: () => unknown): Promise<null> => {
      await job();
      return null;
    };
    return {
      start: () => this.start(),
      cancel: () =>
        done(() => {
          this.document?.cancel();
        }),
      again: () => done(() => actions.buildAgain(this.document)),
      edit: (params) =>
        done(() => {
          this.edit(params);
        }),
      undo: () => done(() => this.step('undo')),
      redo: () => done(() => this.step('redo')),
      saveGraph: () => done(() => actions.save(this.graph)),
      reload: ({ keep }) => done(() => actions.reload(this.graph, keep)),
      prune: ({ node, edge }) => done(() => this.graph.prune({ node: share(node), edge: share(edge) })),
      verify: (params) => this.verify(params),
      intervene: (params) => this.intervene(params),
      carriers: ({ source, target }) => this.graph.call(edgeCarriers, { source, target }),
      stop: () =>
        done(() => {
          this.testing?.cancel();
        }),
      swapSources: actions.swapSources,
      describe: (feature) => this.describe(checked(feature)),
      openDashboard: (feature) => done(() => run(Command.openDashboard, feature)),
      label: (feature) => done(() => run(Command.labelFeature, feature)),
      loadLabels: () => done(() => this.loadLabels()),
      goTo: ({ position }) => done(() => this.goTo(position)),
      text: () => this.graph.text(),
      save: saveFile,
      copy: ({ text }) => done(() => vscode.env.clipboard.writeText(text)),
      move: ({ to }) => done(() => actions.move(this.graph, to === 'sideBar' ? to : 'editor')),
    };
  }

  private start(): Promise<GraphShown> {
    // Sent behind the answer: a web view that comes back knows no position.
    this.position = null;
    setTimeout(() => {
      this.followCursor();
    });
    return Promise.resolve(this.shown);
  }

  private edit({ snapshot, what, annotations }: Asked<'edit'>): void {
    const { graph } = this;
    if (snapshot !== graph.snapshot?.id)
      throw new Error('Another graph came before the edit was made, so it was not made. Make it again.');
    const name = typeof what === 'string' && what !== '' ? what : 'Edit';
    graph.edit(name, readAnnotations(annotations), this);
  }

  /** VS Code's own undo acts on the active editor alone. */
  private async step(which: 'undo' | 'redo'): Promise<void> {
    if (this.placement.isActiveEditor()) await vscode.commands.executeCommand(which);
    else await this.graph[which]();
  }

  private verify({ nodes, count, hold }: Asked<'verify'>): ReturnType<GraphHost['verify']> {
    return this.test((token) => this.graph.call(verifyGraph, { nodes, count, hold }, { token }));
  }

  private intervene({ changes, inserts, hold }: Asked<'intervene'>): ReturnType<GraphHost['intervene']> {
    return this.test((token) => this.graph.call(interveneGraph, { changes, inserts, hold }, { token }));
  }

  /** The latest wins: an earlier one is cancelled. */
  private async test<T>(job: (token: vscode.CancellationToken) => Promise<T>): Promise<T> {
    this.testing?.cancel();
    const testing = (this.testing = new vscode.CancellationTokenSource());
    try {
      return await job(testing.token);
    } finally {
      if (this.testing === testing) this.testing = undefined;
      testing.dispose();
    }
  }

  /**
   * Asked once for each feature: reading its contexts takes a while, and a node may be looked at often. They are of the text that
   * dashboards begin with, whatever the model.
   */
  private describe(feature: FeatureRef): Promise<FeatureDashboard> {
    const key = featureKey(feature);
    const known = this.described.get(key);
    if (known) return known;
    const asked = this.services.session.call(featureDashboard, { feature, corpus: 'demo', top: TOP });
    this.described.set(key, asked);
    asked.catch(() => this.described.delete(key));
    return asked;
  }

  private async loadLabels(): Promise<void> {
    const document = this.graph;
    const chosen = await vscode.window.showOpenDialog({
      title: 'Labels: explanations exported by Neuronpedia, or a feature file of circuit-tracer',
      filters: { Labels: ['json', 'jsonl'], 'All files': ['*'] },
    });
    if (chosen?.[0]) await document.label(chosen[0]);
  }

  private async goTo(position: number): Promise<void> {
    const { snapshot } = this.graph;
    if (snapshot) await goToGraphToken(snapshot, position, this.placement.column());
  }

  private listen(): void {
    this.changes?.dispose();
    this.changes = this.document?.onDidChange((change) => {
      this.hear(change);
    });
  }

  private hear(change: GraphChange): void {
    switch (change.kind) {
      case 'shown':
        this.tell('show', this.shown);
        this.followCursor();
        break;
      case 'file':
        this.tell('file', this.graph.fileState);
        break;
      case 'progress':
        this.tell('progress', change.progress);
        break;
      case 'annotations':
        if (change.by !== this) this.tell('annotate', this.graph.annotations);
        break;
    }
  }

  private followCursor(): void {
    const { editor } = this.services.cursor;
    const snapshot = this.document?.snapshot;
    const position = editor && snapshot ? tokenAtCursor(snapshot, editor) : null;
    if (position === this.position) return;
    this.position = position;
    this.tell('cursorAt', { position });
  }

  /** A hidden web view hears nothing; when it is shown again, it asks for everything. */
  private tell<Method extends keyof GraphView>(
    method: Method,
    params: Parameters<GraphView[Method]>[0],
  ): void {
    if (!this.isGone && this.placement.isVisible()) this.rpc.call(method, params).catch(() => undefined);
  }
}

/** A web view hears only the message of what failed. */
function withCures(methods: GraphHost): GraphHost {
  const answered = Object.entries(methods as Methods).map(([name, method]) => [
    name,
    async (params: never) => {
      try {
        return await method(params);
      } catch (error) {
        throw new Error(explain(toFailure(error)), { cause: error });
      }
    },
  ]);
  return Object.fromEntries(answered) as GraphHost;
}

async function run(command: string, feature: unknown): Promise<void> {
  await vscode.commands.executeCommand(command, checked(feature));
}

function checked(feature: unknown): FeatureRef {
  if (!isFeatureRef(feature)) throw new Error('This is not a feature.');
  return feature;
}

function share(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1))
    throw new Error('A threshold is a number between 0 and 1.');
  return value;
}
