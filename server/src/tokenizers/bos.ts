import { FileFormatError } from '../formats/errors';
import { describe } from '../formats/json';
import type { SpecialTokens } from './files/tokenizerConfig';
import type { TokenizerParts } from './pipelineTokenizer';

/** What GPT-2 and its relatives use at the start of a sequence. */
const endOfText = '<|endoftext|>';
/** Only where nothing else says what BOS is: a tokenizer with this one is Qwen's. */
const turnStart = '<|im_start|>';

/**
 * The token that stands at the start of a sequence, or null. The tokenizer's own files decide; then what the tokenizer itself puts
 * in front of texts; then config.json, except for Qwen, whose config.json names a token that the model was not trained with in
 * front; then the name that GPT-2 and its relatives have for it.
 * @throws FileFormatError when the files name one that the vocabulary does not have.
 */
export function findBos(
  special: SpecialTokens,
  { file, prependedId, vocabulary }: TokenizerParts,
): number | null {
  if (special.bos === null || special.bos === '') return null;
  if (special.bos !== undefined) {
    const id = vocabulary.idOfName(special.bos);
    if (id !== null) return id;
    const reason = `"bos_token" ${describe(special.bos)} is not in the vocabulary`;
    throw new FileFormatError(special.file, reason, 'Correct the file');
  }
  if (prependedId !== null) {
    if (vocabulary.nameOf(prependedId) !== undefined) return prependedId;
    const reason = `it puts the token ${prependedId} in front of texts, which is not in the vocabulary`;
    throw new FileFormatError(file, reason, 'Download the tokenizer again');
  }
  if (special.modelType?.startsWith('qwen') || vocabulary.addedId(turnStart) !== null) return null;
  const { configBosId } = special;
  if (configBosId !== null && vocabulary.nameOf(configBosId) !== undefined) return configBosId;
  return vocabulary.idOfName(endOfText);
}
