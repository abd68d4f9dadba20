import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeTextAtomically } from '../../server/src/formats/atomicFile';
import { writeSafetensors, type TensorToWrite } from '../../server/src/formats/safetensorsWriter';
import type { DictionaryPlan } from './dictionaryPlan';
import type { DictionaryTrainer, TrainingData } from './dictionaryTrainer';
import { context, dModel } from './modelSetup';

/** The content of a SAELens 6 `cfg.json`. */
function dictionaryConfig(plan: DictionaryPlan, features: number): object {
  return {
    architecture: plan.transcoder ? 'jumprelu_skip_transcoder' : 'jumprelu',
    d_in: dModel,
    d_sae: features,
    ...(plan.transcoder ? { d_out: dModel } : {}),
    dtype: 'float32',
    device: 'cpu',
    apply_b_dec_to_input: false,
    normalize_activations: 'none',
    reshape_activations: plan.hookIn.endsWith('hook_z') ? 'hook_z' : 'none',
    metadata: {
      sae_lens_version: '6.18.0',
      model_name: 'featurescope-demo',
      model_class_name: 'HookedTransformer',
      hook_name: plan.hookIn,
      ...(plan.transcoder ? { hook_name_out: plan.hookOut } : {}),
      hook_head_index: null,
      prepend_bos: true,
      context_size: context,
      neuronpedia_id: null,
    },
  };
}

/** The trained tensors in the unit of raw activations, decoder rows of length 1: f = relu(h) where h > threshold. */
function rawTensors(
  trainer: DictionaryTrainer,
  { scaleIn, scaleOut }: TrainingData,
): Map<string, TensorToWrite> {
  const tensors = new Map<string, TensorToWrite>();
  const add = (name: string, shape: number[], factor: number): void => {
    tensors.set(name, { shape, data: trainer.tensor(name).map((value) => value * factor) });
  };
  const features = trainer.tensor('b_enc').length;
  add('W_enc', [dModel, features], scaleIn / scaleOut);
  add('b_enc', [features], 1 / scaleOut);
  add('W_dec', [features, dModel], 1);
  add('b_dec', [dModel], 1 / scaleOut);
  if (trainer.parameters.has('W_skip')) add('W_skip', [dModel, dModel], scaleIn / scaleOut);
  const threshold = new Float32Array(features).fill(trainer.threshold / scaleOut);
  tensors.set('threshold', { shape: [features], data: threshold });
  return tensors;
}

/** Writes a dictionary in SAELens layout into `folder`. */
export function writeDictionary(
  folder: string,
  plan: DictionaryPlan,
  trainer: DictionaryTrainer,
  data: TrainingData,
): void {
  mkdirSync(folder, { recursive: true });
  const tensors = rawTensors(trainer, data);
  const config = dictionaryConfig(plan, trainer.tensor('b_enc').length);
  writeTextAtomically(join(folder, 'cfg.json'), `${JSON.stringify(config, null, 2)}\n`);
  writeSafetensors(join(folder, 'sae_weights.safetensors'), tensors);
}
