import { layers } from './modelSetup';

/** A dictionary of the demo: what it reads and what it reconstructs. */
export interface DictionaryPlan {
  /** Name of its folder. */
  readonly name: string;
  readonly hookIn: string;
  /** Equal to `hookIn` unless it is a transcoder. */
  readonly hookOut: string;
  readonly transcoder: boolean;
}

const autoencoder = (hook: string): DictionaryPlan => ({
  name: hook,
  hookIn: hook,
  hookOut: hook,
  transcoder: false,
});

/** Residual stream, attention output, MLP output and transcoder of every layer. */
export const dictionaryPlans: readonly DictionaryPlan[] = Array.from({ length: layers }, (_, layer) => [
  autoencoder(`blocks.${layer}.hook_resid_post`),
  autoencoder(`blocks.${layer}.attn.hook_z`),
  autoencoder(`blocks.${layer}.hook_mlp_out`),
  {
    name: `blocks.${layer}.mlp.transcoder`,
    hookIn: `blocks.${layer}.mlp.hook_in`,
    hookOut: `blocks.${layer}.hook_mlp_out`,
    transcoder: true,
  },
]).flat();

/** Every hook point that some dictionary reads or reconstructs. */
export const dictionaryHooks: readonly string[] = [
  ...new Set(dictionaryPlans.flatMap(({ hookIn, hookOut }) => [hookIn, hookOut])),
];
