// A strict reader of XML without declarations, for tests of drawings.

/** What may stand in XML 1.0, section 2.2. */
const ALLOWED = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
const TAG = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /[^<]+/y;
const REFERENCE = /&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);/g;

/**
 * Reads a document of elements, attributes and text.
 * @returns the texts between tags, entities decoded
 * @throws where it is not well-formed
 */
export function readXml(document: string): readonly string[] {
  if (!ALLOWED.test(document)) throw new Error('forbidden character');
  const open: string[] = [];
  const texts: string[] = [];
  let roots = 0;
  for (let at = 0; at < document.length;) {
    TAG.lastIndex = TEXT.lastIndex = at;
    const text = TEXT.exec(document)?.[0];
    if (text !== undefined) {
      checkReferences(text);
      if (open.length === 0 && text.trim() !== '') throw new Error(`text outside of the root: ${text}`);
      texts.push(decoded(text));
      at += text.length;
      continue;
    }
    const tag = TAG.exec(document);
    if (!tag) throw new Error(`no tag at ${document.slice(at, at + 80)}`);
    const [whole, closing, name, attributes, empty] = tag as unknown as [
      string,
      string,
      string,
      string,
      string,
    ];
    checkReferences(attributes);
    const names = [...attributes.matchAll(/([\w:.-]+)="/g)].map(([, attribute]) => attribute);
    if (new Set(names).size < names.length) throw new Error(`attribute twice: ${whole}`);
    if (closing !== '') {
      if (open.pop() !== name) throw new Error(`closes what is not open: ${whole}`);
    } else if (open.length === 0 && ++roots > 1) throw new Error('two roots');
    else if (empty === '') open.push(name);
    at += whole.length;
  }
  if (open.length > 0 || roots === 0) throw new Error(`never closed: ${open.join(' ')}`);
  return texts;
}

function checkReferences(text: string): void {
  if (text.replace(REFERENCE, '').includes('&')) throw new Error(`stray ampersand: ${text}`);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(REFERENCE, (reference) => {
    const name = reference.slice(1, -1);
    if (name.startsWith('#x')) return String.fromCodePoint(parseInt(name.slice(2), 16));
    return name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : NAMED[name]!;
  });
}
