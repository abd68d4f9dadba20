import { describe, expect, it } from 'vitest';
import { FileFormatError } from './errors';

describe('FileFormatError', () => {
  it('is one line that cannot do anything to a terminal, whatever names are in it', () => {
    const { message, reason } = new FileFormatError(
      'a.json',
      'tensor "\u001b[2J\u202e\0" \r\n\u2028 is odd',
      'Try another',
    );
    expect(reason).toBe('tensor "\ufffd[2J\ufffd\ufffd" is odd');
    expect(message).toBe(`a.json: ${reason}. Try another`);
  });

  it('cuts what a long name makes endless', () => {
    const { message } = new FileFormatError('a.json', `tensor ${'x'.repeat(10_000)} is odd`, 'Try another');
    expect(message).toHaveLength('a.json: '.length + 500 + '.... Try another'.length);
  });
});
