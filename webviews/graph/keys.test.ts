import { describe, expect, it } from 'vitest';
import { actionOf, KEYS, undoOf } from './keys';

const pressed = (key: string, held: Partial<Parameters<typeof undoOf>[0]> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('actionOf', () => {
  it('knows every key of the table', () => {
    for (const { key, shift = false, action } of KEYS)
      expect(actionOf(pressed(key, { shiftKey: shift }), true)).toBe(action);
  });

  it('gives no key two meanings', () => {
    const keys = KEYS.map(({ key, shift = false }) => `${shift} ${key}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('leaves arrows to tables and trees', () => {
    expect(actionOf(pressed('ArrowLeft'), false)).toBeUndefined();
    expect(actionOf(pressed('p'), false)).toBe('pin');
  });

  it('takes letters with Caps Lock, and marks wherever they are on a keyboard', () => {
    expect(actionOf(pressed('P'), true)).toBe('pin');
    expect(actionOf(pressed('P', { shiftKey: true }), true)).toBeUndefined();
    expect(actionOf(pressed('?', { shiftKey: true }), true)).toBe('help');
    expect(actionOf(pressed('/', { shiftKey: true }), true)).toBe('search');
  });

  it('leaves the keys of the editor alone', () => {
    expect(actionOf(pressed('p', { ctrlKey: true }), true)).toBeUndefined();
    expect(actionOf(pressed('p', { metaKey: true }), true)).toBeUndefined();
    expect(actionOf(pressed('p', { altKey: true }), true)).toBeUndefined();
  });
});

describe('undoOf', () => {
  it('knows the three ways', () => {
    expect(undoOf(pressed('z', { ctrlKey: true }))).toBe('undo');
    expect(undoOf(pressed('Z', { ctrlKey: true, shiftKey: true }))).toBe('redo');
    expect(undoOf(pressed('y', { metaKey: true }))).toBe('redo');
    expect(undoOf(pressed('z'))).toBeUndefined();
    expect(undoOf(pressed('z', { ctrlKey: true, altKey: true }))).toBeUndefined();
  });
});
