// GPT-2's pre-tokenizer: the pieces that the pattern
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// finds (openai/gpt-2 `src/encoder.py`), with \s as Unicode White_Space. Written out by hand because the pattern overflows V8's
// stack on a run of some million characters without a space, and because JavaScript's \s differs at U+0085 and U+FEFF.

const letter = 1;
const number = 2;
const space = 3;
const other = 4;
type CharacterClass = typeof letter | typeof number | typeof space | typeof other;

function classify(character: string): CharacterClass {
  if (/\p{L}/u.test(character)) return letter;
  if (/\p{N}/u.test(character)) return number;
  return /\p{White_Space}/u.test(character) ? space : other;
}

/** Classes of the 16-bit code points met so far; 0 is not known yet. */
const knownClasses = new Uint8Array(0x1_0000);

function classAt(text: string, at: number): CharacterClass {
  const code = text.codePointAt(at)!;
  if (code > 0xffff) return classify(String.fromCodePoint(code));
  const known = knownClasses[code]!;
  if (known !== 0) return known as CharacterClass;
  const found = classify(String.fromCharCode(code));
  knownClasses[code] = found;
  return found;
}

function unitsAt(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}

/** The end of the run of one class that starts at `at`. */
function runEnd(text: string, at: number, wanted: CharacterClass): number {
  let end = at;
  while (end < text.length && classAt(text, end) === wanted) end += unitsAt(text, end);
  return end;
}

const contraction = /'(?:s|t|re|ve|m|ll|d)/y;

function contractionEnd(text: string, at: number): number | null {
  contraction.lastIndex = at;
  return contraction.test(text) ? contraction.lastIndex : null;
}

/** The end of a white-space piece: a run leaves its last character to the word that follows, unless it has only one. */
function spaceEnd(text: string, at: number): number {
  const end = runEnd(text, at, space);
  return end === text.length || end === at + 1 ? end : end - 1;
}

/** The end of the piece that starts at `at`. */
function pieceEnd(text: string, at: number): number {
  if (text[at] === "'") {
    const end = contractionEnd(text, at);
    if (end !== null) return end;
  }
  const afterSpace = text[at] === ' ' && at + 1 < text.length ? at + 1 : at;
  const kind = classAt(text, afterSpace);
  return kind === space ? spaceEnd(text, at) : runEnd(text, afterSpace, kind);
}

/** Calls `emit` with GPT-2's pieces of a text, in order; together they are the text. */
export function gpt2Pieces(text: string, emit: (piece: string) => void): void {
  for (let at = 0; at < text.length;) {
    const end = pieceEnd(text, at);
    emit(text.slice(at, end));
    at = end;
  }
}
