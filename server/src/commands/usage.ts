/** Errors of the command line: how it was called wrongly, and what could not be done. */

/** Exit 2: the call itself is wrong. */
export class UsageError extends Error {}

/** Exit 1: WHAT could not be done, and WHY. */
export class CommandError extends Error {
  constructor(what: string, why: string) {
    super(`${what}: ${why}`);
  }
}

export const HELP = `featurescope: features, activations and gradients of language models

featurescope inspect PATH [--model M] [--json]         what a model or dictionary folder is
featurescope tokenize --model M PROMPT --json          ids, texts and UTF-16 spans
featurescope run --model M PROMPT --hooks GLOB[,GLOB] [--dictionary D ...] --out F.safetensors
featurescope encode --dictionary D (--model M PROMPT | --input F.safetensors) [--norm-factor S] --out F.safetensors
featurescope features --model M PROMPT [--dictionary D ...] [--top K] [--json]
featurescope gradient --model M PROMPT --metric METRIC --hooks GLOB[,GLOB] --out F.safetensors
featurescope generate --model M PROMPT --max-tokens N [--temperature X] [--seed N]
                      [--dictionary D ... --steer "D:FEATURE[@WHERE]CHANGE" ...] [--json]

PROMPT    --prompt TEXT ('' is BOS alone), --file F, or --tokens 1,2,3 (exact ids, nothing prepended)
          --bos / --no-bos override the model's own policy
M         a folder, a weight file, a Hugging Face id in the local cache, or demo
D         a dictionary folder in SAELens layout, or the name of one of the demo's
CHANGE    *STRENGTH adds the feature's decoder direction times STRENGTH; =VALUE sets its activation; :METHOD=VALUE with add, set,
          scale, project (its part along the direction times VALUE) or cap (at most VALUE, or MIN..MAX); :ablate
WHERE     all (default), new (written tokens only), or positions of the prompt: 0,3,-1
GLOB      hook points: * stays within one dotted part, ** does not; resid_post.3 is short for blocks.3.hook_resid_post
METRIC    logit_diff:A,B  log_prob:A  prob_diff:A,B  loss; A, B are ids or quoted texts; @p sets the position
`;
