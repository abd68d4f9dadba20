/** The panel's side of `postMessage`, and the small state that VS Code keeps for it. */
import type { Channel } from '../../protocol/rpc';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

// May be called once in the life of a page.
const api = acquireVsCodeApi();

/** Messages to and from the extension. */
export const channel: Channel = {
  post: (message) => {
    api.postMessage(message);
  },
  listen: (receive) => {
    const hear = ({ data }: MessageEvent<unknown>): void => {
      receive(data);
    };
    window.addEventListener('message', hear);
    return () => {
      window.removeEventListener('message', hear);
    };
  },
};

/** What the panel stored before it was hidden or reloaded, unchecked. */
export function storedState(): unknown {
  return api.getState();
}

/** Keeps a small JSON value for the panel's next life. */
export function storeState(state: unknown): void {
  api.setState(state);
}
