"""Tiny tokenizers of every family's chain and what the original libraries make of texts. Usage: python tokenizer_families.py"""

import base64
import io
import json
import random
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

FOLDER = Path(__file__).parent / "fixtures" / "tokenizers"
CORPUS = [
    "When the rain came over the hill, the other men went there and then to the water.",
    "In the end it is the same thing; she said that he had been on the road with them.",
    "for i in range(10):\n    return None  # and the rest\n\n\tif x == 2026:\n\t\tpass\r\n",
    "It's what they're here for, isn't it? We'll see. I'M SURE WE'RE THE LAST.", "numbers 12345 678 90 and 1,000,000.5",
    "d\u00e9j\u00e0 vu na\u00efve caf\u00e9 \u00fcber stra\u00dfe", "\u041f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440 \u0438 \u043c\u0438\u0440",
    "\u65e5\u672c\u8a9e\u306e\u6587\u306f\u65e5\u672c\u306e\u6587", "\ud55c\uad6d\uc5b4 \ud55c\uad6d",
    "one  two   three    four      six        eight",
] * 3
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
GPT4O = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|[^\r\n\p{L}\p{N}]?+[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]++[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*"
         r"|\s*[\r\n]+|\s+(?!\S)|\s+")
MARK = "\u2581"


def added(token_id, content, special=True, **flags):
    return {"id": token_id, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": special} | flags


def sequence(kind, key, *steps):
    return {"type": "Sequence", key: list(steps)} if kind else None


def normalizers(*steps):
    return {"type": "Sequence", "normalizers": list(steps)}


def pretokenizers(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def replace(old, new):
    return {"type": "Replace", "pattern": {"String": old}, "content": new}


def split(regex, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": {"Regex": regex}, "behavior": behavior, "invert": invert}


def byte_level(**options):
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": True} | options


def metaspace(scheme="always", splits=True):
    return {"type": "Metaspace", "replacement": MARK, "prepend_scheme": scheme, "split": splits}


def decoders(*steps):
    return {"type": "Sequence", "decoders": list(steps)}


def template(token_id, content):
    return {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": content, "type_id": 0}},
                                                     {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {content: {"id": content, "ids": [token_id], "tokens": [content]}}}


def definition(model, tokens=(), normalizer=None, pre_tokenizer=None, post_processor=None, decoder=None):
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": list(tokens), "normalizer": normalizer,
            "pre_tokenizer": pre_tokenizer, "post_processor": post_processor, "decoder": decoder, "model": model}


def byte_pairs(pre_tokenizer, size=400, **options):
    """Byte-level BPE, trained under a pre-tokenizer."""
    shell = Tokenizer.from_str(json.dumps(definition({"type": "BPE", "vocab": {}, "merges": []}, pre_tokenizer=pre_tokenizer)))
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    shell.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False))
    model = json.loads(shell.to_str())["model"]
    return {"type": "BPE", "vocab": model["vocab"], "merges": model["merges"]} | options


def trained_on_words(size):
    shell = Tokenizer(models.BPE())
    shell.pre_tokenizer = pre_tokenizers.Metaspace()
    shell.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=size, show_progress=False))
    return json.loads(shell.to_str())["model"]


def character_pairs(specials, size=220, with_bytes=True, **options):
    """SentencePiece-like BPE: special tokens, bytes, characters and merges, in that order."""
    trained = trained_on_words(size)
    words = sorted(trained["vocab"], key=trained["vocab"].get)
    spaces = [MARK * count for count in range(2, 9)]
    merges = trained["merges"] + [[MARK * (count // 2), MARK * (count - count // 2)] for count in range(2, 9)]
    entries = [*specials, *(BYTES if with_bytes else []), *words, *(s for s in spaces if s not in trained["vocab"])]
    return {"type": "BPE", "vocab": {entry: i for i, entry in enumerate(dict.fromkeys(entries))}, "merges": merges,
            "unk_token": "<unk>", "fuse_unk": True, "byte_fallback": with_bytes} | options


def unigram(specials, with_bytes=False, size=160):
    """Pieces that BPE found: the library's own Unigram trainer does not give the same twice."""
    words = sorted(trained_on_words(size)["vocab"], key=lambda word: (-len(word), word))
    pieces = [[word, -2 - len(word) - (i % 17) / 8] for i, word in enumerate(words)]
    head = [[entry, 0.0] for entry in specials] + [[entry, -20.0] for entry in (BYTES if with_bytes else [])]
    # Equal scores make ties.
    tied = [["th", -5.0], ["he", -5.0], ["the", -10.0], ["t", -5.0], ["e", -5.0], ["h", -5.0]]
    known = {piece for piece, _ in head + tied}
    return {"type": "Unigram", "vocab": head + tied + [p for p in pieces if p[0] not in known],
            "unk_id": specials.index("<unk>"), "byte_fallback": with_bytes}


SPM_DECODER = decoders(replace(MARK, " "), {"type": "ByteFallback"}, {"type": "Fuse"},
                       {"type": "Strip", "content": " ", "start": 1, "stop": 0})
LLAMA_TOKENS = ["<unk>", "<s>", "</s>"]


def families(charsmap):
    """Name, definition and tokenizer_config.json of each."""
    base = byte_pairs(byte_level())
    last = len(base["vocab"])
    end = added(last, "<|endoftext|>")
    yield "phi", definition(base, [end, added(last + 1, " " * 4, False), added(last + 2, " " * 2, False), added(last + 3, "\t\t", False)],
                            pre_tokenizer=byte_level(), decoder=byte_level()), {"bos_token": "<|endoftext|>"}
    yield "neox", definition(base, [end] + [added(last + i - 1, " " * i, False, normalized=True) for i in range(2, 25)],
                             {"type": "NFC"}, byte_level(), byte_level(trim_offsets=True), byte_level()), {"bos_token": "<|endoftext|>"}
    llama3 = pretokenizers(split(LLAMA3), byte_level(use_regex=False))
    model = byte_pairs(llama3, ignore_merges=True)
    begin = "<|begin_of_text|>"
    yield "llama3", definition(model, [added(len(model["vocab"]), begin), added(len(model["vocab"]) + 1, "<|eot_id|>")], None, llama3,
                               sequence(True, "processors", byte_level(), template(len(model["vocab"]), begin)), byte_level()), {"bos_token": begin}
    qwen = pretokenizers(split(LLAMA3.replace("{1,3}", "")), byte_level(use_regex=False))
    model = byte_pairs(qwen)
    yield "qwen", definition(model, [added(len(model["vocab"]) + i, t) for i, t in enumerate(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])],
                             {"type": "NFC"}, qwen, byte_level(), byte_level()), {"bos_token": None}
    gpt4o = pretokenizers(split(GPT4O), byte_level(use_regex=False))
    yield "gpt4o", definition(byte_pairs(gpt4o), [], None, gpt4o, None, byte_level()), {}
    tokens = [added(i, t) for i, t in enumerate(LLAMA_TOKENS)]
    llama = character_pairs(LLAMA_TOKENS)
    yield "llama2", definition(llama, tokens, normalizers({"type": "Prepend", "prepend": MARK}, replace(" ", MARK)), None,
                               template(1, "<s>"), SPM_DECODER), {"bos_token": {"content": "<s>"}, "add_bos_token": True}
    yield "mistral", definition(llama, tokens + [added(len(llama["vocab"]), "[INST]", False, normalized=True)], None, metaspace("first", False),
                                template(1, "<s>"), SPM_DECODER), {"bos_token": "<s>"}
    names = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>", "\n", "\n\n", "\t", "<html>"]
    model = character_pairs(names)
    user = {"\n", "\n\n", "\t", "<html>"}
    spaces = [added(model["vocab"][MARK * i], MARK * i, False) for i in range(2, 9)]
    yield "gemma", definition(model, [added(i, t, t not in user) for i, t in enumerate(names)] + spaces, replace(" ", MARK),
                              {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False},
                              template(2, "<bos>"), decoders(replace(MARK, " "), {"type": "ByteFallback"}, {"type": "Fuse"})), {"bos_token": "<bos>"}
    plain = character_pairs(LLAMA_TOKENS, with_bytes=False, fuse_unk=False)
    yield "unknown", definition(plain, tokens, replace(" ", MARK), None, None, decoders(replace(MARK, " "), {"type": "Fuse"})), {}
    precompiled = {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap).decode()}
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    roberta = {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True, "add_prefix_space": True}
    yield "unigram", definition(unigram(names), [added(i, t) for i, t in enumerate(names[:4])] + [added(4, "<mask>", lstrip=True)], precompiled,
                                pretokenizers({"type": "WhitespaceSplit"}, metaspace()), roberta, metaspace()), {"bos_token": "<s>"}
    yield "unigram-bytes", definition(unigram(LLAMA_TOKENS, True), tokens, replace(" ", MARK), None, None, SPM_DECODER), {}
    words = sorted({word for line in CORPUS for word in line.split()})
    vocab = {word: i for i, word in enumerate(["<unk>", *words])}
    yield "words", definition({"type": "WordLevel", "vocab": vocab, "unk_token": "<unk>"}, [added(0, "<unk>")],
                              pre_tokenizer={"type": "Whitespace"}), {}


def components(charsmap):
    """Single steps, each with the same model, whose ids show the text and where it was split."""
    behaviors = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]
    precompiled = {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap).decode()}
    for normalizer in [{"type": "NFC"}, {"type": "NFD"}, {"type": "NFKC"}, {"type": "NFKD"}, {"type": "Lowercase"},
                       {"type": "Strip", "strip_left": True, "strip_right": False}, {"type": "Strip", "strip_left": False, "strip_right": True},
                       normalizers({"type": "NFD"}, {"type": "StripAccents"}, normalizers({"type": "Lowercase"})), precompiled,
                       normalizers({"type": "Prepend", "prepend": "<<"}, {"type": "NFKC"}, replace("e", "")),
                       {"type": "Replace", "pattern": {"Regex": "\\s+|(?<=t)h"}, "content": "__"}]:
        yield {"normalizer": normalizer, "pre_tokenizer": None}
    for behavior in behaviors:
        for invert in [False, True]:
            yield {"normalizer": None, "pre_tokenizer": split("[\\s\\p{P}]", behavior, invert)}
    for pre_tokenizer in [{"type": "Digits", "individual_digits": True}, {"type": "Digits", "individual_digits": False},
                          *({"type": "Punctuation", "behavior": behavior} for behavior in behaviors), {"type": "Whitespace"},
                          {"type": "WhitespaceSplit"}, {"type": "BertPreTokenizer"}, {"type": "CharDelimiterSplit", "delimiter": "e"},
                          *(metaspace(scheme, splits) for scheme in ["first", "never", "always"] for splits in [True, False]),
                          pretokenizers({"type": "WhitespaceSplit"}, metaspace("first")),
                          pretokenizers(metaspace("always"), {"type": "Digits", "individual_digits": True}, {"type": "Punctuation"}),
                          *(split(pattern) for pattern in PATTERNS)]:
        yield {"normalizer": None, "pre_tokenizer": pre_tokenizer}


PATTERNS = [
    r"th|the|he", r"t.*?e", r"(?:ab|a)(?:c|bc)", r"\p{N}{2}", r"\p{N}{1,2}(?=(?:\p{N}{2})*(?!\p{N}))", r"[a-z&&[^aeiou]]+", r"[^\S\n]+",
    r"(?>a|ab)c", r"\w++", r"\b\w", r"^\s*", r".$", r"(?i)the(?-i:n)|é", r"(?i:[k-s]+)", r"\P{L}{2,}?", r"\h+", r"[\p{Han}\p{Hiragana}]+",
    r"(?<!e)n", r"(?:th?|e)+", r"(?:e|t|h)*+n", r"(?:[a-c]\s?){2,3}?", r"[\]\-a]+|[é-ü\x{65e5}]", r"\p{^L}\p{Lu}", r"(?i:ſ|'s)",
]
TEXTS = [
    "", "the", " the", "  the", "the ", "hello  world", "a<s> hello", "<s>", "x<s>", "<s> <s>", "a <mask>  b", "[INST] hi [/INST]",
    "<|im_start|>user\nhi<|im_end|>", "<start_of_turn>user\n\nhi<end_of_turn>", "<|begin_of_text|>a<|eot_id|>", "<html>\t<b>",
    "I'M 12345 h\u00e9llo\n\n  ok", "'\u017f '\u017f", "cafe\u0301 e\u0301\u0323", "\u1112\u1161\u11ab \ud55c", "zz\U0001f600\U0001f600 z",
    "hello wo \U0001f600\u00e9\u00a0x", "\ufb01ne \u2460 \uff76\uff9e \u00bd", "\u0130stanbul \u03a3\u03a3 STRASSE", "a\u0085b\ufeffc\u180ed\u001ce\u2028f",
    "\u200b\u200d\u202eabc\u202c", "\U0001f469\u200d\U0001f52c", "a\u0000b", "\r\n\r\n", "\t\t    \t", "x" * 40 + " " * 30 + "y", "\u0301a", "   ",
    "1,000,000.5 \u0663\u2167\u00b2", "the<unk>the", "<0x41> <0x0A>", "\u2581the \u2581\u2581", "\ufffd\ufffd", "abcabbc aab",
]
RANGES = [(0x20, 0x7e), (0x61, 0x7a), (0x61, 0x7a), (0x20, 0x20), (0x65, 0x68), (0x09, 0x0d), (0x30, 0x39), (0xa0, 0x24f), (0x300, 0x36f),
          (0x3a3, 0x3c9), (0x430, 0x44f), (0x5d0, 0x5ea), (0x900, 0x97f), (0x1100, 0x11ff), (0x1e00, 0x1eff), (0x2000, 0x206f), (0x2150, 0x218b),
          (0x3040, 0x30ff), (0x65e0, 0x65ff), (0xac00, 0xd7a3), (0xfb00, 0xfb06), (0xff01, 0xffdc), (0x1f600, 0x1f64f), (0x1d400, 0x1d4ff)]


def random_texts(count, seed):
    draw = random.Random(seed)
    return ["".join(chr(draw.randint(*draw.choice(RANGES))) for _ in range(draw.randint(1, 24))) for _ in range(count)]


def utf16_ends(text, offsets):
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if ord(character) > 0xffff else 1))
    return [units[end] for _, end in offsets]


def expected(content, texts, with_ends):
    tokenizer = Tokenizer.from_str(json.dumps(content))
    cases = []
    for text in texts:
        encoding = tokenizer.encode(text, add_special_tokens=False)
        case = {"ids": encoding.ids, "decoded": tokenizer.decode(encoding.ids, skip_special_tokens=False)}
        if with_ends:
            case["ends"] = utf16_ends(text, encoding.offsets)
        cases.append(case)
    return cases


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")


def sentence_piece(name, texts, **options):
    """Trains, writes and runs a model of google/sentencepiece itself."""
    file = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(CORPUS), model_writer=file, num_threads=1, minloglevel=2,
                                             hard_vocab_limit=False, **options)
    model = sentencepiece.SentencePieceProcessor(model_proto=file.getvalue())
    path = FOLDER / name / "tokenizer.model"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.getvalue())
    write(FOLDER / name / "cases.json", [{"ids": model.encode(text)} for text in texts])
    return file.getvalue()


def charsmap_of(rules):
    """The table that SentencePiece compiles from rules, each (source, target)."""
    path = Path("/tmp/charsmap_rules.tsv")
    path.write_text("".join("\t".join(" ".join(f"{ord(c):X}" for c in side) for side in rule) + "\n" for rule in rules))
    file = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(CORPUS), model_writer=file, vocab_size=400, model_type="bpe",
                                             normalization_rule_tsv=str(path), minloglevel=2, hard_vocab_limit=False)
    proto = file.getvalue()
    spec = message_field(proto, 3)
    return message_field(spec, 2), str(path)


def message_field(message, wanted):
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
    while at < len(message):
        key = varint()
        if key & 7 == 0:
            varint()
        elif key & 7 == 5:
            at += 4
        else:
            length = varint()
            if key >> 3 == wanted:
                return message[at:at + length]
            at += length
    raise KeyError(wanted)


RULES = [("\ufb01", "fi"), ("\u00a0", " "), ("\t", " "), ("\n", " "), ("\r", " "), ("e\u0301", "\u00e9"), ("\u2460", "1"), ("\uff76\uff9e", "\u30ac"), ("\uff76", "\u30ab"),
         ("\u200b", ""), ("\u1112\u1161\u11ab", "\ud55c"), ("\u00bd", "1\u20442"), ("A", "a"), ("\u0130", "i\u0307")]


def main():
    texts = TEXTS + random_texts(90, 1)
    write(FOLDER / "texts.json", texts)
    charsmap, rules = charsmap_of(RULES)
    for name, content, config in families(charsmap):
        write(FOLDER / name / "tokenizer.json", content)
        write(FOLDER / name / "tokenizer_config.json", config)
        write(FOLDER / name / "cases.json", expected(content, texts, True))
    specials = ["<unk>"]
    model = character_pairs(specials)
    short = TEXTS[1:] + random_texts(25, 2)
    write(FOLDER / "components.json", {
        "definition": definition(model), "texts": short,
        "components": [part | {"cases": [case["ids"] for case in expected(definition(model) | part, short, False)]}
                       for part in components(charsmap)]})
    plain = [text for text in texts if "\u0000" not in text and "<" not in text]
    write(FOLDER / "sentencepiece-texts.json", plain)
    common = {"vocab_size": 450, "character_coverage": 0.9995, "byte_fallback": True}
    sentence_piece("spm-bpe", plain, model_type="bpe", normalization_rule_name="identity", remove_extra_whitespaces=False, **common)
    sentence_piece("spm-bpe-gemma", plain, model_type="bpe", normalization_rule_name="identity", remove_extra_whitespaces=False,
                   add_dummy_prefix=False, **common)
    sentence_piece("spm-unigram", plain, model_type="unigram", normalization_rule_tsv=rules, vocab_size=200,
                   user_defined_symbols=["the", MARK + "end"])
    sentence_piece("spm-unigram-bytes", plain, model_type="unigram", normalization_rule_tsv=rules, **common)


if __name__ == "__main__":
    main()
