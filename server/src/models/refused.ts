/** Checkpoints that people have and Featurescope does not compute, each with what is different about them. */
import { FileFormatError } from '../formats/errors';
import { type JsonObject, readOptionalObject, readOptionalString } from '../formats/json';

/** Names are those of `model_type` and of classes in `architectures`; the first line that fits counts. */
const REASONS: readonly (readonly [names: RegExp, reason: string])[] = [
  [/^phi[34]|^Phi[34]/, 'of the Phis only Phi-1, 1.5 and 2 are computed; this one joins its projections'],
  [/^phi-msft$|^mixformer|^MixFormer/, 'it is Phi in the layout before transformers had it'],
  [/^gemma3n|^Gemma3n/, 'Gemma 3n has embeddings for each layer and several residual streams'],
  [/^gemma4|^Gemma4/, 'of the Gemmas 1, 2 and 3 are computed'],
  [/^llama4|^Llama4/, 'Llama 4 has mixtures of experts and attention within chunks'],
  [/^qwen$|^QWen/, 'of the Qwens 2, 2.5 and 3 are computed, without mixtures of experts'],
  [/^qwen3_(next|5)|^Qwen3(Next|_5)/, 'it has recurrent layers'],
  [/moe|^mixtral|^dbrx|^deepseek|^grok|^gpt_?oss|^jamba|^arctic/i, 'it has mixtures of experts'],
  [/mamba|^rwkv|^recurrent_?gemma|^xlstm|^lfm2/i, 'it has recurrent layers'],
  [/^gptj$|^GPTJ|^codegen$|^CodeGen/, 'GPT-J and CodeGen turn neighbouring lengths of a head'],
  [/^gpt_bigcode$|^GPTBigCode/, 'StarCoder shares one key and one value among all heads in a joint matrix'],
  [/^starcoder2$|^Starcoder2/, 'StarCoder 2 is Mistral with other norms and MLPs'],
  [/^opt$|^OPT/, 'OPT numbers its positions from 2 and may project its embedding'],
  [/^bloom$|^Bloom|^mpt$|^M[Pp][Tt]F/, 'it has ALiBi in place of positions'],
  [/^falcon|^Falcon|^RefinedWeb/, 'Falcon joins its projections in a layout of its own'],
  [/^olmo|^Olmo|^hf_olmo/, 'OLMo norms without gains, or only after its parts'],
  [/^(t5|mt5|umt5|bart|mbart|pegasus|marian|whisper)$|^(M?T5|Bart|Whisper)For/, 'it has an encoder'],
  [/^(bert|roberta|distilbert|electra|deberta|albert|modernbert)|ForMaskedLM$/, 'it fills in masked tokens'],
  [/llava|^paligemma|_vl$|_vl_text$|VLFor|^mllama|^Mllama|^idefics|^pixtral|^[Mm]istral3/, 'it reads images'],
];

/** Why an architecture of this name is not computed, where it is one that people have; else null. */
export function refusal(name: string): string | null {
  return REASONS.find(([names]) => names.test(name))?.[1] ?? null;
}

/**
 * Refuses checkpoints of a known family whose weights or purpose are something else.
 * @param architecture the class in `architectures`, or null
 * @throws FileFormatError
 */
export function refuseVariants(config: JsonObject, architecture: string | null, file: string): void {
  const quantization = readOptionalObject(config, 'quantization_config', file);
  if (quantization) {
    const method = readOptionalString(quantization, 'quant_method', file) ?? 'a method that it does not name';
    const reason = `its weights are quantised by ${method}, which is not computed`;
    throw new FileFormatError(file, reason, 'Use the original weights, in 16 or 32 bits');
  }
  if (
    architecture !== null &&
    /For(SequenceClassification|TokenClassification|QuestionAnswering)$/.test(architecture)
  ) {
    const reason = `it is a ${architecture}, which has no unembedding`;
    throw new FileFormatError(file, reason, 'Use a model that predicts the next token');
  }
}
