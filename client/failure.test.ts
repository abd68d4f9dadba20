import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../protocol/errors';
import { explain, Failure, toFailure } from './failure';

describe('toFailure', () => {
  it('keeps the code and the advice of a JSON-RPC error', () => {
    const error = Object.assign(new Error('model.safetensors is truncated'), {
      code: ErrorCode.modelNotLoaded,
      data: { file: 'model.safetensors', cure: 'Copy it again.' },
    });
    const failure = toFailure(error);
    expect(failure.code).toBe(ErrorCode.modelNotLoaded);
    expect(failure.withoutModel).toBe(true);
    expect(failure.data).toMatchObject({ file: 'model.safetensors', cure: 'Copy it again.' });
  });

  it('makes one of anything', () => {
    expect(toFailure('boom').message).toBe('boom');
    expect(toFailure(new Error('x')).code).toBe(ErrorCode.requestFailed);
    const failure = new Failure('x', 1, {});
    expect(toFailure(failure)).toBe(failure);
  });

  it('knows what is not an error to show', () => {
    expect(toFailure(Object.assign(new Error(), { code: -32800 })).cancelled).toBe(true);
    expect(toFailure(Object.assign(new Error(), { code: -32801 })).superseded).toBe(true);
  });
});

describe('explain', () => {
  it('adds the file only when the message does not name it, then the cure', () => {
    expect(explain(new Failure('Weights are truncated', 1, { file: '/m/a', cure: 'Copy them again.' }))).toBe(
      'Weights are truncated (/m/a). Copy them again.',
    );
    expect(explain(new Failure('a', 1, { cure: 'Check the spelling' }))).toBe('a. Check the spelling.');
    expect(explain(new Failure('/m/a is truncated.', 1, { file: '/m/a' }))).toBe('/m/a is truncated.');
  });
});
