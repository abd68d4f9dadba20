/** `featurescope/status`: the engine's health, sent whole when anything in it has changed. */
import type { Connection } from 'vscode-languageserver/node';
import { status, type StatusParams } from '../../../protocol/engine';
import type { EngineDesk } from '../documents/engineDesk';
import type { ModelSession } from '../documents/modelSession';
import type { WorkspaceLabels } from '../store/workspaceLabels';

/** Changes within so many ms are sent as one. */
const GATHER = 50;
/** Shorter work is not worth a flicker, in ms. */
const NOTICEABLE = 300;
/** Memory is measured again after work, at most this often, in ms. */
const MEASURE = 5000;
const MIB = 2 ** 20;

export interface StatusSources {
  readonly desk: EngineDesk;
  readonly session: ModelSession;
  readonly labels: WorkspaceLabels;
}

export class StatusReporter {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private last = '';
  private busySince: number | null = null;
  private measured = 0;
  private stopped = false;
  private sources: StatusSources | null = null;

  constructor(private readonly connection: Connection) {}

  /** Starts reporting. */
  start(sources: StatusSources): void {
    this.sources = sources;
    this.notice();
  }

  /** Something that the status shows may have changed. */
  notice(): void {
    this.send(GATHER);
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private send(delay: number): void {
    if (this.stopped) return;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.sendNow();
    }, delay);
  }

  private sendNow(): void {
    if (!this.sources) return;
    const { desk, session } = this.sources;
    const busy = desk.busy || session.loading !== null;
    this.busySince = busy ? (this.busySince ?? Date.now()) : null;
    const params = compose(
      this.sources,
      this.busySince !== null && Date.now() - this.busySince >= NOTICEABLE,
    );
    const text = JSON.stringify(params);
    if (text !== this.last) {
      this.last = text;
      void this.connection.sendNotification(status.method, params);
    }
    if (busy) this.send(NOTICEABLE);
    else this.measure(desk);
  }

  private measure(desk: EngineDesk): void {
    if (desk.pid === null || Date.now() - this.measured < MEASURE) return;
    this.measured = Date.now();
    desk.measure().then(
      () => {
        this.notice();
      },
      // The engine has just died, which is reported by itself.
      () => undefined,
    );
  }
}

/** The status as it is now. */
export function compose({ desk, session, labels }: StatusSources, working: boolean): StatusParams {
  const { loaded, loading, troubles } = session;
  const problems = [
    ...[desk.crashed, desk.failed].flatMap((message) =>
      message === null ? [] : [{ failed: true, message }],
    ),
    ...[...troubles].sort((a, b) => Number(b.failed) - Number(a.failed)),
    ...(labels.problem === null ? [] : [{ failed: true, message: labels.problem }]),
  ];
  const ends =
    desk.crashed !== null ||
    desk.failed !== null ||
    (loaded === null && problems.some(({ failed }) => failed));
  const health = ends ? 'error' : problems.length > 0 ? 'warning' : 'ok';
  const { vitals } = desk;
  return {
    health,
    quiescent: !working,
    message: loading === null ? (problems[0]?.message ?? '') : `Loading ${loading}`,
    model: loaded?.place.name ?? null,
    modelIdentity: loaded?.summary.identity ?? null,
    dtypes: loaded?.summary.dtypes ?? [],
    processing: loaded?.summary.processing ?? [],
    dictionaries: loaded?.dictionaries.size ?? 0,
    provider: desk.pid === null ? null : session.activeProvider,
    memoryBytes: vitals && Math.round(vitals.memoryBytes / MIB) * MIB,
  };
}
