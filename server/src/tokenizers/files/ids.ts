export const downloadAgain = 'Download the tokenizer again';
export const useAnother = 'Use another model, or give exact token ids instead of text';

/** Far beyond any vocabulary; keeps an absurd id from allocating memory. */
const largestId = 2 ** 22;

/** Whether a value of a file can be a token id. */
export function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < largestId;
}
