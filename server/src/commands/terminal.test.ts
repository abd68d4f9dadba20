import { describe, expect, it } from 'vitest';
import { Terminal } from './terminal';

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, write: (text: string) => written.push(text) };
}

describe('Terminal', () => {
  it('shows progress on a line of its own and takes it away again', () => {
    const on = screen(true);
    const terminal = new Terminal(on);
    terminal.progress('1 of 2');
    terminal.progress('2 of 2');
    terminal.note('warning: w');
    terminal.clear();
    const clear = '\r\u001b[K';
    expect(on.written).toEqual([`${clear}1 of 2`, `${clear}2 of 2`, clear, 'warning: w\n']);
  });

  it('says warnings alone where nobody watches', () => {
    const on = screen(false);
    const terminal = new Terminal(on);
    terminal.progress('1 of 2');
    terminal.note('warning: w');
    terminal.clear();
    expect(on.written).toEqual(['warning: w\n']);
  });
});
