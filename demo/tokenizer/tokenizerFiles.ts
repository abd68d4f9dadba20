import { digitPairs } from './preTokenise';
import { endOfText, type Vocabulary } from './trainTokenizer';

/** The content of a Hugging Face `tokenizer.json` for a vocabulary. */
export function tokenizerJson(vocabulary: Vocabulary): object {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const id = vocabulary.tokens.indexOf(endOfText);
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      {
        id,
        content: endOfText,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: digitPairs }, behavior: 'Isolated', invert: false },
        byteLevel,
      ],
    },
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.tokens.map((token, index) => [token, index])),
      merges: vocabulary.merges,
    },
  };
}

/** The content of `tokenizer_config.json`. BOS is not added by the tokenizer, as in GPT-2: programs prepend it. */
export function tokenizerConfigJson(context: number): object {
  return {
    add_bos_token: false,
    add_prefix_space: false,
    bos_token: endOfText,
    eos_token: endOfText,
    unk_token: endOfText,
    model_max_length: context,
    tokenizer_class: 'GPT2Tokenizer',
  };
}
