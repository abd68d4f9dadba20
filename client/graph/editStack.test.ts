import { describe, expect, it } from 'vitest';
import { EditStack } from './editStack';

function counter() {
  const stack = new EditStack();
  let value = 0;
  const add = (next: number) => {
    const before = value;
    value = next;
    return stack.push({
      what: `Add ${next}`,
      undo: () => {
        value = before;
      },
      redo: () => {
        value = next;
      },
    });
  };
  return { stack, add, value: () => value };
}

describe('the edits of a graph', () => {
  it('are undone and done again, last first', async () => {
    const { stack, add, value } = counter();
    add(1);
    add(2);
    expect((await stack.undo())?.what).toBe('Undo Add 2');
    expect(value()).toBe(1);
    await stack.undo();
    expect(value()).toBe(0);
    expect(await stack.undo()).toBeUndefined();
    await stack.redo();
    await stack.redo();
    expect(value()).toBe(2);
    expect(await stack.redo()).toBeUndefined();
  });

  it('cannot be done again behind a new one', async () => {
    const { stack, add } = counter();
    add(1);
    await stack.undo();
    add(5);
    expect(await stack.redo()).toBeUndefined();
  });

  it('keep in step with what VS Code undoes', async () => {
    const { stack, add, value } = counter();
    add(1);
    const second = add(2);
    await second.undo();
    expect(value()).toBe(1);
    await stack.undo();
    expect(value()).toBe(0);
    await stack.redo();
    await second.redo();
    expect(value()).toBe(2);
    await stack.undo();
    expect(value()).toBe(1);
  });

  it('give VS Code an edit for what was undone here', async () => {
    const { stack, add, value } = counter();
    add(1);
    const undone = await stack.undo();
    await undone?.undo();
    expect(value()).toBe(1);
    await undone?.redo();
    expect(value()).toBe(0);
  });

  it('do nothing once they are forgotten, in VS Code neither', async () => {
    const { stack, add, value } = counter();
    const first = add(1);
    const second = add(2);
    const undone = await stack.undo();
    stack.clear();
    await second.redo();
    await first.undo();
    await undone?.undo();
    expect(value()).toBe(1);
    expect(await stack.undo()).toBeUndefined();
    expect(await stack.redo()).toBeUndefined();
    await add(5).undo();
    expect(value()).toBe(1);
  });
});
