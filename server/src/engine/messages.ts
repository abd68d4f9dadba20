/** What the server says to the engine process and back, over Node's IPC with advanced serialization (typed arrays intact). */
import type { WeightCosts } from '../models/estimate';
import type { ModelDimensions, ProcessingFlag } from '../models/family';
import type { Provider, Tensor } from './ort';
import type { Plan } from './plan';
import type {
  AttributeParams,
  AttributeResult,
  DirectParams,
  DirectResult,
  SweepParams,
  SweepPart,
  SweepResult,
} from './causal/requests';
import type {
  CircuitCarriers,
  CircuitCarriersParams,
  CircuitEffect,
  CircuitEffectsParams,
  CircuitRow,
  CircuitRowsParams,
  CircuitRun,
  CircuitSources,
} from './circuits/requests';
import type { SteeredPair, SteeredToken, SteeringEdit } from './steering/requests';

export interface LoadParams {
  /** A model folder or a weight file. */
  readonly path: string;
  readonly provider?: Provider;
  /** Private memory of the engine, in bytes, past which idle sessions are dropped. */
  readonly memoryBudget?: number;
  /** Hook points have the values that they would have after this processing of the weights; none unless given. */
  readonly processing?: readonly ProcessingFlag[];
}

export interface ModelSummary {
  /** Real path of the model's folder. */
  readonly folder: string;
  readonly family: string;
  /** Of its weight files: `safetensors`, `PyTorch`, `llama2.c (version 1)`. */
  readonly format: string;
  readonly dimensions: ModelDimensions;
  /** False when every position sees every other. */
  readonly causal: boolean;
  /** Hook points in running order, costly ones included. */
  readonly hooks: readonly string[];
  /** Header hash, size and time of every weight file, and the processing: what makes two loads the same model. */
  readonly identity: string;
  /** The processing that was asked for and changes something in this model. */
  readonly processing: readonly ProcessingFlag[];
  readonly weightBytes: number;
  readonly parameters: number;
  readonly costs: WeightCosts;
  /** Element types on disk, e.g. `F32`. */
  readonly dtypes: readonly string[];
  /** The tokens after which a text is over (`eos_token_id` of config.json and generation_config.json). */
  readonly endsOfText: readonly number[];
  readonly warnings: readonly string[];
}

export interface LoadDictionaryParams {
  /** The name under which plans use it. */
  readonly id: string;
  /** Its folder. */
  readonly path: string;
  /** The constant of `expected_average_only_in`, where no file says it. */
  readonly normFactor?: number;
}

export interface DictionarySummary {
  readonly id: string;
  readonly folder: string;
  /** `standard`, `jumprelu`, `topk`, `gated`, with `transcoder` or `skip_transcoder` before it where it is one. */
  readonly kind: string;
  readonly hookName: string;
  readonly hookNameOut: string;
  /** The one head that it reads, or null for all of the hook point. */
  readonly hookHeadIndex: number | null;
  /** The hook point name of its features in plans. */
  readonly featureHook: string;
  readonly dIn: number;
  readonly dOut: number;
  readonly dSae: number;
  /** Header hash, size and time of its weight file: what makes two loads the same dictionary. */
  readonly identity: string;
  readonly weightBytes: number;
  readonly warnings: readonly string[];
}

export interface RunParams {
  readonly plan: Plan;
  /** Rows of equal length; empty when the plan starts from hook points. */
  readonly tokens: readonly (readonly number[])[];
  readonly feeds?: ReadonlyMap<string, Tensor>;
}

export type Tensors = ReadonlyMap<string, Tensor>;

export interface GenerateParams {
  /** Not empty: BOS, if the model wants one, is already in front. */
  readonly tokens: readonly number[];
  readonly maxTokens: number;
  /** Stop before any of these tokens (end of text). */
  readonly stop: readonly number[];
  /** 0 is greedy. */
  readonly temperature: number;
  readonly seed: number;
  /** Edits, in order at each hook point. None: the model as it is. */
  readonly steering: readonly SteeringEdit[];
}

export interface GeneratedToken {
  readonly id: number;
  /** ln p of the token where it was chosen. */
  readonly logProb: number;
  /** When steered: by how much each edit moved what it is about, at most, over the positions run for this token. */
  readonly changes?: readonly number[];
}

/** Every method: what it is given, what it answers, what it may send before. */
export interface EngineMethods {
  load: { params: LoadParams; result: ModelSummary; partial: never };
  /** What loading would give; what is loaded stays. */
  describe: { params: LoadParams; result: ModelSummary; partial: never };
  unload: { params: null; result: null; partial: never };
  loadDictionary: { params: LoadDictionaryParams; result: DictionarySummary; partial: never };
  unloadDictionary: { params: { readonly id: string }; result: null; partial: never };
  /** Outputs of the plan, the batch as first axis. */
  run: { params: RunParams; result: Tensors; partial: never };
  /** `feature_acts`, `reconstruction` of x [n, dIn]. Needs no model when the dictionary was loaded without one. */
  encode: { params: { readonly id: string; readonly x: Tensor }; result: Tensors; partial: never };
  decoderRows: {
    params: { readonly id: string; readonly features: readonly number[] };
    result: Tensor;
    partial: never;
  };
  /** `values` (cosines), `indices` [1, k]. */
  nearest: {
    params: { readonly id: string; readonly feature: number; readonly k: number };
    result: Tensors;
    partial: never;
  };
  generate: { params: GenerateParams; result: readonly GeneratedToken[]; partial: GeneratedToken };
  /** The plain and the steered continuation side by side. */
  steer: { params: GenerateParams; result: SteeredPair; partial: SteeredToken };
  /** The metric for every cell: exact activation patching. What is finished comes as partial results. */
  sweep: { params: SweepParams; result: SweepResult; partial: SweepPart };
  /** Estimates for all nodes at once, from gradients. */
  attribute: { params: AttributeParams; result: AttributeResult; partial: never };
  direct: { params: DirectParams; result: DirectResult; partial: never };
  /** The sources of an attribution graph: active features, errors, logits. */
  circuit: { params: CircuitRun; result: CircuitSources; partial: never };
  /** Direct effects on each target; all rows come as partial results, as they are finished, in no fixed order. */
  circuitRows: { params: CircuitRowsParams; result: null; partial: readonly CircuitRow[] };
  /** What follows from changing sources; all come as partial results, in order. */
  circuitEffects: { params: CircuitEffectsParams; result: null; partial: readonly CircuitEffect[] };
  circuitCarriers: { params: CircuitCarriersParams; result: CircuitCarriers; partial: never };
  /** Multiplications and additions a second of a large matrix product on the CPU. */
  speed: { params: null; result: number; partial: never };
  /** Private memory of the engine, in bytes, the providers of this build of the runtime, and its version. */
  status: {
    params: null;
    result: { readonly memoryBytes: number; readonly providers: readonly string[]; readonly runtime: string };
    partial: never;
  };
}

export type EngineMethod = keyof EngineMethods;

/** Why a request failed: `input` is the user's to cure (file, request), `internal` is ours. */
export interface EngineFailure {
  readonly kind: 'input' | 'cancelled' | 'internal';
  readonly message: string;
  /** The file that is at fault, and what the user can do about it, where that is known. */
  readonly file?: string;
  readonly cure?: string;
}

export type ToEngine =
  | { readonly type: 'request'; readonly id: number; readonly method: EngineMethod; readonly params: unknown }
  | { readonly type: 'cancel'; readonly id: number };

export type FromEngine =
  | { readonly type: 'ready' }
  | { readonly type: 'partial'; readonly id: number; readonly value: unknown }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: EngineFailure };
