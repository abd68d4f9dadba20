/**
 * One graph, whatever shows it: what the server holds of it under an id, what the user added, its file and its edits. A
 * graph that was built here is a document without a file (`untitled:`).
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { ErrorCode } from '../../protocol/errors';
import {
  buildGraph,
  graphText,
  labelGraph,
  NO_ANNOTATIONS,
  pruneGraph,
  refreshGraph,
  saveGraph,
} from '../../protocol/graphs';
import type {
  GraphAnnotations,
  GraphBuildPart,
  GraphProgress,
  GraphRequest,
  GraphSnapshot,
  GraphThresholds,
  OpenedGraph,
} from '../../protocol/graphs';
import type { GraphFileState, GraphShown } from '../../protocol/graphPanel';
import { explain, toFailure } from '../failure';
import type { Notifications } from '../notifications';
import type { Session } from '../session';
import { keptAnnotations, sameAnnotations } from './annotations';
import { backedUpStamp, writeBackup } from './backups';
import { DiskFile } from './diskFile';
import { EditStack } from './editStack';
import type { Edit } from './editStack';
import { ServerGraph } from './serverGraph';
import { ServerWork } from './serverWork';

/** What of a document is another now. `by`: the web view that made the edit and shows it already. */
export type GraphChange =
  | { readonly kind: 'shown' }
  | { readonly kind: 'file' }
  | { readonly kind: 'progress'; readonly progress: GraphProgress }
  | { readonly kind: 'annotations'; readonly by: object | null };

/** What a document works with. */
export interface GraphDocumentServices {
  readonly session: Session;
  readonly notifications: Notifications;
  /** Whether VS Code knows of edits that were not saved. */
  readonly isDirty: (uri: vscode.Uri) => boolean;
}

/** What a document hands to the one that is opened on the file it was saved as. */
export interface Handover {
  readonly opened: OpenedGraph;
  readonly request: GraphRequest | null;
  readonly work: ServerWork;
}

const BEGINNING: GraphProgress = { message: 'Starting', done: 0, total: 0, secondsLeft: null };
const ALL: GraphThresholds = { node: 1, edge: 1 };

export class GraphDocument implements vscode.CustomDocument {
  private readonly changed = new vscode.EventEmitter<GraphChange>();
  private readonly edited = new vscode.EventEmitter<Edit | null>();
  private readonly disposed = new vscode.EventEmitter<void>();
  private readonly subscription: vscode.Disposable;
  private readonly edits = new EditStack();
  private readonly graph: ServerGraph;
  private readonly file: DiskFile | null;
  private work = new ServerWork();
  private building: vscode.CancellationTokenSource | undefined;
  private backup: vscode.Uri | undefined;
  private handedOver = false;
  private isGone = false;
  private stamp: string | null = null;
  private state: Omit<GraphShown, 'isOpen' | 'file'> & { readonly changedOnDisk: boolean } = {
    snapshot: null,
    annotations: NO_ANNOTATIONS,
    progress: null,
    message: null,
    changedOnDisk: false,
  };
  readonly onDidChange = this.changed.event;
  /** An edit, or null when the content is another in a way that cannot be undone. */
  readonly onDidEdit = this.edited.event;
  readonly onDidDispose = this.disposed.event;

  /** @param request what it was or is to be built of; null for one that is read from a file */
  constructor(
    readonly uri: vscode.Uri,
    readonly request: GraphRequest | null,
    private readonly services: GraphDocumentServices,
  ) {
    this.graph = new ServerGraph(
      services.session,
      () => this.backup ?? (this.isUntitled ? null : this.uri),
      (opened) => this.reopened(opened),
    );
    this.file = this.isUntitled ? null : new DiskFile(uri, () => void this.changedOutside());
    this.subscription = services.session.onRefresh(() => void this.refresh());
  }

  get isUntitled(): boolean {
    return this.uri.scheme === 'untitled';
  }

  get snapshot(): GraphSnapshot | null {
    return this.state.snapshot;
  }

  get annotations(): GraphAnnotations {
    return this.state.annotations;
  }

  get fileState(): GraphFileState {
    const name = this.isUntitled ? null : path.posix.basename(this.uri.path);
    return { name, changedOnDisk: this.state.changedOnDisk };
  }

  get shown(): GraphShown {
    const { snapshot, annotations, progress, message } = this.state;
    return { isOpen: true, snapshot, annotations, progress, message, file: this.fileState };
  }

  /** Reads the file, or a backup of it. When that cannot be read, the document says so in the graph's place. */
  async load(token: vscode.CancellationToken, backup?: vscode.Uri): Promise<void> {
    try {
      const opened = await this.graph.read(backup ?? this.uri, token);
      this.backup = backup;
      this.take(opened);
      if (backup) this.stamp = await backedUpStamp(backup);
      else await this.file?.note();
    } catch (error) {
      this.set({ message: explain(toFailure(error)) }, 'shown');
    }
  }

  /** Takes over what was saved as this document's file a moment ago. */
  async adopt({ opened, work }: Handover): Promise<void> {
    this.work = work;
    this.take(opened);
    await this.file?.note();
  }

  /** Builds what was asked for, and shows it as it comes. */
  async build(): Promise<void> {
    if (!this.request || this.building) return;
    const building = (this.building = new vscode.CancellationTokenSource());
    this.set({ progress: BEGINNING, message: null }, 'shown');
    try {
      const snapshot = await this.services.session.call(buildGraph, this.request, {
        token: building.token,
        onPart: (part) => {
          if (this.building === building) this.showPart(part);
        },
      });
      this.built(snapshot);
    } catch (error) {
      this.buildFailed(error);
    } finally {
      this.building = undefined;
      building.dispose();
    }
  }

  /** Builds or reads again what could not be. */
  async retry(): Promise<void> {
    if (!this.request) await this.reload(false);
    else void this.build();
  }

  /** Ends the build; what was computed stays. */
  cancel(): void {
    this.building?.cancel();
  }

  /** An edit that can be undone. @param by the web view that made it */
  edit(what: string, after: GraphAnnotations, by: object | null): void {
    const before = this.annotations;
    if (sameAnnotations(before, after)) return;
    this.annotate(after, by);
    this.record({
      what,
      undo: () => {
        this.annotate(before, null);
      },
      redo: () => {
        this.annotate(after, null);
      },
    });
  }

  /** Undoes in a web view that is not the active editor. */
  async undo(): Promise<void> {
    const edit = await this.edits.undo();
    if (edit) this.edited.fire(edit);
  }

  async redo(): Promise<void> {
    const edit = await this.edits.redo();
    if (edit) this.edited.fire(edit);
  }

  /** Prunes the graph; can be undone. */
  async prune(after: GraphThresholds): Promise<void> {
    const before = this.snapshot?.thresholds ?? ALL;
    if (before.node === after.node && before.edge === after.edge) return;
    await this.pruneTo(after);
    this.record({ what: 'Prune', undo: () => this.pruneTo(before), redo: () => this.pruneTo(after) });
  }

  /** Takes labels from a file. A graph that was built here is saved with them; one that was read keeps its file's. */
  async label(uri: vscode.Uri): Promise<void> {
    this.show(await this.graph.call(labelGraph, { uri: uri.toString() }));
    this.work.label(uri.toString());
    if (this.work.isComputed) this.edited.fire(null);
    else
      this.services.notifications.inform(
        'These labels are shown as long as the graph is open. They are not saved: its file keeps its own.',
      );
  }

  /** Asks about the graph. Rejects with a `Failure`. */
  readonly call: ServerGraph['call'] = (method, params, options) => this.graph.call(method, params, options);

  /** The file's text as it would be saved. */
  async text(): Promise<string> {
    return (await this.graph.call(graphText, { annotations: this.annotations })).text;
  }

  /**
   * Saves to the document's own file.
   * @param stamp what the file must still hold; null to write over whatever it holds
   * @throws {Failure} `changedOnDisk` when it holds something else
   */
  async save(stamp = this.stamp): Promise<void> {
    try {
      this.stamp = await this.write(this.uri, stamp);
    } catch (error) {
      if (toFailure(error).code === ErrorCode.changedOnDisk) this.set({ changedOnDisk: true }, 'file');
      throw error;
    }
    // The file is newer than any backup now: a server that is started again is to read that.
    this.backup = undefined;
    await this.file?.note();
    this.set({ changedOnDisk: false }, 'file');
  }

  /** Writes over what somebody else wrote. */
  overwrite(): Promise<void> {
    return this.save(null);
  }

  /** Saves to another file. @returns what the document that is opened there takes over, when this one goes */
  async saveAs(destination: vscode.Uri): Promise<Handover> {
    const stamp = await this.write(destination, null);
    const { annotations, request, work } = this;
    return { opened: { snapshot: this.snapshot!, annotations, stamp }, request, work };
  }

  /** Its graph belongs to another document from now on. */
  handOver(): void {
    this.handedOver = true;
  }

  /** Takes what stands on disk. @param keep with what the user added here, where it is about nodes that are there */
  async reload(keep: boolean): Promise<void> {
    const own = this.annotations;
    const opened = await this.graph.read(this.uri);
    this.backup = undefined;
    await this.file?.note();
    this.work.isComputed = false;
    this.work.thresholds = null;
    const snapshot = await this.doneAgain(opened.snapshot);
    // They would bring back what was added to the file as it was.
    this.edits.clear();
    this.take({ ...opened, snapshot });
    if (!keep) return;
    const nodes = new Set(opened.snapshot.nodes.map(({ id }) => id));
    this.annotate(keptAnnotations(own, nodes), null);
    this.edited.fire(null);
  }

  /** Gives up what was not saved. */
  async revert(): Promise<void> {
    this.edits.clear();
    if (this.isUntitled) this.annotate(NO_ANNOTATIONS, null);
    else await this.reload(false);
  }

  /** Writes all of it where VS Code keeps what is not saved. */
  async backUp(destination: vscode.Uri): Promise<vscode.CustomDocumentBackup> {
    const written = await writeBackup(destination, await this.text(), this.stamp);
    this.backup = destination;
    return {
      id: written.id,
      delete: () => {
        if (this.backup === destination) this.backup = undefined;
        written.delete();
      },
    };
  }

  dispose(): void {
    this.isGone = true;
    this.building?.cancel();
    this.subscription.dispose();
    this.file?.dispose();
    if (!this.handedOver) this.graph.close();
    this.disposed.fire();
    for (const emitter of [this.changed, this.edited, this.disposed]) emitter.dispose();
  }

  private async write(uri: vscode.Uri, stamp: string | null): Promise<string> {
    if (this.building)
      throw new Error('The graph is still being built. Save it when it is done, or cancel the build first.');
    const params = { uri: uri.toString(), annotations: this.annotations, stamp };
    return (await this.graph.call(saveGraph, params)).stamp;
  }

  private async pruneTo(thresholds: GraphThresholds): Promise<void> {
    this.show(await this.graph.call(pruneGraph, { thresholds }));
    this.work.thresholds = thresholds;
  }

  private showPart({ progress, snapshot }: GraphBuildPart): void {
    if (snapshot) {
      this.graph.id = snapshot.id;
      this.work.isComputed = true;
      this.set({ snapshot, progress }, 'shown');
    } else {
      this.state = { ...this.state, progress };
      this.changed.fire({ kind: 'progress', progress });
    }
  }

  private built(snapshot: GraphSnapshot): void {
    this.graph.id = snapshot.id;
    this.work.isComputed = true;
    if (this.isGone) return;
    const message =
      snapshot.state === 'complete' ? null : 'The build ended early. What was computed until then is shown.';
    this.set({ snapshot, progress: null, message }, 'shown');
    this.edited.fire(null);
  }

  private buildFailed(error: unknown): void {
    const failure = toFailure(error);
    const { snapshot } = this.state;
    const message = failure.cancelled ? 'Cancelled before anything was computed.' : explain(failure);
    this.services.notifications.quietly('Building a graph', failure);
    const part = snapshot && { ...snapshot, state: 'partial' as const };
    this.set({ snapshot: part, progress: null, message }, 'shown');
    if (part) this.edited.fire(null);
  }

  /** The model, its dictionaries or labels are others, or the server was started again. */
  private async refresh(): Promise<void> {
    if (this.building || this.graph.id === null) return;
    try {
      this.show(await this.graph.call(refreshGraph, {}));
    } catch (error) {
      this.services.notifications.quietly(`Reading ${this.uri.path} again`, error);
    }
  }

  /** Edits that were not saved are kept, and the file, if it is another by now, is not overwritten unasked. */
  private async reopened(opened: OpenedGraph): Promise<void> {
    const isOther = !this.isUntitled && !this.backup && opened.stamp !== this.stamp;
    this.work.isComputed = false;
    const snapshot = await this.doneAgain(opened.snapshot);
    this.set({ snapshot, changedOnDisk: this.state.changedOnDisk || isOther }, 'shown');
  }

  /** Prunes and labels anew a graph that was read anew. */
  private doneAgain(snapshot: GraphSnapshot): Promise<GraphSnapshot> {
    const { session, notifications } = this.services;
    return this.work.again(snapshot, session, (error) => {
      notifications.failed(error);
    });
  }

  private async changedOutside(): Promise<void> {
    if (this.services.isDirty(this.uri)) {
      this.set({ changedOnDisk: true }, 'file');
      return;
    }
    try {
      await this.reload(false);
    } catch (error) {
      this.services.notifications.quietly(`Reading ${this.uri.fsPath} again`, error);
      this.set({ changedOnDisk: true }, 'file');
    }
  }

  private take({ snapshot, annotations, stamp }: OpenedGraph): void {
    this.graph.id = snapshot.id;
    this.stamp = stamp;
    this.set({ snapshot, annotations, message: null, changedOnDisk: false }, 'shown');
  }

  private show(snapshot: GraphSnapshot): void {
    this.graph.id = snapshot.id;
    this.set({ snapshot }, 'shown');
  }

  private annotate(annotations: GraphAnnotations, by: object | null): void {
    this.state = { ...this.state, annotations };
    this.changed.fire({ kind: 'annotations', by });
  }

  private record(edit: Edit): void {
    this.edited.fire(this.edits.push(edit));
  }

  private set(changes: Partial<typeof this.state>, kind: 'shown' | 'file'): void {
    this.state = { ...this.state, ...changes };
    if (!this.isGone) this.changed.fire({ kind });
  }
}
