/** How the fields of an experiment file are described: one table serves reading, completion, hover and the JSON schema. */

/** Names that are known only to the model, its dictionaries or the rest of the file. */
export type NameSource = 'model' | 'dictionary' | 'hook' | 'run' | 'metric' | 'token' | 'prompt';

/** Numbers that the model bounds. */
export type NumberRole = 'layer' | 'head' | 'position' | 'neuron' | 'feature' | 'unit' | 'token';

export interface TextShape {
  readonly type: 'text';
  readonly names?: NameSource;
  /** What the text must look like, and that in words. */
  readonly pattern?: { readonly source: string; readonly words: string };
}

export interface NumberShape {
  readonly type: 'number';
  readonly whole?: boolean;
  readonly least?: number;
  readonly role?: NumberRole;
}

export interface TruthShape {
  readonly type: 'truth';
}

/** One of a few words. */
export interface ChoiceShape {
  readonly type: 'choice';
  /** Meanings by word. */
  readonly words: Readonly<Record<string, string>>;
}

export interface ListShape {
  readonly type: 'list';
  readonly of: Shape;
  readonly least?: number;
  readonly most?: number;
}

/** A mapping with known keys. */
export interface FieldsShape {
  readonly type: 'fields';
  /** What it is called in messages, with its article. */
  readonly title: string;
  readonly fields: Readonly<Record<string, Field>>;
}

/** A mapping whose kind is told by which of these keys it has; each has that key among its fields. */
export interface VariantsShape {
  readonly type: 'variants';
  readonly title: string;
  readonly by: Readonly<Record<string, FieldsShape>>;
}

/** The first that can be written as what stands there: text, number, list or mapping. */
export interface EitherShape {
  readonly type: 'either';
  readonly options: readonly Shape[];
  /** What may be written, where the options one by one are no help to a reader. */
  readonly words?: string;
}

export type Shape =
  TextShape | NumberShape | TruthShape | ChoiceShape | ListShape | FieldsShape | VariantsShape | EitherShape;

export interface Field {
  readonly shape: Shape;
  readonly required?: boolean;
  /** One or two sentences for the hover, the schema and docs/experiments.md. */
  readonly meaning: string;
}

/** A table that has exactly the keys of a type. */
export type FieldsOf<T> = Readonly<Record<keyof Required<T>, Field>>;

/** What a value must be, for messages. */
export function inWords(shape: Shape): string {
  switch (shape.type) {
    case 'text':
      return shape.pattern?.words ?? 'a text';
    case 'number':
      return numberInWords(shape);
    case 'truth':
      return 'true or false';
    case 'choice':
      return alternatives(Object.keys(shape.words));
    case 'list':
      return shape.least !== undefined && shape.least === shape.most
        ? `a list of ${shape.least}`
        : `a list (of ${inWords(shape.of)} each)`;
    case 'fields':
    case 'variants':
      return shape.title;
    case 'either':
      return shape.words ?? alternatives(shape.options.map(inWords));
  }
}

function numberInWords({ whole, least }: NumberShape): string {
  const what = whole ? 'a whole number' : 'a number';
  return least === undefined ? what : `${what}, ${least} or more`;
}

/** `a, b or c`. */
export function alternatives(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)!}`;
}
