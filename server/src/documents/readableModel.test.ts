import { beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors';
import { fixturePath } from '../../../test/reference/fixtures';
import { loadModel } from '../engine/loading';
import type { ModelSummary, Tensors } from '../engine/messages';
import { EngineError } from '../engine/supervisor';
import { loadTokenizer } from '../tokenizers/loadTokenizer';
import type { Tokenizer } from '../tokenizers/tokenizer';
import { type EngineAsker, ReadableModel } from './readableModel';

const PLACE = { id: 'm', name: 'm', path: 'm', location: '/m' };
const forever = new AbortController().signal;
const replaced = { code: ErrorCode.contentModified };
let tokenizer: Tokenizer;
let summary: ModelSummary;

beforeAll(async () => {
  tokenizer = await loadTokenizer(fixturePath('gpt2-tiny', 'model'));
  summary = loadModel({ path: fixturePath('gpt2-tiny', 'model') }).summary;
});

/** A model over an engine whose one request is answered by hand. */
function model() {
  const asked: AbortSignal[] = [];
  let resolve: (value: never) => void = () => undefined;
  let reject: (error: EngineError) => void = () => undefined;
  const engine: EngineAsker = (_method, _params, { signal }) => {
    asked.push(signal!);
    return new Promise<never>((onResult, onFailure) => {
      [resolve, reject] = [onResult, onFailure];
    });
  };
  const answer = (value: Tensors): void => {
    resolve(value as never);
  };
  const fail = (error: EngineError): void => {
    reject(error);
  };
  const readable = new ReadableModel(PLACE, summary, tokenizer, tokenizer.bosId, engine);
  const top = (signal: AbortSignal) => readable.ask('nearest', { id: 'd', feature: 0, k: 1 }, signal);
  return { readable, asked, answer, fail, top };
}

describe('a model that is no longer loaded', () => {
  it('asks the engine nothing', async () => {
    const { readable, asked, top } = model();
    readable.retire();
    await expect(top(forever)).rejects.toMatchObject(replaced);
    const window = { ids: Int32Array.of(1, 2), lead: 0, start: 0, ends: Int32Array.of(1, 2), from: 0, to: 2 };
    await expect(
      readable.reader.scan([window], { dictionary: 'd', index: 0 }, forever),
    ).rejects.toMatchObject(replaced);
    expect(asked.length).toBe(0);
  });

  it('does not pass on what the engine answers after it has gone, and ends what is under way', async () => {
    const { readable, asked, answer, top } = model();
    const run = top(forever);
    readable.retire();
    expect(asked[0]!.aborted).toBe(true);
    answer(new Map());
    await expect(run).rejects.toMatchObject(replaced);
  });

  it('is why a request failed, rather than what the engine made of it', async () => {
    const { readable, fail, top } = model();
    const run = top(forever);
    readable.retire();
    fail(new EngineError('input', 'the dictionary d is not loaded'));
    await expect(run).rejects.toMatchObject(replaced);
  });
});

describe('ReadableModel', () => {
  it('says why its asker cancelled, and keeps an answer that came all the same', async () => {
    const reason = new Error('typed on');
    const controller = new AbortController();
    const cancelled = model();
    const run = cancelled.top(controller.signal);
    const late = model();
    const answered = late.top(controller.signal);
    controller.abort(reason);
    cancelled.fail(new EngineError('cancelled', 'cancelled'));
    await expect(run).rejects.toBe(reason);
    const numbers = new Map();
    late.answer(numbers);
    expect(await answered).toBe(numbers);
  });
});
