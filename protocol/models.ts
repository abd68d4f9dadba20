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
  /** Element types on disk, e.g. `BF16`. Known, as is the rest, once it is loaded. */
  readonly dtypes?: readonly string[];
  /** Text of the token that is put in front of every text, or null when none is. */
  readonly bos?: string | null;
  /** The processing of its weights that its hook points show; not what was asked for in vain. */
  readonly processing?: readonly string[];
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
  /** `demo`, a folder, a weight file, or the id of a model in the Hugging Face cache. */
  readonly path: string;
}

/** A model in the local Hugging Face cache. */
export interface CachedModel {
  /** `org/name`, or `name`. */
  readonly id: string;
  /** Commit that `main` means, in hexadecimal. */
  readonly revision: string;
  /** Folder of the snapshot. */
  readonly path: string;
  /** Of the files that are there. */
  readonly bytes: number;
  /** Its family, where that is one that can be computed. */
  readonly family?: string;
  /** Why it cannot be loaded (weights missing, a family that is not computed); absent when it can. */
  readonly problem?: string;
  /** True where the problem is that files are missing, which can be downloaded. */
  readonly filesMissing?: boolean;
}

/** Client to server: what can be loaded from the cache, by id. */
export const listCachedModels = request<null, readonly CachedModel[]>('featurescope/listCachedModels');

/** What loading a model would mean, read from its headers alone. */
export interface ModelEstimate {
  readonly name: string;
  readonly shape: NonNullable<ModelInfo['shape']>;
  /** Size of the weights, in bytes; they are mapped, not copied. */
  readonly weightBytes: number;
  /** Element types on disk, e.g. `BF16`. */
  readonly dtypes: readonly string[];
  /** Length of the text that the two figures below are for, in tokens. */
  readonly tokens: number;
  /** Private memory of the engine for one forward pass with its activations, in bytes. */
  readonly privateBytes: number;
  /** Of one forward pass on this machine. */
  readonly seconds: number;
  /** Memory of this machine, in bytes. Weights beyond it are read from disk at every pass. */
  readonly machineBytes: number;
  /** Each a sentence. */
  readonly warnings: readonly string[];
}

/** Client to server. Fails with `ErrorData` when the path is no model that can be loaded. */
export const estimateModel = request<{ readonly path: string }, ModelEstimate>('featurescope/estimateModel');

export interface HubParams {
  /** `org/name` or `name`, optionally `@revision` behind it. */
  readonly id: string;
  /** The user's access token, for gated and private models. */
  readonly accessToken?: string;
  /** Address of the hub; without it that of `HF_ENDPOINT`, or the public hub. */
  readonly endpoint?: string;
}

export interface DownloadParams extends HubParams, WorkDone {
  /** What the user has agreed to: `HubModel.revision`. A branch that has moved since then brings nothing else. */
  readonly commit: string;
}

/** What the hub says of a model, before anything is downloaded. */
export interface HubModel {
  readonly id: string;
  /** Commit, in hexadecimal. */
  readonly revision: string;
  /** The host that was asked. */
  readonly endpoint: string;
  /** The files that a load needs; no others are downloaded. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly isPresent: boolean }[];
  /** Of all files, and of those that are not in the cache; a part of a file that is there counts as there. */
  readonly bytes: number;
  readonly missingBytes: number;
}

/** Client to server: asks the hub, downloads nothing. Fails with `ErrorData`; `hubAccess` when a token would help. */
export const describeHubModel = request<HubParams, HubModel>('featurescope/describeHubModel');

/**
 * Client to server, only after the user has agreed: downloads into the Hugging Face cache what is missing and checks it. What was
 * downloaded before a cancel or a failure stays, and the next call goes on there. The answer is the snapshot's folder.
 */
export const downloadHubModel = request<DownloadParams, { readonly path: string }>(
  'featurescope/downloadHubModel',
);

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
