/** When things go wrong: the server answers, says what happened, and loses nothing. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CancellationTokenSource, type ResponseError } from 'vscode-languageserver/node';
import { featuresAt, tokenFeatures } from '../../../protocol/documents';
import { killEngine } from '../../../protocol/engine';
import { ErrorCode } from '../../../protocol/errors';
import { listLabels, setLabel } from '../../../protocol/labels';
import { listModels } from '../../../protocol/models';
import { temporaryFolder } from '../../../test/support/temporary';
import { LanguageServer, whole } from './testing/languageServer';
import { smallDemo } from './testing/smallDemo';

const FEATURE = { dictionary: 'standard', index: 5 };
const LONG = Array.from({ length: 80 }, (_, i) => `Line ${i} tells of ${(i * 7919) % 97} things.\n`).join('');

async function read(server: LanguageServer, textDocument: { uri: string; version: number }, text: string) {
  const { chunks } = await server.call(tokenFeatures, {
    textDocument,
    spans: whole(text),
    features: [FEATURE],
  });
  return chunks.flatMap(({ start, surprisal, activations }) =>
    start.map((from, i) => [from, surprisal[i], activations[0]![i]]),
  );
}

describe('an engine that is killed', () => {
  it('ten times in mid-run costs no answer', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const reference = await read(server, await server.open('file:///reference.txt', LONG), LONG);
    for (let i = 0; i < 10; i++) {
      // Another first word: nothing of it is known yet.
      const text = `${i} ${LONG}`;
      const textDocument = await server.open(`file:///${i}.txt`, text);
      const kills: Promise<unknown>[] = [];
      const params = { textDocument, spans: whole(text), features: [FEATURE] };
      const tokens: number[] = [];
      const answer = server.call(tokenFeatures, params, {
        onPart: (part) => {
          tokens.push(...part.flatMap(({ start }) => start));
          if (kills.length === 0) kills.push(server.call(killEngine, null));
        },
      });
      await answer;
      expect(await Promise.all(kills)).toEqual([null]);
      expect(tokens.length).toBeGreaterThan(reference.length);
    }
    const crash = await server.status(({ health }) => health === 'error');
    expect(crash.message).toContain('SIGKILL');
    const again = await server.open('file:///again.txt', LONG);
    expect(await read(server, again, LONG)).toEqual(reference);
    // What was read is known without the engine; this is not.
    const reading = { textDocument: again, position: { line: 3, character: 0 }, top: 3 };
    expect((await server.call(featuresAt, reading))?.dictionaries.length).toBe(3);
    await server.settled(({ health }) => health === 'ok');
  });

  it('while nothing runs comes back by itself, and what was read is still known', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const textDocument = await server.open('file:///a.txt', 'Mary gave');
    const before = await read(server, textDocument, 'Mary gave');
    await server.call(killEngine, null);
    const crash = await server.status(({ health }) => health === 'error');
    expect(crash.message).toContain('SIGKILL');
    await server.settled(({ health }) => health === 'ok');
    expect(await read(server, textDocument, 'Mary gave')).toEqual(before);
  });

  it('and whose files are gone says which, and works again when they are back', async () => {
    const demoFolder = smallDemo();
    const server = await LanguageServer.start({ demoFolder });
    const textDocument = await server.open('file:///a.txt', 'Mary gave');
    const before = await read(server, textDocument, 'Mary gave');
    const file = join(demoFolder, 'model', 'config.json');
    const config = readFileSync(file);
    rmSync(file);
    await server.call(killEngine, null);
    await server.status(({ health, message }) => health === 'error' && message.includes('config.json'));
    const { data, message } = await server.failure(read(server, textDocument, 'Mary gave'));
    expect(`${message} ${data.file ?? ''}`).toContain(join(demoFolder, 'model'));
    writeFileSync(file, config);
    expect(await read(server, textDocument, 'Mary gave')).toEqual(before);
  });
});

describe('a thousand edits in a second', () => {
  it('end in the state of the last one, and most are never run', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const uri = 'file:///a.txt';
    let textDocument = await server.open(uri, LONG);
    await read(server, textDocument, LONG);
    const outcomes: Promise<'answered' | number>[] = [];
    let previous: CancellationTokenSource | null = null;
    for (let i = 0; i < 1000; i++) {
      textDocument = await server.insert(uri, i % 5, 'x');
      previous?.cancel();
      previous = new CancellationTokenSource();
      const params = { textDocument, spans: whole(LONG), features: [FEATURE] };
      const asked = server.call(tokenFeatures, params, { token: previous.token });
      outcomes.push(
        asked.then(
          () => 'answered' as const,
          (error: unknown) => (error as ResponseError<unknown>).code,
        ),
      );
    }
    const settled = await Promise.all(outcomes);
    expect(settled.at(-1)).toBe('answered');
    const answered = settled.filter((outcome) => outcome === 'answered');
    expect(answered.length).toBeLessThan(200);
    const superseded: (string | number)[] = [ErrorCode.requestCancelled, ErrorCode.contentModified];
    for (const outcome of settled) if (outcome !== 'answered') expect(superseded).toContain(outcome);
    let text = LONG;
    for (let i = 0; i < 1000; i++) text = `${text.slice(0, i % 5)}x${text.slice(i % 5)}`;
    const fresh = await server.open('file:///fresh.txt', text);
    expect(await read(server, textDocument, text)).toEqual(await read(server, fresh, text));
  });
});

describe('unusual texts', () => {
  it('49 MB are read around what is visible, without keeping anybody waiting', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const text = LONG.repeat(Math.ceil(49e6 / LONG.length));
    const textDocument = await server.open('file:///large.txt', text);
    const span = { start: 24_000_000, end: 24_002_000 };
    const params = { textDocument, spans: [span], features: [FEATURE] };
    await server.call(tokenFeatures, params);
    const start = performance.now();
    const { chunks } = await server.call(tokenFeatures, params);
    expect(performance.now() - start).toBeLessThan(2000);
    const covered = chunks.map((chunk) => chunk.span);
    expect(Math.min(...covered.map((chunk) => chunk.start))).toBeLessThanOrEqual(span.start);
    expect(Math.max(...covered.map((chunk) => chunk.end))).toBeGreaterThanOrEqual(span.end);
    // Everything at once may be asked for too; it comes in parts, can be cancelled, and others are answered meanwhile.
    const source = new CancellationTokenSource();
    const all = server.call(
      tokenFeatures,
      { textDocument, spans: whole(text), features: [] },
      { token: source.token, onPart: () => undefined },
    );
    const before = performance.now();
    await server.call(listModels, null);
    expect(performance.now() - before).toBeLessThan(1000);
    source.cancel();
    expect((await server.failure(all)).code).toBe(ErrorCode.requestCancelled);
  });

  it('binary, broken and endless ones have tokens that tile them', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const noise = Array.from({ length: 3000 }, (_, i) => String.fromCharCode((i * 7919) % 0x10000)).join('');
    for (const text of ['\0\u0001\0', '\ud83d alone \ude00', 'x'.repeat(20_000), '\n'.repeat(500), noise]) {
      const textDocument = await server.open(`file:///${text.length}.bin`, text);
      const { chunks } = await server.call(tokenFeatures, {
        textDocument,
        spans: whole(text),
        features: [FEATURE],
      });
      const spans = chunks.map(({ span }) => span).sort((a, b) => a.start - b.start);
      let at = 0;
      for (const { start, end } of spans) {
        expect(start).toBe(at);
        at = end;
      }
      expect(at).toBe(text.length);
    }
  });
});

describe('broken surroundings', () => {
  it('a model folder without weights is named with the cure, by every request and the status', async () => {
    const demoFolder = smallDemo();
    rmSync(join(demoFolder, 'model', 'model.safetensors'));
    const server = await LanguageServer.start({ demoFolder });
    const textDocument = await server.open('file:///a.txt', 'a');
    for (const asked of [
      server.call(tokenFeatures, { textDocument, spans: whole('a'), features: [] }),
      server.call(featuresAt, { textDocument, position: { line: 0, character: 0 }, top: 1 }),
    ]) {
      const { message, data } = await server.failure(asked);
      expect(message).toContain('model.safetensors');
      expect(data.file).toBe(join(demoFolder, 'model'));
      expect(data.cure).toBeTruthy();
    }
    const status = await server.status(({ health }) => health === 'error');
    expect(status.message).toContain('model.safetensors');
  });

  it('weights that are not numbers are named by the request and the status', async () => {
    const demoFolder = smallDemo();
    const file = join(demoFolder, 'model', 'model.safetensors');
    const bytes = readFileSync(file);
    bytes.fill(0xff, bytes.length - 4000);
    writeFileSync(file, bytes);
    const server = await LanguageServer.start({ demoFolder });
    const textDocument = await server.open('file:///a.txt', 'Mary gave');
    const { message } = await server.failure(read(server, textDocument, 'Mary gave'));
    expect(message).toContain('NaN');
    expect(message).toContain(file);
    await server.status(({ health, message: shown }) => health === 'error' && shown.includes('NaN'));
  });

  it('a document that is closed while it is read ends its requests', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const textDocument = await server.open('file:///a.txt', LONG);
    const reading = read(server, textDocument, LONG);
    await server.connection.sendNotification('textDocument/didClose', { textDocument });
    expect((await server.failure(reading)).code).toBe(ErrorCode.contentModified);
  });

  it('labels that cannot be written are refused, and those written stay', async () => {
    const workspaceFolder = temporaryFolder();
    // No file may grow beyond one block: what a full disk does to a long label.
    const shell = 'ulimit -f 1';
    const server = await LanguageServer.start({ demoFolder: smallDemo(), workspaceFolder, shell });
    const kept = await server.call(setLabel, { feature: FEATURE, text: 'short' });
    const file = join(workspaceFolder, '.featurescope', 'labels.json');
    const before = readFileSync(file, 'utf8');
    const other = { dictionary: 'standard', index: 6 };
    const { message, data } = await server.failure(
      server.call(setLabel, { feature: other, text: 'x'.repeat(1900) }),
    );
    expect(message).toContain(file);
    expect(data.cure).toBeTruthy();
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(await server.call(listLabels, null)).toEqual([kept]);
    expect((await server.call(setLabel, { feature: other, text: 'y' })).label?.text).toBe('y');
  });

  it('a damaged label file is reported and left as it is', async () => {
    const workspaceFolder = temporaryFolder();
    const server = await LanguageServer.start({ demoFolder: smallDemo(), workspaceFolder });
    await server.call(setLabel, { feature: FEATURE, text: 'mine' });
    const file = join(workspaceFolder, '.featurescope', 'labels.json');
    writeFileSync(file, '{');
    await server.status(({ message }) => message.includes('labels.json'));
    const { message } = await server.failure(server.call(setLabel, { feature: FEATURE, text: 'other' }));
    expect(message).toContain(file);
    expect(readFileSync(file, 'utf8')).toBe('{');
  });

  it('two servers on one workspace keep each other’s labels and tell of them', async () => {
    const workspaceFolder = temporaryFolder();
    const demoFolder = smallDemo();
    const [one, two] = [
      await LanguageServer.start({ demoFolder, workspaceFolder }),
      await LanguageServer.start({ demoFolder, workspaceFolder }),
    ];
    const label = (server: LanguageServer, index: number) =>
      server.call(setLabel, { feature: { dictionary: 'standard', index }, text: `label ${index}` });
    await Promise.all(Array.from({ length: 20 }, (_, i) => label(i % 2 ? one : two, i)));
    expect(existsSync(join(workspaceFolder, '.featurescope', 'labels.json'))).toBe(true);
    two.refreshes.length = 0;
    await label(one, 30);
    await two.refreshed('labels');
    for (const server of [one, two]) {
      const texts = (await server.call(listLabels, null)).map(({ label: found }) => found?.text);
      expect(texts).toEqual([...Array.from({ length: 20 }, (_, i) => `label ${i}`), 'label 30']);
    }
  });
});
