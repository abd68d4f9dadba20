/**
 * The first key that occurs twice in one object of a JSON text, or null. `JSON.parse` would silently keep the last one.
 * @param json text that `JSON.parse` has accepted.
 */
export function duplicateKey(json: string): string | null {
  // One entry per open bracket: the keys of an object, null for a list.
  const open: (Set<string> | null)[] = [];
  let keyExpected = false;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '{':
        open.push(new Set());
        keyExpected = true;
        break;
      case '[':
        open.push(null);
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        keyExpected = open.at(-1) !== null;
        break;
      case '"': {
        const end = endOfString(json, at);
        const keys = open.at(-1);
        if (keyExpected && keys) {
          const key = JSON.parse(json.slice(at, end)) as string;
          if (keys.has(key)) return key;
          keys.add(key);
          keyExpected = false;
        }
        at = end - 1;
        break;
      }
      default:
    }
  }
  return null;
}

/** The index after the closing quote of the string that opens at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}
