import { describe, expect, it } from 'vitest';
import { Message } from './protobuf';

const hex = (message: Message): string => Buffer.from(message.encode()).toString('hex');

describe('Message', () => {
  it('writes the examples of the encoding guide', () => {
    expect(hex(new Message().integer(1, 150))).toBe('089601');
    expect(hex(new Message().text(2, 'testing'))).toBe('120774657374696e67');
    expect(hex(new Message().message(3, new Message().integer(1, 150)))).toBe('1a03089601');
  });

  it.each([
    [0, '0800'],
    [127, '087f'],
    [128, '088001'],
    [2 ** 32, '088080808010'],
    [2n ** 63n - 1n, '08ffffffffffffffff7f'],
    [-1, '08ffffffffffffffffff01'],
  ])('writes the whole number %s', (value, bytes) => {
    expect(hex(new Message().integer(1, value))).toBe(bytes);
  });

  it('writes floats, field numbers past 15, UTF-8 and empty texts', () => {
    expect(hex(new Message().float(2, 1.5))).toBe('150000c03f');
    expect(hex(new Message().integer(20, 1))).toBe('a00101');
    expect(hex(new Message().text(1, 'é'))).toBe('0a02c3a9');
    expect(hex(new Message().text(1, ''))).toBe('0a00');
    expect(hex(new Message())).toBe('');
  });

  it('counts nested messages in bytes', () => {
    const inner = new Message().bytes(1, new Uint8Array(200).fill(7));
    const outer = new Message().message(2, inner).integer(3, 1).encode();
    expect([...outer.slice(0, 6)]).toEqual([0x12, 0xcb, 0x01, 0x0a, 0xc8, 0x01]);
    expect(outer).toHaveLength(3 + 203 + 2);
    expect([...outer.slice(-2)]).toEqual([0x18, 0x01]);
  });
});
