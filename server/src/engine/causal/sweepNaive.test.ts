/** Packed, cached, suffix-only sweeps equal one whole run for each cell, at every hook point of a model. */
import { afterAll, describe, it } from 'vitest';
import { familyFixtures, familyValues } from '../../../../test/reference/familyFixtures';
import { fixturePath } from '../../../../test/reference/fixtures';
import { patchingPairs } from '../../../../test/reference/patchingFixtures';
import { errorHook } from '../../dictionaries/splices';
import { loadDictionary, loadModel } from '../loading';
import { isPattern } from './places';
import type { MetricSpec, PatchValue } from './requests';
import { expectNaive, patch } from './testing/naiveSweep';

/** What stands in a divisor or in a distribution cannot become 0. */
function fromHere(hook: string): PatchValue {
  return hook.endsWith('hook_scale') || isPattern(hook) ? { from: 'source' } : { from: 'zero' };
}

describe('a sweep equals whole runs', () => {
  const { host } = loadModel({ path: fixturePath('gpt2-tiny', 'model') });
  loadDictionary(host, { id: 'standard', path: fixturePath('dictionaries', 'standard') });
  afterAll(() => host.release());
  const { clean, corrupt } = patchingPairs()['tiny']!;
  const features = host.dictionaries.get('standard')!.hook;
  const metric: MetricSpec = { kind: 'logit_diff', a: [7], b: [280] };
  const hooks = host.hooks.filter((hook) => hook !== 'logits');

  it.each(hooks)('%s', async (hook) => {
    const patches = [patch(hook, [6], fromHere(hook)), patch(hook, [2, 9], { from: 'source' })];
    await expectNaive(host, { clean, corrupt, readAt: [9] }, patches, metric);
  });

  it('where features and errors of a dictionary are patched', async () => {
    const patches = [features, errorHook(features)].flatMap((hook) => [
      patch(hook, [5], { from: 'source' }),
      patch(hook, [3, 8], { from: 'zero' }),
    ]);
    await expectNaive(host, { clean, corrupt, readAt: [9] }, patches, metric);
  });

  it('where the metric is a feature, read in the middle of model and text', async () => {
    const feature: MetricSpec = { kind: 'feature', a: [10], b: [], dictionary: 'standard' };
    const hooksBefore = [
      'hook_embed',
      'blocks.0.hook_resid_mid',
      'blocks.0.attn.hook_z',
      'blocks.2.hook_mlp_out',
    ];
    const patches = hooksBefore.flatMap((hook) => [2, 5].map((at) => patch(hook, [at], { from: 'source' })));
    await expectNaive(host, { clean, corrupt, readAt: [3, 6] }, patches, feature);
  });
});

/** Between them: windows, shared heads, two rotary embeddings, norms of all kinds, caps, parallel parts, no MLPs, no causal mask. */
const FAMILIES = ['gemma2', 'gemma3', 'gpt-neox', 'phi-qk-norm', 'lens-attention-only', 'lens-bidirectional'];

for (const fixture of familyFixtures().filter(({ name }) => FAMILIES.includes(name))) {
  describe(`a sweep equals whole runs in ${fixture.name}`, () => {
    const { host } = loadModel({ path: fixturePath('families', fixture.name, fixture.model) });
    afterAll(() => host.release());
    const { clean, corrupt } = familyValues(fixture).patches[0]!;
    const hooks = host.hooks.filter((hook) => /^(blocks\.1\.|hook_|ln_final)/.test(hook));

    it.each(hooks)('%s', async (hook) => {
      const patches = [patch(hook, [6], fromHere(hook)), patch(hook, [4, 9], { from: 'source' })];
      const metric: MetricSpec = { kind: 'logit_diff', a: [7], b: [55] };
      await expectNaive(host, { clean, corrupt, readAt: [8, 11] }, patches, metric);
    });
  });
}
