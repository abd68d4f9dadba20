/** The one file that knows ONNX Runtime: compiles lowered graphs into sessions and runs them. */
import './telemetryOff';
import * as ort from 'onnxruntime-node';
import type { LoweredGraph } from '../graph/lower';

/** A tensor outside the runtime: row-major data with its lengths. */
export interface Tensor {
  readonly data: Float32Array | BigInt64Array;
  readonly dims: readonly number[];
}

export type Provider = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

export interface CompileOptions {
  /** Folder that the locations of mapped weights are relative to. */
  readonly weightFolder?: string;
  /** Inputs that are the same in every run, such as weights that cannot be mapped. */
  readonly held?: ReadonlyMap<string, Tensor>;
  readonly provider?: Provider;
  /** Threads within an operator; the default leaves the choice to the runtime. */
  readonly threads?: number;
  /**
   * False gives memory back after every run. Else each session keeps the most that it ever needed, which is faster for small
   * runs and dear where many sessions take turns: the default where no weights are widened.
   */
  readonly keepsMemory?: boolean;
}

/** A graph ready to run. A run blocks the process until it ends (onnxruntime-node has no way to stop one). */
export interface CompiledGraph {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Parts of files that it maps. */
  readonly mappings: number;
  run(feeds: ReadonlyMap<string, Tensor>): Promise<Map<string, Tensor>>;
  release(): Promise<void>;
}

/**
 * Compiles a lowered graph. Weights stay mapped from their files: constant folding of them and prepacked copies are off.
 * @throws Error with the runtime's own message when the model is not accepted
 */
export async function compile(graph: LoweredGraph, options: CompileOptions = {}): Promise<CompiledGraph> {
  const session = await ort.InferenceSession.create(graph.model, {
    executionProviders: [options.provider ?? 'cpu'],
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    logSeverityLevel: 3,
    enableCpuMemArena: options.keepsMemory ?? !graph.widens,
    extra: {
      session: {
        disable_prepacking: '1',
        force_spinning_stop: '1',
        ...(options.weightFolder === undefined
          ? {}
          : { model_external_initializers_file_folder_path: options.weightFolder }),
      },
    },
  });
  return {
    inputs: graph.inputs,
    outputs: graph.outputs,
    mappings: graph.mappings,
    run: (feeds) => runSession(session, graph, options.held ? new Map([...options.held, ...feeds]) : feeds),
    release: () => session.release(),
  };
}

async function runSession(
  session: ort.InferenceSession,
  graph: LoweredGraph,
  feeds: ReadonlyMap<string, Tensor>,
): Promise<Map<string, Tensor>> {
  const given: Record<string, ort.Tensor> = {};
  for (const name of graph.inputs) {
    const tensor = feeds.get(name);
    if (!tensor) throw new Error(`the run was not given its input ${name}`);
    given[name] = toOrt(tensor);
  }
  const results = await session.run(given, graph.outputs);
  return new Map(graph.outputs.map((name) => [name, fromOrt(results[name]!)]));
}

function toOrt({ data, dims }: Tensor): ort.Tensor {
  return data instanceof Float32Array
    ? new ort.Tensor('float32', data, dims)
    : new ort.Tensor('int64', data, dims);
}

function fromOrt(value: ort.OnnxValue): Tensor {
  if (!(value.data instanceof Float32Array || value.data instanceof BigInt64Array)) {
    throw new Error(`a result of type ${value.type} is not one that the graph can have`);
  }
  return { data: value.data, dims: value.dims };
}

/** The version of the runtime. */
export function runtimeVersion(): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}

/** The execution providers in this build of the runtime. */
export function availableProviders(): string[] {
  return ort.listSupportedBackends().map((backend) => backend.name);
}
