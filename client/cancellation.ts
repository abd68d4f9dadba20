/** Between the two ways of cancelling: the web's signals inside the client, VS Code's tokens at its edges. */
import * as vscode from 'vscode';

export interface Cancellation {
  readonly token: vscode.CancellationToken;
  dispose(): void;
}

/** A token that is cancelled when the signal aborts; dispose of it when the call has ended. */
export function cancelOn(signal: AbortSignal): Cancellation {
  const source = new vscode.CancellationTokenSource();
  const cancel = (): void => {
    source.cancel();
  };
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  return {
    token: source.token,
    dispose: () => {
      signal.removeEventListener('abort', cancel);
      source.dispose();
    },
  };
}
