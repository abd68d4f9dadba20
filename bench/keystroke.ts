/** How long after a keystroke the editor has the numbers of what is visible (design, section 8). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenFeaturesResult } from '../protocol/documents';
import type { Position } from '../protocol/method';
import type { Budget } from './lib/budget';
import { ServerProcess } from './lib/languageServer';

const URI = 'file:///keystrokes.txt';
const KEYSTROKES = 60;
/** The first ones load the model and compile its sessions. */
const WARM_UP = 5;
/** Text of the document, in UTF-16 units: some windows of the demo, all visible. */
const LENGTH = 2000;

/** The 95th percentile from a change of the document to the answer for its whole text, one feature in focus. */
export async function keystrokeBudget(demoFolder: string, dictionary: string): Promise<Budget> {
  const server = await ServerProcess.start(demoFolder);
  const text = readFileSync(join(demoFolder, 'heldout.txt'), 'utf8').slice(0, LENGTH);
  const textDocument = { uri: URI, languageId: 'plaintext', version: 1, text };
  server.notify('textDocument/didOpen', { textDocument });
  const lines = text.split('\n');
  const middle = lines.findIndex((line, i) => i >= lines.length / 2 && line !== '');
  const times: number[] = [];
  for (let i = 0; i < KEYSTROKES; i++)
    times.push(await keystroke(server, { line: middle, character: i % 20 }, i + 2, dictionary));
  await server.stop();
  const measured = times.slice(WARM_UP).sort((a, b) => a - b);
  const detail = `median ${measured[Math.floor(measured.length / 2)]!.toFixed(0)} ms, ${LENGTH} characters, typed in the middle, server only`;
  const p95 = measured[Math.floor(0.95 * measured.length)]!;
  return {
    name: 'demo: keystroke to numbers, p95',
    measured: p95,
    limit: 100,
    bound: 'most',
    unit: ' ms',
    detail,
  };
}

/** Types a letter, the document's `version` - 1st, and reads everything again, as the client does. @returns ms */
async function keystroke(
  server: ServerProcess,
  at: Position,
  version: number,
  dictionary: string,
): Promise<number> {
  const start = performance.now();
  server.notify('textDocument/didChange', {
    textDocument: { uri: URI, version },
    contentChanges: [{ range: { start: at, end: at }, text: 'e' }],
  });
  await server.request<TokenFeaturesResult>('featurescope/tokenFeatures', {
    textDocument: { uri: URI, version },
    spans: [{ start: 0, end: LENGTH + version - 1 }],
    features: [{ dictionary, index: 5 }],
  });
  return performance.now() - start;
}
