import { describe, expect, it } from 'vitest';
import { hostOf, hubEndpoint } from './hubEndpoint';

describe('hubEndpoint', () => {
  it('is the setting, else HF_ENDPOINT, else the public hub', () => {
    expect(hubEndpoint('http://127.0.0.1:8000/', 'https://mirror.example')).toBe('http://127.0.0.1:8000');
    expect(hubEndpoint('', 'https://mirror.example/hub//')).toBe('https://mirror.example/hub');
    expect(hubEndpoint(' ', undefined)).toBe('https://huggingface.co');
    expect(hubEndpoint('', '')).toBe('https://huggingface.co');
  });

  it('refuses what is no address of a web server', () => {
    for (const written of ['mirror', 'file:///etc', 'javascript:alert(1)'])
      expect(() => hubEndpoint(written, undefined)).toThrow(/no address of a hub/);
  });

  it('has a host with its port', () => {
    expect(hostOf('http://127.0.0.1:8000/hub')).toBe('127.0.0.1:8000');
  });
});
