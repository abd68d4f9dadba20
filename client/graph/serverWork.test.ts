import { describe, expect, it } from 'vitest';
import type { Session } from '../session';
import { ServerWork } from './serverWork';
import { graphSnapshot } from './testing';

/** A server that answers each question with a snapshot named after it, but for files that are gone. */
function server(gone: readonly string[] = []) {
  const asked: unknown[] = [];
  const call = (_: unknown, params: { readonly uri?: string }) => {
    asked.push(params);
    if (params.uri !== undefined && gone.includes(params.uri)) return Promise.reject(new Error(params.uri));
    return Promise.resolve(graphSnapshot({ id: 7, title: params.uri ?? 'pruned' }));
  };
  return { asked, session: { call } as unknown as Pick<Session, 'call'> };
}

const read = graphSnapshot({ id: 7, title: 'read' });
const thresholds = { node: 0.5, edge: 0.9 };
const fail = (error: unknown): never => {
  throw error;
};

describe('what was done to a graph at the server', () => {
  it('is nothing at first', async () => {
    const { asked, session } = server();
    expect(await new ServerWork().again(read, session, fail)).toBe(read);
    expect(asked).toEqual([]);
  });

  it('is done again: the last pruning, and each file of labels once, the newest last', async () => {
    const { asked, session } = server();
    const work = new ServerWork();
    work.thresholds = thresholds;
    for (const uri of ['file:a', 'file:b', 'file:a']) work.label(uri);
    expect((await work.again(read, session, fail)).title).toBe('file:a');
    expect(asked).toEqual([
      { id: 7, thresholds },
      { id: 7, uri: 'file:b' },
      { id: 7, uri: 'file:a' },
    ]);
  });

  it('says which labels could not be read, keeps the others, and does not try those again', async () => {
    const { asked, session } = server(['file:gone']);
    const work = new ServerWork();
    work.label('file:gone');
    work.label('file:b');
    const failures: unknown[] = [];
    const made = await work.again(read, session, (error) => failures.push(error));
    expect(made.title).toBe('file:b');
    expect(failures).toEqual([new Error('file:gone')]);
    await work.again(read, session, fail);
    expect(asked).toHaveLength(3);
  });
});
