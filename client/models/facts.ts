/** What is known of a loaded model, a line each. Pure. */
import type { ModelInfo } from '../../protocol/models';
import { byteSize, tokenName } from '../../protocol/wording';
import { parameterCount } from './wording';

export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly isWarning: boolean;
}

/** Nothing while it is not loaded: then little is known, and its line says that. */
export function modelFacts(info: ModelInfo): readonly Fact[] {
  const { state, shape, weightBytes, dtypes, bos, processing = [], message } = info;
  if (state !== 'loaded' || !shape) return [];
  const { family, layers, dModel, contextLength, vocabulary, parameters } = shape;
  const of = dtypes === undefined ? '' : `, ${dtypes.join(', ')}`;
  return [
    ...(message === undefined ? [] : [{ label: 'Warning', value: message, isWarning: true }]),
    fact('Family', family),
    fact('Size', `${layers} layers · d_model ${dModel} · ${parameterCount(parameters)}`),
    ...(weightBytes === undefined ? [] : [fact('Weights', `${byteSize(weightBytes)} on disk${of}`)]),
    fact('Context', `${contextLength} tokens`),
    fact('Vocabulary', `${vocabulary} tokens`),
    ...(bos === undefined ? [] : [fact('Before every text', bos === null ? 'nothing' : tokenName(bos))]),
    ...(processing.length === 0 ? [] : [fact('Hook points as after', processing.join(', '))]),
  ];
}

function fact(label: string, value: string): Fact {
  return { label, value, isWarning: false };
}
