/**
 * The settings the server acts on. It pulls them with `workspace/configuration` (section `featurescope`, scoped to
 * the document where there is one) and pulls again on `workspace/didChangeConfiguration`.
 */

/** What is one context to the model. */
export type ContextUnit = 'file' | 'paragraph' | 'line';

/** TransformerLens' names (`from_pretrained`). */
export const PROCESSING = [
  'fold_ln',
  'center_writing_weights',
  'center_unembed',
  'fold_value_biases',
] as const;

export type Processing = (typeof PROCESSING)[number];

/** Whether the token that begins a sequence (BOS) stands in front of texts; `auto` is the model's own way. */
export const BOS_POLICIES = ['auto', 'always', 'never'] as const;

export type BosPolicy = (typeof BOS_POLICIES)[number];

export interface Settings {
  readonly context: { readonly unit: ContextUnit };
  readonly features: {
    /** Features shown per dictionary and token. */
    readonly top: number;
  };
  readonly model: {
    /** `demo`, or a folder or file; empty loads nothing at start. */
    readonly path: string;
    /** Dictionaries loaded beside the model; empty means the demo's own when the model is the demo. */
    readonly dictionaries: readonly string[];
    /** Processing of the weights as TransformerLens does it; hook points then have its values. */
    readonly processing: readonly Processing[];
    /** For the texts of documents; experiment files say it themselves. */
    readonly bos: BosPolicy;
  };
  readonly engine: {
    /** `auto` or a provider's name. */
    readonly provider: string;
    /** Private memory of the engine process, in MiB, above which its session cache shrinks. */
    readonly memoryBudget: number;
  };
}

export const defaultSettings: Settings = {
  context: { unit: 'file' },
  features: { top: 5 },
  model: { path: 'demo', dictionaries: [], processing: [], bos: 'auto' },
  engine: { provider: 'auto', memoryBudget: 2048 },
};

/** Total: whatever a settings file holds becomes a usable value, and what is missing or senseless the default. */
export function normaliseSettings(value: unknown): Settings {
  const d = defaultSettings;
  const root = record(value);
  const model = record(root['model']);
  const engine = record(root['engine']);
  return {
    context: { unit: oneOf(record(root['context'])['unit'], ['file', 'paragraph', 'line'], d.context.unit) },
    features: { top: integer(record(root['features'])['top'], 1, 50, d.features.top) },
    model: {
      path: text(model['path'], d.model.path),
      dictionaries: texts(model['dictionaries']),
      processing: PROCESSING.filter((flag) => texts(model['processing']).includes(flag)),
      bos: oneOf(model['bos'], BOS_POLICIES, d.model.bos),
    },
    engine: {
      provider: text(engine['provider'], d.engine.provider) || d.engine.provider,
      memoryBudget: integer(engine['memoryBudget'], 256, 1 << 20, d.engine.memoryBudget),
    },
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], fallback: T): T {
  return allowed.find((candidate) => candidate === value) ?? fallback;
}

function integer(value: unknown, minimum: number, maximum: number, fallback: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return fallback;
  return Math.min(maximum, Math.max(minimum, Math.round(value)));
}

function text(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value.trim() : fallback;
}

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is string => typeof item === 'string' && item.trim() !== '');
}
