import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary';
import { hubClient, type HubRequest, userToken } from './client';

function clientOf(changes: Partial<HubRequest>): ReturnType<typeof hubClient> {
  return hubClient({ name: 'org/name', env: {}, signal: new AbortController().signal, ...changes });
}

describe('hubClient', () => {
  it('asks the hub of the request, of HF_ENDPOINT, or the public one', () => {
    const env = { HF_ENDPOINT: ' https://mirror.example/hub/ ' };
    expect(clientOf({}).endpoint).toBe('https://huggingface.co');
    expect(clientOf({ env: { HF_ENDPOINT: '' } }).endpoint).toBe('https://huggingface.co');
    expect(clientOf({ env }).endpoint).toBe('https://mirror.example/hub');
    expect(clientOf({ env, endpoint: 'http://127.0.0.1:1' }).endpoint).toBe('http://127.0.0.1:1');
  });

  it.each(['ftp://x', 'x', 'file:///etc', 'https://user:word@x', 'https://x/?a=b', 'https://x/#a'])(
    'refuses the address %s',
    (endpoint) => {
      expect(() => clientOf({ endpoint })).toThrow('this is not the address of a hub');
    },
  );

  it('does not say the password of an address that it refuses', () => {
    expect(() => clientOf({ endpoint: 'https://user:word@hub.example' })).toThrow(
      'https://hub.example: this',
    );
    expect(() => clientOf({ endpoint: 'https://user:w@rd@ x' })).not.toThrow(/w@|rd@/);
  });

  it.each(['', 'a/b/c', '../b', 'a b'])('refuses the name %j', (name) => {
    expect(() => clientOf({ name })).toThrow('this is not the name of a model');
  });

  it.each(['1', 'true', 'YES', 'on'])('asks nobody when HF_HUB_OFFLINE is %s', (value) => {
    expect(() => clientOf({ env: { HF_HUB_OFFLINE: value } })).toThrow('the environment forbids');
    expect(() => clientOf({ env: { TRANSFORMERS_OFFLINE: value } })).toThrow('the environment forbids');
    expect(clientOf({ env: { HF_HUB_OFFLINE: '0' } }).id).toBe('org/name');
  });

  it('sends HF_TOKEN to the hub of the environment only', () => {
    const env = { HF_TOKEN: 'hf_own\n' };
    expect(clientOf({ env }).token).toBe('hf_own');
    expect(clientOf({ env, endpoint: 'https://other.example' }).token).toBe(null);
    expect(clientOf({ env, accessToken: 'hf_given' }).token).toBe('hf_given');
    expect(clientOf({ env: {} }).token).toBe(null);
  });

  it.each(['hf a', 'hf\r\nx: y', 'hf_ä'])('refuses the token %j without saying it', (accessToken) => {
    const message = 'the access token has characters that no token has';
    expect(() => clientOf({ accessToken })).toThrow(message);
    expect(() => clientOf({ accessToken })).not.toThrow(accessToken);
  });
});

describe('userToken', () => {
  it('is that of HF_TOKEN, or the one that a login left', () => {
    const home = temporaryFolder();
    const env = { HF_HOME: home };
    expect(userToken(env)).toBe(undefined);
    writeFileSync(join(home, 'token'), 'hf_stored\n');
    expect(userToken(env)).toBe('hf_stored');
    expect(userToken({ ...env, HF_TOKEN: '' })).toBe('hf_stored');
    expect(userToken({ ...env, HF_TOKEN: 'hf_own' })).toBe('hf_own');
    expect(userToken({ ...env, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' })).toBe(undefined);
    expect(userToken({ HF_TOKEN_PATH: join(home, 'token') })).toBe('hf_stored');
  });

  it('is none where there is a folder, or far too much', () => {
    const home = temporaryFolder();
    mkdirSync(join(home, 'token'));
    expect(userToken({ HF_HOME: home })).toBe(undefined);
    writeFileSync(join(home, 'long'), 'x'.repeat(20_000));
    expect(userToken({ HF_TOKEN_PATH: join(home, 'long') })).toBe(undefined);
  });
});
