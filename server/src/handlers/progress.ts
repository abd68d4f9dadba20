/** LSP's own progress: parts of an answer, and how far the work has come. */
import { type Connection, ProgressType, WorkDoneProgress } from 'vscode-languageserver/node';
import type { PartialResults, WorkDone } from '../../../protocol/method';

/** Sends a part of an answer; false when the client did not ask for parts, so that it must go into the answer. */
export function sendPart(
  connection: Connection,
  { partialResultToken }: PartialResults,
  part: object,
): boolean {
  if (partialResultToken === undefined) return false;
  void connection.sendProgress(new ProgressType<object>(), partialResultToken, part);
  return true;
}

/** Reports work-done progress around a job, where the client asked for it. */
export async function withProgress<T>(
  connection: Connection,
  { workDoneToken }: WorkDone,
  title: string,
  job: (report: (done: number, of: number, message: string) => void) => Promise<T>,
): Promise<T> {
  if (workDoneToken === undefined) return job(() => undefined);
  const send = (value: Parameters<typeof connection.sendProgress<WorkValue>>[2]): void => {
    void connection.sendProgress(WorkDoneProgress.type as ProgressType<WorkValue>, workDoneToken, value);
  };
  send({ kind: 'begin', title, percentage: 0 });
  try {
    return await job((done, of, message) => {
      send({ kind: 'report', message, percentage: Math.floor((100 * done) / Math.max(1, of)) });
    });
  } finally {
    send({ kind: 'end' });
  }
}

type WorkValue =
  | { readonly kind: 'begin'; readonly title: string; readonly percentage: number }
  | { readonly kind: 'report'; readonly message: string; readonly percentage: number }
  | { readonly kind: 'end' };
