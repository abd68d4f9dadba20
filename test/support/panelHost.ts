// A panel's host in unit tests: answers over the channel that `webviews/lib/host.ts` opens. Made before that is imported.
import { vi } from 'vitest';

interface Call {
  readonly type: string;
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

/** What the host hears and says. Other methods than those with an answer answer null. */
export class PanelHost {
  readonly calls: [string, unknown][] = [];
  stored: unknown;
  failing: string | null = null;
  private listener: ((event: { data: unknown }) => void) | undefined;
  private last = 0;

  /** @param before - what the panel stored in its last life */
  constructor(
    readonly answers: Record<string, unknown>,
    before?: unknown,
  ) {
    vi.stubGlobal('acquireVsCodeApi', () => ({
      postMessage: (message: Call) => {
        if (message.type !== 'call') return;
        this.calls.push([message.method, message.params]);
        const { id, method } = message;
        if (this.failing === method) this.say({ type: 'failure', id, message: `${method} failed` });
        else this.say({ type: 'result', id, result: this.answers[method] ?? null });
      },
      getState: () => before,
      setState: (state: unknown) => {
        this.stored = state;
      },
    }));
    vi.stubGlobal('window', {
      addEventListener: (_: string, listener: (event: { data: unknown }) => void) => {
        this.listener = listener;
      },
      removeEventListener: () => undefined,
    });
  }

  tell(method: string, params: unknown): void {
    this.say({ type: 'call', id: ++this.last, method, params });
  }

  private say(data: unknown): void {
    queueMicrotask(() => this.listener?.({ data }));
  }
}

/** When what was said has been heard. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
