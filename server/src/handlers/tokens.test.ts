import { describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { featuresAt, type TokenChunk, tokenFeatures } from '../../../protocol/documents';
import { ErrorCode } from '../../../protocol/errors';
import { fixturePath } from '../../../test/reference/fixtures';
import { loadDictionary, loadModel } from '../engine/loading';
import { capture } from '../engine/plan';
import { loadTokenizer } from '../tokenizers/loadTokenizer';
import { LanguageServer, whole } from './testing/languageServer';
import { smallDemo } from './testing/smallDemo';

const URI = 'file:///w/a.txt';
const FEATURE = { dictionary: 'standard', index: 5 };
const TEXT = 'Mary 😀 gave John\r\na book';

/** Surprisal and one feature of every token of a text after BOS, from the engine's parts in this process. */
async function expected(text: string) {
  const { host, summary } = loadModel({ path: fixturePath('gpt2-tiny', 'model') });
  const { featureHook } = loadDictionary(host, {
    id: 'standard',
    path: fixturePath('dictionaries', 'standard'),
  });
  const tokenizer = await loadTokenizer(summary.folder);
  const ids = [tokenizer.bosId!, ...tokenizer.encodeSpans(text).ids];
  const plan = {
    ...capture(['logits', featureHook]),
    dictionaries: [{ id: 'standard', mode: 'beside' as const }],
  };
  const results = await host.run(plan, [ids]);
  await host.release();
  const { vocabulary } = summary.dimensions;
  const logits = results.get('logits')!.data as Float32Array;
  const features = results.get(featureHook)!;
  const width = features.dims.at(-1)!;
  return ids.slice(1).map((id, i) => {
    const row = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
    const surprisal = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[id]!;
    return { surprisal, activation: Number(features.data[(i + 1) * width + FEATURE.index]) };
  });
}

function rows(chunks: readonly TokenChunk[]) {
  const sorted = [...chunks].sort((a, b) => a.span.start - b.span.start);
  return sorted.flatMap(({ start, end, surprisal, activations }) =>
    start.map((from, i) => ({
      start: from,
      end: end[i]!,
      surprisal: surprisal[i]!,
      activations: activations.map((column) => column[i]!),
    })),
  );
}

const sentence = (i: number) =>
  `Sentence ${i} says that ${(i * 7919) % 97} is a number.${i % 4 ? ' ' : '\n\n'}`;
const LONG = Array.from({ length: 60 }, (_, i) => sentence(i)).join('');

describe('featurescope/tokenFeatures', () => {
  it('sends the numbers of the model and the dictionary with exact spans', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const textDocument = await server.open(URI, TEXT);
    const params = { textDocument, spans: whole(TEXT), features: [FEATURE] };
    const { chunks, textDocument: echoed } = await server.call(tokenFeatures, params);
    expect(echoed).toEqual(textDocument);
    const found = rows(chunks);
    const reference = await expected(TEXT);
    expect(found.length).toBe(reference.length);
    let at = 0;
    found.forEach((token, i) => {
      expect(token.start).toBe(at);
      at = token.end;
      expect(token.surprisal).toBeCloseTo(reference[i]!.surprisal, 4);
      expect(token.activations[0]).toBeCloseTo(reference[i]!.activation, 4);
    });
    expect(at).toBe(TEXT.length);
    expect(found.some(({ activations }) => activations[0]! > 0)).toBe(true);
  });

  it('sends what is wanted most first, in parts, and the same numbers for any focus', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const textDocument = await server.open(URI, LONG);
    const parts: TokenChunk[] = [];
    const visible = { start: 1200, end: 1400 };
    const spans = [visible, ...whole(LONG)];
    const answer = await server.call(
      tokenFeatures,
      { textDocument, spans, features: [FEATURE] },
      { onPart: (part) => parts.push(...part) },
    );
    expect(answer.chunks).toEqual([]);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts[0]!.span.start).toBeLessThanOrEqual(visible.start);
    expect(parts[0]!.span.end).toBeGreaterThan(visible.start);
    const tokens = rows(parts);
    for (let i = 1; i < tokens.length; i++) expect(tokens[i]!.start).toBe(tokens[i - 1]!.end);
    const other = { dictionary: 'standard-hook-z', index: 0 };
    const gone = { dictionary: 'unloaded', index: 0 };
    const features = [other, gone, FEATURE];
    const again = await server.call(tokenFeatures, { textDocument, spans: whole(LONG), features });
    rows(again.chunks).forEach((token, i) => {
      expect(token.surprisal).toBeCloseTo(tokens[i]!.surprisal, 4);
      expect(token.activations[2]).toBeCloseTo(tokens[i]!.activations[0]!, 4);
    });
    for (const { activations } of again.chunks) expect(activations[1]).toEqual([]);
  });

  it('answers for blank text and the empty document', async () => {
    const server = await LanguageServer.start({
      demoFolder: smallDemo(),
      settings: { context: { unit: 'line' } },
    });
    const textDocument = await server.open(URI, 'one\n\n\ntwo');
    const spans = whole('one\n\n\ntwo');
    const { chunks } = await server.call(tokenFeatures, { textDocument, spans, features: [] });
    const covered = chunks.map(({ span }) => span).sort((a, b) => a.start - b.start);
    expect(covered).toEqual([
      { start: 0, end: 3 },
      { start: 3, end: 6 },
      { start: 6, end: 9 },
    ]);
    const empty = await server.open('file:///w/empty.txt', '');
    const none = await server.call(tokenFeatures, { textDocument: empty, spans: whole(''), features: [] });
    expect(none.chunks).toEqual([]);
    const reading = { textDocument: empty, position: { line: 0, character: 0 }, top: 3 };
    expect(await server.call(featuresAt, reading)).toBeNull();
  });

  it('refuses another version and obeys cancelling', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const textDocument = await server.open(URI, LONG);
    const stale = server.call(tokenFeatures, {
      textDocument: { uri: URI, version: 0 },
      spans: [],
      features: [],
    });
    expect((await server.failure(stale)).code).toBe(ErrorCode.contentModified);
    const source = new CancellationTokenSource();
    const params = { textDocument, spans: whole(LONG), features: [FEATURE] };
    const cancelled = server.call(tokenFeatures, params, { token: source.token });
    source.cancel();
    expect((await server.failure(cancelled)).code).toBe(ErrorCode.requestCancelled);
    const outrun = server.call(tokenFeatures, params);
    await server.insert(URI, 0, 'x');
    expect((await server.failure(outrun)).code).toBe(ErrorCode.contentModified);
  });
});

describe('featurescope/featuresAt', () => {
  it('reads one token: prediction, and the active features of every dictionary with labels', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const textDocument = await server.open(URI, TEXT);
    const position = { line: 0, character: TEXT.indexOf('John') };
    const reading = (await server.call(featuresAt, { textDocument, position, top: 48 }))!;
    const { start, end } = reading.range;
    expect(start.character).toBeLessThanOrEqual(position.character);
    expect(end.character).toBeGreaterThan(position.character);
    expect(reading.rank).toBeGreaterThanOrEqual(1);
    expect(reading.predictions.length).toBe(10);
    const probabilities = reading.predictions.map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    expect(reading.dictionaries.map(({ dictionary }) => dictionary)).toEqual([
      'jumprelu',
      'standard',
      'standard-hook-z',
    ]);
    for (const { active, features } of reading.dictionaries) {
      expect(features.length).toBe(active);
      for (const { activation } of features) expect(activation).toBeGreaterThan(0);
    }
    const { chunks } = await server.call(tokenFeatures, {
      textDocument,
      spans: whole(TEXT),
      features: [FEATURE],
    });
    const token = rows(chunks).find((row) => row.start === start.character)!;
    expect(reading.surprisal).toBeCloseTo(token.surprisal, 4);
    const standard = reading.dictionaries.find(({ dictionary }) => dictionary === 'standard')!;
    const same = standard.features.find(({ feature }) => feature.index === FEATURE.index)?.activation ?? 0;
    expect(same).toBeCloseTo(token.activations[0]!, 4);
  });

  it('takes the token before the cursor at the end of a line', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    const textDocument = await server.open(URI, 'one two\nthree');
    const at = async (line: number, character: number) =>
      (await server.call(featuresAt, { textDocument, position: { line, character }, top: 1 }))!.range.end;
    expect(await at(0, 7)).toEqual({ line: 0, character: 7 });
    expect(await at(1, 5)).toEqual({ line: 1, character: 5 });
  });
});

describe('textDocument/hover', () => {
  it('shows the token as Markdown with the links that the client trusts', async () => {
    const server = await LanguageServer.start({ demoFolder: smallDemo() });
    await server.open(URI, TEXT);
    const params = { textDocument: { uri: URI }, position: { line: 0, character: 9 } };
    const hover = await server.connection.sendRequest<{ contents: { kind: string; value: string } }>(
      'textDocument/hover',
      params,
    );
    expect(hover.contents.kind).toBe('markdown');
    expect(hover.contents.value).toMatch(/Surprisal [\d.]+ nats, rank \d+/);
    expect(hover.contents.value).toContain('(command:featurescope.focusFeature?');
    expect(
      await server.connection.sendRequest('textDocument/hover', {
        ...params,
        textDocument: { uri: 'file:///x' },
      }),
    ).toBeNull();
  });
});
