/** The published schema of experiment files, made of the same table that reads them. */
import { experiment } from './fields';
import type { ChoiceShape, Field, FieldsShape, NumberShape, Shape } from './shape';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON schema (draft 7) of an experiment file. */
export function experimentSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Featurescope experiment',
    description: 'What a *.fscope.yaml file says; docs/experiments.md explains it with examples.',
    ...objectSchema(experiment),
  };
}

function schemaOf(shape: Shape): JsonSchema {
  switch (shape.type) {
    case 'text':
      return { type: 'string', ...(shape.pattern ? { pattern: shape.pattern.source } : {}) };
    case 'number':
      return numberSchema(shape);
    case 'truth':
      return { type: 'boolean' };
    case 'choice':
      return choiceSchema(shape);
    case 'list':
      return {
        type: 'array',
        items: schemaOf(shape.of),
        ...(shape.least === undefined ? {} : { minItems: shape.least }),
        ...(shape.most === undefined ? {} : { maxItems: shape.most }),
      };
    case 'fields':
      return objectSchema(shape);
    case 'variants':
      return { oneOf: Object.values(shape.by).map(objectSchema) };
    case 'either':
      return { anyOf: shape.options.map(schemaOf) };
  }
}

function numberSchema({ whole, least }: NumberShape): JsonSchema {
  return { type: whole ? 'integer' : 'number', ...(least === undefined ? {} : { minimum: least }) };
}

function choiceSchema({ words }: ChoiceShape): JsonSchema {
  return { enum: Object.keys(words), enumDescriptions: Object.values(words) };
}

function objectSchema({ fields }: FieldsShape): JsonSchema {
  const required = Object.keys(fields).filter((key) => fields[key]!.required);
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fieldSchema(field)])),
  };
}

function fieldSchema({ shape, meaning }: Field): JsonSchema {
  return { description: meaning, ...schemaOf(shape) };
}
