"""A byte-level BPE tokenizer of 300 tokens for gpt2-tiny, trained and saved by Hugging Face's tokenizers library."""

import json

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, GPT2TokenizerFast

END = "<|endoftext|>"
CORPUS = ["When the rain came over the hill, the other men went there and then to the water.",
          "In the end it is the same thing; she said that he had been on the road with them.",
          "for i in range(10): return None  # and the rest", "It's what they're here for, isn't it? We'll see."]
TEXTS = ["", "the", " the", "When the men went", "hello  world", " \n\t\r\nthe", "isn't they'll WE'RE", "x=10;y=2026",
         "na\u00efve cafe\u0301", "\u65e5\u672c\u8a9e\u306e\u6587", "\U0001f469\u200d\U0001f52c ok \U0001f600",
         "\u00a0the\u2003end", END, "the" + END + " end", "tab\there", "a\u0000b"]


def write(folder):
    """Saves tokenizer files into `folder`; returns the ids that both libraries give for TEXTS."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=299, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
                                  show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([END])
    assert tokenizer.get_vocab_size() == 300 and tokenizer.token_to_id(END) == 299
    GPT2TokenizerFast(tokenizer_object=tokenizer, bos_token=END, eos_token=END, unk_token=END,
                      model_max_length=64).save_pretrained(folder)
    written, read_back = Tokenizer.from_file(str(folder / "tokenizer.json")), AutoTokenizer.from_pretrained(folder)
    cases = []
    for text in TEXTS:
        ids = written.encode(text).ids
        assert ids == read_back.encode(text) and written.decode(ids, skip_special_tokens=False) == text
        cases.append({"text": text, "ids": ids})
    return cases


def write_cases(path, cases):
    path.write_text(json.dumps(cases, indent=1) + "\n")
