import { describe, expect, it } from 'vitest';
import type { ExperimentRun, ExperimentSpec } from '../../protocol/experimentSpec';
import type { AxisName, Provenance, RunResult } from '../../protocol/experiments';
import type { Processing } from '../../protocol/settings';
import { namesPair, patchRun, resultOf } from '../../test/support/results';
import { comment, python, pythonText } from './code/python';
import { transformerLensCode } from './transformerLens';

const grid = (...axes: (readonly [AxisName, number])[]): RunResult => patchRun(axes, () => 0);
const stream = grid(['layer', 4], ['position', 12]);
const heads = grid(['layer', 4], ['head', 4]);
const spec: ExperimentSpec = { ...resultOf([]).spec, model: 'gpt2', metric: 'logit_diff' };

function codeOf(
  asked: ExperimentRun,
  run: RunResult,
  experiment: ExperimentSpec = spec,
  model: Provenance['model'] | null = null,
): string {
  const code = transformerLensCode(experiment, asked, run, model);
  return 'text' in code ? code.text : `REFUSED: ${code.why}`;
}

describe('a sweep that TransformerLens has', () => {
  const code = codeOf({ patch: 'resid_pre', direction: 'denoise' }, stream);

  it('is one call on the corrupted tokens with the clean cache', () => {
    expect(code).toContain('_, cache = model.run_with_cache(tokens(pair["clean"]))');
    expect(code).toContain('patching.get_act_patch_resid_pre(model, tokens(pair["corrupt"]), cache, score)');
    expect(code).toContain('score = lambda logits: metric(logits, pair, "corrupt")');
  });

  it('exchanges the runs when noising', () => {
    const noised = codeOf({ patch: 'z', direction: 'noise' }, { ...heads, direction: 'noise' });
    expect(noised).toContain('run_with_cache(tokens(pair["corrupt"]))');
    expect(noised).toContain(
      'patching.get_act_patch_attn_head_out_all_pos(model, tokens(pair["clean"]), cache, score)',
    );
  });

  it('takes raw weights, exact ids and the answers by their texts', () => {
    expect(code).toContain('model = HookedTransformer.from_pretrained_no_processing("gpt2")');
    expect(code).toContain('clean=[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],');
    expect(code).toContain('clean_read_at=[11],');
    expect(code).toContain('a=ids([" Mary"]),');
    expect(code).toContain('b=ids([" John"]),');
    expect(code).toContain('from transformer_lens import HookedTransformer, patching\n');
    expect(code).not.toContain('counterparts');
  });

  it('says in words what it is', () => {
    expect(code).toMatch(/^# Who gets the book\?|^# patch: Denoising: the corrupted prompt is run/);
    expect(code).toContain('# Metric: logit difference: “·Mary” minus “·John”');
  });
});

describe('a sweep that TransformerLens has not', () => {
  it('is written out with hooks when it is narrower', () => {
    const narrow = { ...stream, ticks: [stream.ticks[0]!.slice(1, 3), stream.ticks[1]!] };
    const code = codeOf({ patch: 'resid_pre', direction: 'denoise', layers: [1, 2] }, narrow);
    expect(code).not.toContain('patching.get_act_patch');
    expect(code).toContain('layers = [1, 2]');
    expect(code).toContain('changed([("resid_pre", layer, [position], None, None, None)])');
    expect(code).toContain('model.run_with_hooks(base, fwd_hooks=hooks)');
  });

  it('follows the alignment of prompts of unequal length', () => {
    const shifted = { ...namesPair, alignment: namesPair.alignment!.map((p) => (p === 0 ? null : p! - 1)) };
    const code = codeOf({ patch: 'resid_pre', direction: 'denoise' }, { ...stream, pairs: [shifted] });
    expect(code).toContain('counterparts=[None, 0, 1, 2');
    expect(code).toContain('counterparts = pair["counterparts"]');
  });

  it('puts in zeros, means or the other run', () => {
    const ablated = { ...heads, kind: 'ablate' as const, direction: null };
    expect(codeOf({ ablate: 'z' }, ablated)).toContain('activation[to] = 0.0');
    const mean = codeOf({ ablate: 'z', with: 'mean', over: ['one\ntwo', { tokens: [1, 2] }] }, ablated);
    expect(mean).toContain('activation[to] = mean(name)[inner]');
    expect(mean).toContain('texts = [model.to_tokens("one\\ntwo", prepend_bos=False), tokens([1, 2])]');
    const resampled = codeOf({ ablate: 'z', with: 'resample' }, ablated);
    expect(resampled).toContain('activation[to] = cache[name][0][(there, *inner)]');
    expect(resampled).toContain('run_with_cache(tokens(pair["corrupt"]))');
  });

  it('changes a set of sites together', () => {
    const asked: ExperimentRun = {
      patch: [
        [
          { at: 'resid_pre', layer: 1, position: -2 },
          { at: 'z', layer: 2 },
        ],
        { at: 'mlp_post', neuron: 7 },
      ],
    };
    const code = codeOf(asked, grid(['site', 2]));
    expect(code).toContain(
      '[("resid_pre", 1, [-2], None, None, None), *[("z", 2, None, head, None, None) for head in range(model.cfg.n_heads)]],',
    );
    expect(code).toContain(
      '[*[("post", layer, None, None, None, 7) for layer in range(model.cfg.n_layers)]],',
    );
  });
});

describe('readings', () => {
  it('write out AtP by the gradient at the run that is changed', () => {
    const attributed = { ...heads, kind: 'attribute' as const };
    const code = codeOf({ attribute: 'z' }, attributed);
    expect(code).toContain('(cache[n][0] - kept[n][0].detach()) * kept[n].grad[0]');
    expect(code).toContain('"pos head d -> head"');
    expect(code).toContain('import einops');
  });

  it('hold the scale of the last norm in direct attribution', () => {
    const direct = { ...heads, kind: 'direct' as const, direction: null };
    const code = codeOf({ direct: 'heads' }, direct);
    expect(code).toContain(
      'direction = model.W_U[:, pair["a"]].mean(-1) - model.W_U[:, pair["b"]].mean(-1)\n',
    );
    expect(code).toMatch(
      /if hasattr\(model\.ln_final, "w"\):.*\n {8}direction = direction \* model\.ln_final\.w/,
    );
    expect(code).toMatch(/if model\.cfg\.normalization_type\.startswith\("LN"\):\n {12}x = x - x\.mean/);
  });

  it('read lenses and patterns from the clean run', () => {
    const lens = codeOf({ lens: 'resid_post' }, { ...stream, kind: 'lens', direction: null });
    expect(lens).toContain('model.unembed(model.ln_final(cache["resid_post", layer]))');
    const pattern = grid(['position', 12], ['source', 12]);
    const attention = codeOf(
      { attention: { layer: 1, head: 2 } },
      { ...pattern, kind: 'attention', metric: '' },
    );
    expect(attention).toContain('return cache["pattern", 1][0, 2]');
    expect(attention).not.toContain('def metric');
  });
});

describe('prompts and answers', () => {
  it('keeps each pair’s own answers, and reads those of a file from it', () => {
    const several = { ...stream, metric: 'logit_diff', pairs: [namesPair, namesPair] };
    const listed: ExperimentSpec = {
      ...spec,
      prompts: [
        { clean: 'a', corrupt: 'b', answer: ' x', wrong: [3, ' y'] },
        { clean: 'a', corrupt: 'b', answer: 5, wrong: ' z' },
      ],
    };
    const code = codeOf({ patch: 'resid_pre' }, several, listed);
    expect(code).toContain('a=ids([" x"]),\n        b=ids([3, " y"]),');
    expect(code).toContain('a=ids([5]),\n        b=ids([" z"]),');
    const filed = codeOf({ patch: 'resid_pre' }, several, { ...spec, prompts: 'pairs.jsonl' });
    expect(filed).toContain(
      'rows = [json.loads(line) for line in open("pairs.jsonl", encoding="utf-8") if line.strip()]',
    );
    expect(filed).toContain('b=ids(rows[1]["wrong"]),');
    expect(filed).toContain('import json\n');
  });
});

describe('the model', () => {
  const patch: ExperimentRun = { patch: 'resid_pre' };
  const codeFor = (model: string, family: string, processing: readonly Processing[] = []): string =>
    codeOf(patch, stream, { ...spec, model }, { name: model, identity: 'a', family, processing });

  it('of a folder is a GPT-2 by its configuration', () => {
    for (const code of [
      codeOf(patch, stream, { ...spec, model: './my "model"' }),
      codeFor('./my "model"', 'gpt2'),
    ]) {
      expect(code).toContain('folder = "./my \\"model\\""');
      expect(code).toContain('load_state_dict(convert_gpt2_weights(checkpoint, cfg), strict=False)');
    }
    expect(codeFor('demo', 'gpt2')).toContain('media/demo/model');
  });

  it('of a folder of another family needs the name of a published one, and says so', () => {
    const code = codeFor('/models/own', 'llama');
    expect(code).not.toContain('gpt2');
    expect(code).toContain('# TransformerLens loads the family llama by the name of a published model only');
    expect(code).toContain('folder = "/models/own"');
    expect(code).toContain('name = ""\ncheckpoint = AutoModelForCausalLM.from_pretrained(folder)');
    expect(code).toContain(
      'model = HookedTransformer.from_pretrained_no_processing(name, hf_model=checkpoint, tokenizer=tokenizer)',
    );
  });

  it('of the cache is loaded by its id', () => {
    const code = codeFor('/c/hub/models--EleutherAI--pythia-70m/snapshots/abc123', 'gpt_neox');
    expect(code).toContain('from_pretrained_no_processing("EleutherAI/pythia-70m")');
    expect(code).toContain('# The run was of revision abc123;');
    expect(codeFor('C:\\c\\models--gpt2\\snapshots\\abc', 'gpt2')).toContain('no_processing("gpt2")');
    expect(codeFor('org/name@v1.0', 'llama')).toContain('no_processing("org/name")');
  });

  it('is processed with exactly the flags of the run', () => {
    const flags =
      '    fold_ln=True,\n    center_writing_weights=False,\n    center_unembed=True,\n    fold_value_biases=False,\n)';
    const on = ['fold_ln', 'center_unembed'] as const;
    const hub = codeFor('gpt2', 'gpt2', on);
    expect(hub).toContain(`model = HookedTransformer.from_pretrained(\n    "gpt2",\n${flags}`);
    expect(hub).toContain('# The run’s hook points are those of weights after fold_ln, center_unembed.');
    expect(hub).not.toContain('no folding');
    expect(codeFor('/models/own', 'qwen2', on)).toContain(
      `    hf_model=checkpoint,\n    tokenizer=tokenizer,\n${flags}`,
    );
    expect(codeFor('demo', 'gpt2', on)).toContain(
      `load_and_process_state_dict(\n    convert_gpt2_weights(checkpoint, cfg),\n${flags}`,
    );
  });

  it('that an experiment does not name is that of its result', () => {
    const { prompts, runs } = spec;
    const unnamed: ExperimentSpec = { prompts, runs };
    const source = { name: 'org/name', identity: 'a', family: 'llama', processing: [] };
    expect(codeOf(patch, stream, unnamed, source)).toContain('from_pretrained_no_processing("org/name")');
    expect(codeOf(patch, stream, unnamed)).toContain('media/demo/model');
  });

  it('of a format of its own is left to the reader, or refused', () => {
    const own = codeFor('/models/toy.pt', 'transformer_lens');
    expect(own).toContain('HookedTransformer(HookedTransformerConfig.from_dict(config))');
    expect(own).toContain('model.load_state_dict(state)');
    expect(codeFor('/models/stories.bin', 'llama2.c')).toMatch(/^REFUSED: it has no reader of llama2\.c/);
  });
});

describe('what has no equivalent', () => {
  it.each<[ExperimentRun, Partial<RunResult>, RegExp]>([
    [{ patch: 'features', dictionary: 'd' }, {}, /dictionary features/],
    [{ patch: [{ at: 'error', dictionary: 'd' }] }, {}, /dictionary features/],
    [{ ablate: 'pattern', with: 'mean' }, { kind: 'ablate' }, /mean of attention patterns/],
    [{ attribute: 'z', method: 'atp*' }, { kind: 'attribute' }, /QK fix/],
    [{ attribute: 'z', method: 'ig' }, { kind: 'attribute' }, /integrated gradients/],
    [{ attribute: 'pattern' }, { kind: 'attribute' }, /AtP of pattern/],
    [{ direct: 'features' }, { kind: 'direct' }, /dictionary features/],
    [{ lens: 'resid_pre' }, { kind: 'lens', metric: 'kl' }, /a lens with the metric kl/],
    [{ steer: [] }, { kind: 'steer' }, /steered text/],
    [{ patch: 'z' }, { metric: 'feature:d#3' }, /dictionary feature’s activation/],
    [{ patch: 'z' }, { pairs: [] }, /ended before its prompts were read/],
  ])('is refused with its reason: %j', (asked, changes, reason) => {
    expect(codeOf(asked, { ...heads, ...changes })).toMatch(reason);
  });
});

describe('Python', () => {
  it('quotes texts so that nothing in them is code', () => {
    expect(pythonText('a"b\\c\n\u202E\u2028')).toBe('"a\\"b\\\\c\\n\\u202e\\u2028"');
    expect(python([1, null, 'x', [-1]])).toBe('[1, None, "x", [-1]]');
  });

  it('keeps comments comments', () => {
    expect(comment('a\nimport os\u2028x')).toEqual(['# a import os x']);
    const long = comment('word '.repeat(60).trim(), 40);
    expect(long.length).toBeGreaterThan(5);
    for (const line of long) expect(line).toMatch(/^# .{1,38}$/);
    const hostile = { ...spec, title: 'x\n__import__("os")' };
    for (const line of codeOf({ patch: 'resid_pre' }, stream, hostile).split('\n'))
      expect(line).not.toMatch(/^__import__/);
  });
});
