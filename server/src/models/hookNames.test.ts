import { describe, expect, it } from 'vitest';
import { canonicalHook, globPattern, matchHooks, siteOfHook, UnknownHookPointError } from './hookNames';

const layer = (i: number) => [
  `blocks.${i}.hook_resid_pre`,
  `blocks.${i}.ln1.hook_scale`,
  `blocks.${i}.attn.hook_q`,
  `blocks.${i}.attn.hook_z`,
  `blocks.${i}.attn.hook_result`,
  `blocks.${i}.hook_attn_out`,
  `blocks.${i}.mlp.hook_post`,
  `blocks.${i}.hook_resid_post`,
];
const hooks = ['hook_embed', ...layer(0), ...layer(1), ...layer(10), 'ln_final.hook_scale', 'logits'];

describe('canonicalHook', () => {
  it.each([
    ['resid_post.3', 'blocks.3.hook_resid_post'],
    ['resid_post.*', 'blocks.*.hook_resid_post'],
    ['z.0', 'blocks.0.attn.hook_z'],
    ['mlp_post.11', 'blocks.11.mlp.hook_post'],
    ['embed.hook_out', 'hook_embed'],
    ['unembed.hook_out', 'logits'],
    ['blocks.2.hook_in', 'blocks.2.hook_resid_pre'],
    ['blocks.2.hook_out', 'blocks.2.hook_resid_post'],
    ['blocks.2.attn.q.hook_out', 'blocks.2.attn.hook_q'],
    ['blocks.*.attn.hook_out', 'blocks.*.hook_attn_out'],
    ['blocks.2.attn.o.hook_in', 'blocks.2.attn.hook_z'],
    ['blocks.2.mlp.hook_out', 'blocks.2.hook_mlp_out'],
    ['blocks.2.mlp.hook_in', 'blocks.2.mlp.hook_in'],
    ['toString.3', 'toString.3'],
    ['logits', 'logits'],
  ])('%s means %s', (name, canonical) => {
    expect(canonicalHook(name)).toBe(canonical);
  });
});

describe('siteOfHook', () => {
  it.each([
    ['hook_z', 'z', null],
    ['attn.hook_z', 'z', null],
    ['blocks.1.attn.hook_z', 'z', 1],
    ['blocks.12.hook_resid_post', 'resid_post', 12],
    ['blocks.2.mlp.hook_post', 'mlp_post', 2],
    ['blocks.2.attn.o.hook_in', 'z', 2],
    ['z.3', 'z', 3],
    ['embed.hook_out', 'embed', null],
    ['hook_pos_embed', 'pos_embed', null],
  ])('%s is %s, layer %s', (name, site, layer) => {
    expect(siteOfHook(name)).toEqual({ site, layer });
  });

  it.each(['logits', 'z', 'blocks.1', 'hook_', ''])('%j is none', (name) => {
    expect(siteOfHook(name)).toBeNull();
  });
});

describe('globPattern', () => {
  it.each([
    ['blocks.*.hook_resid_pre', 'blocks.10.hook_resid_pre', true],
    ['blocks.*.hook_resid_pre', 'blocks.1.x.hook_resid_pre', false],
    ['**.hook_z', 'blocks.1.attn.hook_z', true],
    ['blocks.1*', 'blocks.10', true],
    ['blocks.1.*', 'blocks.1.attn.hook_z', false],
    ['blocks.1.**', 'blocks.1.attn.hook_z', true],
    ['hook_z', 'hookaz', false],
    ['hook.z', 'hookaz', false],
    ['a(b)+[c]', 'a(b)+[c]', true],
    ['*', 'logits', true],
    ['*', 'ln_final.hook_scale', false],
  ])('%s on %s: %s', (glob, name, matches) => {
    expect(globPattern(glob).test(name)).toBe(matches);
  });
});

describe('matchHooks', () => {
  it('gives each hook point once, in the order of the model', () => {
    const found = matchHooks(['logits', 'resid_post.*', 'blocks.1.hook_resid_post', 'hook_embed'], hooks);
    const posts = [0, 1, 10].map((i) => `blocks.${i}.hook_resid_post`);
    expect(found).toEqual(['hook_embed', ...posts, 'logits']);
  });

  it('takes costly ones only when they are named', () => {
    const cheap = hooks.filter((hook) => !hook.endsWith('hook_result'));
    expect(matchHooks(['**'], hooks)).toEqual(cheap);
    expect(matchHooks(['blocks.1.attn.hook_*'], hooks)).toEqual([
      'blocks.1.attn.hook_q',
      'blocks.1.attn.hook_z',
    ]);
    expect(matchHooks(['blocks.1.attn.hook_result'], hooks)).toEqual(['blocks.1.attn.hook_result']);
    expect(matchHooks(['blocks.*.attn.hook_result'], hooks)).toHaveLength(3);
    expect(matchHooks(['result.*'], hooks)).toHaveLength(3);
  });

  it('says what a model lacks', () => {
    const block = ['blocks.0.attn.hook_rot_q', 'blocks.0.hook_resid_post'];
    const attempt = (glob: string, more: readonly string[]) => () => matchHooks([glob], [...block, ...more]);
    expect(attempt('resid_mid.0', ['blocks.0.mlp.hook_post'])).toThrow(/read the same residual stream/);
    expect(attempt('blocks.*.hook_mlp_out', [])).toThrow(/this model has no MLPs/);
    expect(attempt('hook_pos_embed', [])).toThrow(/turns queries and keys instead/);
  });

  it('names near misses of a glob that matches nothing', () => {
    const attempt = (glob: string) => () => matchHooks(['logits', glob], hooks);
    expect(attempt('blocks.0.hook_resid_pos')).toThrow(UnknownHookPointError);
    expect(attempt('blocks.0.hook_resid_pos')).toThrow(
      /"blocks\.0\.hook_resid_pos"; did you mean blocks\.0\.hook_resid_post,/,
    );
    expect(attempt('logit')).toThrow(/did you mean logits,/);
    expect(attempt('resid_pst.1')).toThrow(/resid_post\.\*/);
    expect(attempt('blocks.2.**')).toThrow(/no hook point matches "blocks\.2\.\*\*"/);
  });
});
