/** Errors of the command line: how it was called wrongly, and what could not be done. */

/** Exit 2: the call itself is wrong. */
export class UsageError extends Error {}

/** Exit 1: WHAT could not be done, and WHY. */
export class CommandError extends Error {
  constructor(what: string, why: string) {
    super(`${what}: ${why}`);
  }
}

/** Exit 3: everything was done, and not everything came out as it was expected to. */
export class ExpectationsFailed extends Error {
  constructor(
    /** What would have gone to stdout. */
    readonly output: string | null,
    /** Each failed clause with what was measured. */
    readonly clauses: readonly string[],
  ) {
    super('not everything came out as expected');
  }
}

export const HELP = `featurescope: features, activations and gradients of language models

featurescope inspect PATH [--model M] [--json]         what a model or dictionary folder is
featurescope tokenize --model M PROMPT --json          ids, texts and UTF-16 spans
featurescope run --model M PROMPT --hooks GLOB[,GLOB] [--dictionary D ...] --out F.safetensors
featurescope encode --dictionary D (--model M PROMPT | --input F.safetensors) [--norm-factor S] --out F.safetensors
featurescope features --model M PROMPT [--dictionary D ...] [--top K] [--json]
featurescope gradient --model M PROMPT --metric METRIC --hooks GLOB[,GLOB] --out F.safetensors
featurescope patch --model M PAIR --metric METRIC --at SITE [--direction denoise|noise] [SWEEP] [--out R.json] [--json]
featurescope attribute --model M PAIR --metric METRIC --at SITE [--method atp|atp*|ig] [--steps N] [--verify N]
                      [--direction denoise|noise] [SWEEP] [--out R.json] [--json]
featurescope experiment FILE.fscope.yaml [--out R.json] [--json]     also: patch FILE
featurescope graph --model M PROMPT [--dictionary D ...] [TARGET] [--max-features N] [--node-threshold X] [--edge-threshold X]
                   [--slug NAME] [--verify N] --out G.json [--json]
featurescope generate --model M PROMPT --max-tokens N [--temperature X] [--seed N]
                      [--dictionary D ... --steer "D:FEATURE[@WHERE]CHANGE" ...] [--json]

PROMPT    --prompt TEXT ('' is BOS alone), --file F, or --tokens 1,2,3 (exact ids, nothing prepended)
          --bos / --no-bos override the model's own policy
M         a folder, a weight file, a Hugging Face id (org/name or org/name@revision) in the local cache, or demo
          --download gets an id that the cache lacks from the hub: its size first, then the files, checked; a second call goes on
          --processing FLAG[,FLAG] (fold_ln, center_writing_weights, center_unembed, fold_value_biases, or all) gives hook points the
          values that TransformerLens has after processing the weights so; off unless asked for
D         a dictionary folder in SAELens layout, or the name of one of the demo's; for graphs a transcoder, one a layer
CHANGE    *STRENGTH adds the feature's decoder direction times STRENGTH; =VALUE sets its activation; :METHOD=VALUE with add, set,
          scale, project (its part along the direction times VALUE) or cap (at most VALUE, or MIN..MAX); :ablate
WHERE     all (default), new (written tokens only), or positions of the prompt: 0,3,-1
GLOB      hook points: * stays within one dotted part, ** does not; resid_post.3 is short for blocks.3.hook_resid_post
METRIC    logit_diff:A,B  logit:A  log_prob:A  prob_diff:A,B  kl  loss  feature:D#INDEX; A, B are ids or quoted texts, A|C a
          group of them; @p sets the position (-1 is the last), @p..q several
PAIR      --clean IDS --corrupt IDS (exact), or --clean-prompt TEXT --corrupt-prompt TEXT; --align aligns unequal lengths
TARGET    --max-logits N --logit-prob X (the likeliest tokens, 10 that hold 0.95), --target A[,B], or --target-diff A,B: ids or
          texts, quoted where they hold a comma; or --direction F, a .safetensors with one tensor of d_model numbers or a .json
          list of them, read behind the final norm; thresholds are shares of influence to keep, 1 keeps all
SITE      resid_pre resid_mid resid_post attn_out mlp_out q k v z pattern mlp_pre mlp_post embed pos_embed features error
SWEEP     --by-position (heads), --layer N[,N], --units N[,N] or --top K (neurons, features), --dictionary D
Exit status: 0 done, 1 could not be done, 2 wrong usage, 3 an expect clause failed, 130 interrupted
`;
