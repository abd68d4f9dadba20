/** What a HookedTransformer can be and Featurescope does not compute, each refused by its name in the config. */
import { describe, field } from '../formats/json';
import type { ConfigFields } from './configFields';

const CURE = 'Choose a model without it';

/** @throws FileFormatError naming the first field of the config that asks for something that is not computed */
export function refuseUncomputed(fields: ConfigFields): void {
  refusePositions(fields);
  for (const key of ['post_embedding_ln', 'load_in_4bit', 'use_yarn_rope']) {
    if (fields.flag(key, false)) fields.refuse(`it has "${key}", which is not computed`, CURE);
  }
  if (fields.number('num_experts', 0) > 0) fields.refuse('it has mixtures of experts ("num_experts")', CURE);
  const architecture = fields.text('original_architecture') ?? '';
  if (/^Olmo|^neel-solu-old$|^T5/.test(architecture)) {
    fields.refuse(`its "original_architecture" ${architecture} is not computed`, CURE);
  }
  const outputs = fields.number('d_vocab_out', -1);
  if (outputs !== -1 && outputs !== field(fields.config, 'd_vocab')) {
    fields.refuse(`it has ${outputs} outputs ("d_vocab_out") for another number of tokens`, CURE);
  }
  const direction = fields.text('attention_dir') ?? 'causal';
  if (direction !== 'causal' && direction !== 'bidirectional') {
    fields.refuse(`"attention_dir" is causal or bidirectional, found ${describe(direction)}`);
  }
}

function refusePositions(fields: ConfigFields): void {
  const type = fields.text('positional_embedding_type') ?? 'standard';
  if (type !== 'standard' && type !== 'rotary') {
    fields.refuse(`its positions are "${type}", which is not computed`, 'Computed are standard and rotary');
  }
  if (fields.flag('shortformer_pos', false)) {
    fields.refuse(
      'its positions are "shortformer_pos", which is not computed',
      'Computed are standard and rotary',
    );
  }
}
