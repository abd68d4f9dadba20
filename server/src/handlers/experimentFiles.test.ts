/** Experiment files asked of the built server: what is wrong, how it is mended, what can be written, what things mean. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type {
  CodeAction,
  CompletionList,
  Diagnostic,
  Hover,
  PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { tokenFeatures } from '../../../protocol/documents';
import { EXPERIMENT_LANGUAGE } from '../../../protocol/experimentLanguage';
import { experimentOutline, experimentText } from '../../../protocol/experiments';
import { setLabel } from '../../../protocol/labels';
import { listModels } from '../../../protocol/models';
import { fixturePath } from '../../../test/reference/fixtures';
import { temporaryFolder } from '../../../test/support/temporary';
import { readExperiment } from '../experiments/spec/readSpec';
import { LanguageServer, whole } from './testing/languageServer';
import { smallDemo } from './testing/smallDemo';

const URI = 'file:///w/a.fscope.yaml';

const GOOD = `model: demo
dictionaries: [jumprelu]
prompts:
  clean: { tokens: [299, 5, 6, 7] }
  corrupt: { tokens: [299, 5, 8, 7] }
  answer: 10
  wrong: 20
runs:
  - patch: resid_pre
  - steer:
      - { method: ablate, feature: 3 }
`;

/** A server, and the diagnostics that it sent, by document. */
async function start(options: Parameters<typeof LanguageServer.start>[0] = { demoFolder: smallDemo() }) {
  const server = await LanguageServer.start(options);
  const sent: PublishDiagnosticsParams[] = [];
  server.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    sent.push(params);
  });
  const until = async (
    isWanted: (diagnostics: readonly Diagnostic[]) => boolean,
  ): Promise<readonly Diagnostic[]> => {
    await expect
      .poll(() => sent.some((params) => isWanted(params.diagnostics)), { timeout: 20_000 })
      .toBe(true);
    return sent.findLast((params) => isWanted(params.diagnostics))!.diagnostics;
  };
  return { server, sent, until };
}

async function openExperiment(server: LanguageServer, text: string, uri = URI) {
  return server.open(uri, text, EXPERIMENT_LANGUAGE);
}

function at(text: string, word: string) {
  return {
    textDocument: { uri: URI },
    position: TextDocument.create(URI, '', 0, text).positionAt(text.indexOf(word) + 1),
  };
}

describe('diagnostics', () => {
  it('are sent for experiment files, and for no other document', async () => {
    const { server, sent, until } = await start();
    await server.open('file:///w/plain.txt', 'runs: 3');
    await openExperiment(server, 'runs: 3');
    const diagnostics = await until(({ length }) => length > 0);
    expect(diagnostics.map(({ code }) => code).sort()).toEqual(['missing', 'wrong-type']);
    expect(diagnostics[0]).toMatchObject({ source: 'Featurescope', severity: 1 });
    expect(sent.map(({ uri }) => uri)).not.toContain('file:///w/plain.txt');
  });

  it('hold a file against its model without loading it', async () => {
    const { server, until } = await start();
    await openExperiment(server, GOOD.replace('feature: 3', 'feature: 99').replace('5, 8, 7', '5, 8'));
    const diagnostics = await until(({ length }) => length === 2);
    expect(diagnostics.map(({ code }) => code).sort()).toEqual(['alignment', 'out-of-range']);
    const { models } = await server.call(listModels, null);
    expect(models.map(({ state }) => state)).toEqual(['available']);
  });

  it('follow edits, and go with the document', async () => {
    const { server, sent, until } = await start();
    await openExperiment(server, GOOD);
    await until(({ length }) => length === 0);
    await server.insert(URI, 0, 'x');
    const [problem] = await until(({ length }) => length === 1);
    expect(problem).toMatchObject({ code: 'unknown-key', range: { start: { line: 0, character: 0 } } });
    await server.connection.sendNotification('textDocument/didClose', { textDocument: { uri: URI } });
    await expect.poll(() => sent.at(-1)?.diagnostics).toEqual([]);
  });

  it('say what the loaded model finds of a metric, with numbers, when it is loaded', async () => {
    const { server, sent, until } = await start();
    await openExperiment(
      server,
      GOOD.replace('answer: 10', 'answer: 20').replace('wrong: 20', 'wrong: 10'),
      'file:///w/b.fscope.yaml',
    );
    await openExperiment(server, GOOD);
    await until(({ length }) => length === 0);
    expect(sent.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
    const textDocument = await server.open('file:///w/plain.txt', 'a');
    await server.call(tokenFeatures, { textDocument, spans: whole('a'), features: [] });
    // One of the two orders of answers is the wrong way round.
    const [problem] = await until((diagnostics) => diagnostics.some(({ code }) => code === 'satisfied'));
    expect(problem!.message).toMatch(
      /^logit_diff is -?[\d.]+ on the clean prompt and -?[\d.]+ on the corrupted one/,
    );
    expect(problem).toMatchObject({ severity: 2, range: { start: { line: 4 } } });
  });

  it('leave a model alone that only the file names', async () => {
    const { server, until } = await start();
    const model = fixturePath('gpt2-tiny', 'model');
    await openExperiment(
      server,
      GOOD.replace('model: demo', `model: ${JSON.stringify(model)}`).replace('5, 6', '5, 60000'),
    );
    expect(await until(() => true)).toEqual([]);
    const set = await start({ demoFolder: smallDemo(), settings: { model: { path: model } } });
    await openExperiment(
      set.server,
      GOOD.replace('model: demo', `model: ${JSON.stringify(model)}`).replace('5, 6', '5, 60000'),
    );
    expect((await set.until(({ length }) => length > 0))[0]).toMatchObject({ code: 'out-of-range' });
  });

  it('are those of the model that is loaded now', async () => {
    const { server, until } = await start({ demoFolder: smallDemo(), settings: { model: { path: 'demo' } } });
    await openExperiment(server, GOOD.replace('[jumprelu]', '[jumprelu, nowhere]'));
    const [problem] = await until(({ length }) => length > 0);
    expect(problem!.message).toContain('There is no dictionary "nowhere"');
  });
});

describe('quick fixes', () => {
  it('mend what is wrong', async () => {
    const { server, until } = await start();
    const text = GOOD.replace('5, 8, 7', '5, 8');
    await openExperiment(server, text);
    const [problem] = await until(({ length }) => length > 0);
    const ask = (range: unknown) =>
      server.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri: URI },
        range,
        context: { diagnostics: [] },
      });
    const [fix] = await ask(problem!.range);
    expect(fix).toMatchObject({
      title: 'Set align: auto',
      kind: 'quickfix',
      isPreferred: true,
      diagnostics: [problem],
    });
    const mended = TextDocument.applyEdits(TextDocument.create(URI, '', 0, text), fix!.edit!.changes![URI]!);
    expect(readExperiment(mended).spec?.align).toBe('auto');
    const top = { line: 0, character: 0 };
    expect(await ask({ start: top, end: top })).toEqual([]);
  });
});

describe('completion', () => {
  it('offers what belongs there, features by label, the user’s own before the dictionary’s', async () => {
    const folder = temporaryFolder();
    const { server } = await start({ demoFolder: smallDemo(), workspaceFolder: folder });
    await server.call(setLabel, { feature: { dictionary: 'jumprelu', index: 5 }, text: 'my own find' });
    const text = GOOD.replace('- { method: ablate, feature: 3 }', '- method: ablate\n        feature: own');
    await openExperiment(server, text);
    const { items } = await server.connection.sendRequest<CompletionList>(
      'textDocument/completion',
      at(text, 'wn\n'),
    );
    expect(items.map(({ label }) => label)).toEqual(['my own find']);
    expect(items[0]).toMatchObject({
      textEdit: { newText: '5 # my own find' },
      detail: 'feature 5 of jumprelu',
    });
  });

  it('compares words in quotes with all that they replace', async () => {
    const { server } = await start();
    const text = GOOD.replace('model: demo', 'model: "de');
    await openExperiment(server, text);
    const { items } = await server.connection.sendRequest<CompletionList>(
      'textDocument/completion',
      at(text, 'e\n'),
    );
    expect(items.find(({ label }) => label === 'demo')).toMatchObject({
      filterText: '"demo',
      textEdit: { newText: 'demo' },
    });
  });

  it('is for experiment files alone', async () => {
    const { server } = await start();
    await server.open(URI, 'mod');
    expect(await server.connection.sendRequest('textDocument/completion', at('mod', 'od'))).toBeNull();
  });
});

describe('the hover', () => {
  it('explains what stands there, in the model that is not loaded yet', async () => {
    const { server } = await start();
    await openExperiment(server, GOOD);
    const hover = async (word: string) => {
      const found = await server.connection.sendRequest<Hover>('textDocument/hover', at(GOOD, word));
      return (found.contents as { value: string }).value;
    };
    expect(await hover('resid_pre')).toContain(
      'In Demo: `blocks.0.hook_resid_pre` to `blocks.2.hook_resid_pre`, [position, 32]',
    );
    expect(await hover('3 }')).toContain('Feature 3 of jumprelu: **a name**');
    expect(await hover('patch')).toContain('**patch** (required)');
  });
});

describe('an experiment as text', () => {
  it('is told by its runs', async () => {
    const { server } = await start();
    const found = await server.call(experimentOutline, { uri: URI, text: GOOD });
    expect(found).toEqual({
      problems: 0,
      runs: [
        { name: 'patch', range: { start: { line: 8, character: 4 }, end: { line: 8, character: 20 } } },
        { name: 'steer', range: { start: { line: 9, character: 4 }, end: { line: 10, character: 38 } } },
      ],
    });
    expect((await server.call(experimentOutline, { uri: URI, text: `${GOOD}x: 1\n` })).problems).toBe(1);
    expect(await server.call(experimentOutline, { uri: URI, text: '\t' })).toMatchObject({ runs: [] });
  });

  it('is written from what was run', async () => {
    const { server } = await start();
    const { spec } = readExperiment(GOOD);
    const { text } = await server.call(experimentText, { spec: spec! });
    expect(readExperiment(text).spec).toEqual(spec);
  });
});

it('looks into the file of prompts', async () => {
  const folder = temporaryFolder();
  const { server, sent } = await start();
  const uri = (name: string) => pathToFileURL(join(folder, `${name}.fscope.yaml`)).href;
  writeFileSync(join(folder, 'good.jsonl'), '{"clean": "a", "corrupt": "b", "answer": 1, "wrong": 2}\n');
  writeFileSync(join(folder, 'bad.jsonl'), '{"clean": "a"}\n{"klean": "a"}\n');
  for (const name of ['good', 'bad', 'none', '../out'])
    await openExperiment(
      server,
      `prompts: ${name}.jsonl\nruns: [{ patch: z }]\n`,
      uri(name.replace('../', '')),
    );
  const firstMessage = (name: string): string => {
    const checked = sent.find((params) => params.uri === uri(name));
    return checked ? JSON.stringify(checked.diagnostics) : 'not checked';
  };
  await expect
    .poll(() => ['good', 'bad', 'none', 'out'].map(firstMessage))
    .toEqual([
      '[]',
      expect.stringContaining('line 2: a pair has no field'),
      expect.stringContaining('There is no file none.jsonl'),
      expect.stringContaining('is not below'),
    ]);
});

it('reads relative dictionaries from beside the file', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'here'), '');
  const { server, until } = await start();
  const uri = pathToFileURL(join(folder, 'a.fscope.yaml')).href;
  await openExperiment(
    server,
    GOOD.replace('[jumprelu]', '[./here, ./there]').replace(/ {2}- steer:[^]*/, ''),
    uri,
  );
  const diagnostics = await until(({ length }) => length > 0);
  expect(diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining('"./there"')]);
});
