import { describe, expect, it } from 'vitest';
import { withoutTokens } from './secrets';

const PARAMS = { id: 'org/name', accessToken: 'hf_"secret\\', endpoint: 'https://hub.example' };

describe('withoutTokens', () => {
  it.each([[undefined], [4]])(
    'leaves the token out of parameters, and nothing else (indent %j)',
    (indent) => {
      const told = withoutTokens(`Params: ${JSON.stringify({ params: PARAMS }, null, indent)}\n`);
      expect(told).not.toContain('secret');
      expect(JSON.parse(told.replace('Params: ', ''))).toEqual({ params: { ...PARAMS, accessToken: '…' } });
    },
  );

  it('finds every one', () => {
    expect(withoutTokens(JSON.stringify([PARAMS, PARAMS]))).not.toContain('secret');
  });
});
