/** Models and dictionaries: what there is, what is loaded, where it runs and what it costs. */
import { request } from './method';
import type { WorkDone } from './method';

/** `available` is known but not loaded; `failed` carries a message. */
export type LoadState = 'available' | 'loading' | 'loaded' | 'failed';

export interface ModelInfo {
  /** Stable between sessions. */
  readonly id: string;
  readonly name: string;
  /** Folder or file as the user would type it; `demo` for the bundled one. */
  readonly path: string;
  readonly state: LoadState;
  /** Why it failed and what to do, or a warning; absent when all is well. */
  readonly message?: string;
  /** Known once its configuration has been read. */
  readonly shape?: {
    readonly family: string;
    readonly layers: number;
    readonly dModel: number;
    readonly contextLength: number;
    readonly vocabulary: number;
    readonly parameters: number;
  };
  /** Size of the weights on disk, in bytes; they are mapped, not copied. */
  readonly weightBytes?: number;
}

export interface DictionaryInfo {
  /** Stable between sessions: own labels and pinned features are kept under it. */
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly state: LoadState;
  readonly message?: string;
  /** `standard`, `jumprelu`, `topk`, `gated`, `transcoder` ...; known once its configuration has been read, as is the rest. */
  readonly kind?: string;
  readonly hookPoint?: string;
  readonly features?: number;
  readonly weightBytes?: number;
}

export interface ProviderInfo {
  /** ONNX Runtime's name in lower case: `cpu`, `cuda`, `webgpu`, `coreml`, `dml`. */
  readonly name: string;
  readonly active: boolean;
  /** Why it cannot be used here; absent when it can. */
  readonly refusal?: string;
}

/** Everything the Models & dictionaries view shows. */
export interface ModelsState {
  readonly models: readonly ModelInfo[];
  readonly dictionaries: readonly DictionaryInfo[];
  readonly providers: readonly ProviderInfo[];
  readonly memory: { readonly engineBytes: number; readonly budgetBytes: number } | null;
}

/** Client to server. Also the answer of every request below, so that the view needs no second round. */
export const listModels = request<null, ModelsState>('featurescope/listModels');

export interface LoadParams extends WorkDone {
  /** `demo`, a folder or a weight file. */
  readonly path: string;
}

export interface UnloadParams {
  readonly id: string;
}

/** Client to server: loads a model in place of the one that is loaded. Fails with `ErrorData`. */
export const loadModel = request<LoadParams, ModelsState>('featurescope/loadModel');

/** Client to server: unloads the model and the dictionaries that depend on it. */
export const unloadModel = request<UnloadParams, ModelsState>('featurescope/unloadModel');

/** Client to server: adds a dictionary. Refused when it does not fit the loaded model. */
export const loadDictionary = request<LoadParams, ModelsState>('featurescope/loadDictionary');

/** Client to server. */
export const unloadDictionary = request<UnloadParams, ModelsState>('featurescope/unloadDictionary');

export interface SetProviderParams {
  readonly name: string;
}

/** Client to server: moves the engine to another provider after comparing it with the CPU on a probe. */
export const setProvider = request<SetProviderParams, ModelsState>('featurescope/setProvider');
