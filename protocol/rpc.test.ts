import { afterEach, describe, expect, it, vi } from 'vitest';
import { RpcPeer } from './rpc';
import type { Channel } from './rpc';

/** Two channels whose messages arrive at the other, as JSON copies and asynchronously, like postMessage. */
function wire(): { left: Channel; right: Channel } {
  const hear: { left: ((m: unknown) => void) | undefined; right: ((m: unknown) => void) | undefined } = {
    left: undefined,
    right: undefined,
  };
  const end = (own: 'left' | 'right', other: 'left' | 'right'): Channel => ({
    post: (message) => {
      const copy: unknown = JSON.parse(JSON.stringify(message));
      queueMicrotask(() => hear[other]?.(copy));
    },
    listen: (receive) => {
      hear[own] = receive;
      return () => {
        hear[own] = undefined;
      };
    },
  });
  return { left: end('left', 'right'), right: end('right', 'left') };
}

type Nothing = Record<string, never>;
type Host = { add: (terms: { a: number; b: number }) => number; fail: (params: null) => Promise<null> };
const host: Host = {
  add: ({ a, b }) => a + b,
  fail: () => Promise.reject(new Error('disk full')),
};

afterEach(() => {
  vi.useRealTimers();
});

describe('RpcPeer', () => {
  it('matches answers to calls', async () => {
    const { left, right } = wire();
    const view = new RpcPeer<Nothing, Host>(left, {});
    const served = new RpcPeer<Host, Nothing>(right, host);
    const sums = await Promise.all([view.call('add', { a: 1, b: 2 }), view.call('add', { a: 3, b: 4 })]);
    expect(sums).toEqual([3, 7]);
    served.dispose();
    view.dispose();
  });

  it('passes the message of a failure', async () => {
    const { left, right } = wire();
    const view = new RpcPeer<Nothing, Host>(left, {});
    new RpcPeer<Host, Nothing>(right, host);
    await expect(view.call('fail', null)).rejects.toThrow('disk full');
  });

  it.each(['remove', 'constructor', 'toString', '__proto__'])(
    'refuses %s, which is not on the list',
    async (method) => {
      const { left, right } = wire();
      const view = new RpcPeer<Nothing, Record<string, (params: null) => null>>(left, {});
      new RpcPeer<Host, Nothing>(right, host);
      await expect(view.call(method, null)).rejects.toThrow('is not a method of this panel');
    },
  );

  it('gives up after the timeout and ignores the late answer', async () => {
    vi.useFakeTimers();
    let receive: (message: unknown) => void = () => undefined;
    const channel: Channel = {
      post: () => undefined,
      listen: (hear) => {
        receive = hear;
        return () => undefined;
      },
    };
    const view = new RpcPeer<Nothing, Host>(channel, {}, 1000);
    const answer = expect(view.call('add', { a: 1, b: 2 })).rejects.toThrow('no answer after 1 s');
    vi.advanceTimersByTime(1000);
    await answer;
    expect(() => {
      receive({ type: 'result', id: 1, result: 3 });
    }).not.toThrow();
  });

  it('rejects what is pending when it is disposed, and every call after', async () => {
    const { left } = wire();
    const view = new RpcPeer<Nothing, Host>(left, {});
    const pending = expect(view.call('add', { a: 1, b: 2 })).rejects.toThrow('the panel was closed');
    view.dispose();
    await pending;
    await expect(view.call('add', { a: 1, b: 2 })).rejects.toThrow('the panel is closed');
  });

  it.each([
    null,
    5,
    'call',
    {},
    { type: 'call', id: 'x', method: 'add' },
    { type: 'call', id: 1 },
    { type: 'failure', id: 1 },
  ])('ignores the malformed message %j', (message) => {
    const posted: unknown[] = [];
    let receive: (message: unknown) => void = () => undefined;
    const channel: Channel = {
      post: (m) => posted.push(m),
      listen: (hear) => {
        receive = hear;
        return () => undefined;
      },
    };
    new RpcPeer<Host, Nothing>(channel, host);
    receive(message);
    expect(posted).toEqual([]);
  });
});
