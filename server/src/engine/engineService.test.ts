import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../test/reference/fixtures';
import { EngineService, type RequestContext } from './engineService';
import { Cancelled } from './failures';

const MODEL = fixturePath('gpt2-tiny', 'model');

/** A context that is cancelled from the `looks`th look on. */
function cancelledAfter(looks: number): RequestContext {
  let left = looks;
  return { isCancelled: () => left-- <= 0, partial: () => undefined };
}

describe('EngineService', () => {
  it('keeps the old model and its dictionaries when loading is cancelled under way', async () => {
    const service = new EngineService();
    const wanted = cancelledAfter(Infinity);
    await service.handle('load', { path: MODEL }, wanted);
    const dictionary = { id: 'd', path: fixturePath('dictionaries', 'standard') };
    await service.handle('loadDictionary', dictionary, wanted);
    await expect(service.handle('load', { path: MODEL }, cancelledAfter(1))).rejects.toThrow(Cancelled);
    const rows = await service.handle('decoderRows', { id: 'd', features: [0] }, wanted);
    expect(rows).toMatchObject({ dims: [1, 32] });
  });
});
