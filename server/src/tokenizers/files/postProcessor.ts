import { FileFormatError } from '../../formats/errors';
import {
  describe,
  field,
  isJsonObject,
  type JsonObject,
  readList,
  readObject,
  readOptionalObject,
  readString,
} from '../../formats/json';
import { downloadAgain, isId } from './ids';

/** The special token that the post-processor's steps write before a single text, or null. @throws FileFormatError */
export function readPrependedId(steps: readonly JsonObject[], file: string): number | null {
  for (const step of steps) {
    const type = field(step, 'type');
    const id = type === 'TemplateProcessing' ? templateId(step, file) : null;
    if (id !== null) return id;
    if (type === 'RobertaProcessing' || type === 'BertProcessing') return classId(step, file);
  }
  return null;
}

function templateId(step: JsonObject, file: string): number | null {
  const first = readList(step, 'single', file)[0];
  const special = isJsonObject(first) ? readOptionalObject(first, 'SpecialToken', file) : null;
  if (!special) return null;
  const name = readString(special, 'id', file);
  const entry = readObject(readObject(step, 'special_tokens', file), name, file);
  const [id] = readList(entry, 'ids', file);
  if (isId(id)) return id;
  throw new FileFormatError(file, `the post-processor's token ${describe(name)} has no id`, downloadAgain);
}

/** `"cls": ["<s>", 0]` */
function classId(step: JsonObject, file: string): number {
  const [, id] = readList(step, 'cls', file);
  if (isId(id)) return id;
  throw new FileFormatError(file, `the post-processor's "cls" has no id`, downloadAgain);
}
