/** A damaged file, made of a good one. */
import { mutateBytes } from './byteMutations';
import type { Part, Sample } from './format';
import { mutateJson } from './jsonMutations';
import type { Random } from './random';
import { mutateText } from './textMutations';

/** @param donor a good file of the same format, the sample itself or another */
export function mutant(sample: Sample, donor: Sample, random: Random): Uint8Array {
  const index = random.below(sample.parts.length);
  const part = sample.parts[index]!;
  const giver = donor.parts[index] ?? part;
  const bytes = mutatedPart(part, giver.kind === part.kind ? giver : part, random);
  return part.wrap ? part.wrap(bytes) : bytes;
}

function mutatedPart(part: Part, giver: Part, random: Random): Uint8Array {
  const asBytes = part.kind === 'bytes' || random.once(4);
  if (asBytes) return mutateBytes(part, giver.bytes, random);
  const [text, other] = [textOf(part), textOf(giver)];
  return Buffer.from(
    part.kind === 'json'
      ? mutateJson(text, other, random)
      : mutateText(text, other, part.words ?? [], random),
  );
}

const texts = new WeakMap<Part, string>();

function textOf(part: Part): string {
  const text = texts.get(part) ?? Buffer.from(part.bytes).toString('utf8');
  texts.set(part, text);
  return text;
}
