/** What the engine can be asked, over one loaded model. */
import { Cancelled } from './failures';
import { RunError } from './feeds';
import { generate, steer } from './generate';
import { loadDictionary, loadModel } from './loading';
import { privateMemory } from './memory';
import type { EngineMethod, EngineMethods } from './messages';
import { ModelHost } from './modelHost';
import { availableProviders, runtimeVersion } from './ort';
import { speed } from './speed';
import { attribute } from './causal/attribute';
import { direct } from './causal/direct';
import { sweep } from './causal/sweep';
import { circuitCarriers } from './circuits/carriers';
import { circuitEffects } from './circuits/effects';
import { circuitSources } from './circuits/frozenRun';
import { circuitRows } from './circuits/rows';

export interface RequestContext {
  /** True once the asker has cancelled; looked at between chunks. */
  readonly isCancelled: () => boolean;
  readonly partial: (value: unknown) => void;
}

type Handlers = {
  readonly [M in EngineMethod]: (
    params: EngineMethods[M]['params'],
    context: RequestContext,
  ) => EngineMethods[M]['result'] | Promise<EngineMethods[M]['result']>;
};

export class EngineService {
  private host = new ModelHost(null, new Map());

  private readonly handlers: Handlers = {
    load: async (params, context) => {
      const { host, summary } = loadModel(params);
      // The last moment at which what was loaded before is still there.
      await lookUp(context);
      await this.replace(host);
      return summary;
    },
    describe: (params) => loadModel(params).summary,
    unload: async () => {
      await this.replace(new ModelHost(null, new Map()));
      return null;
    },
    loadDictionary: async (params) => {
      await this.host.removeDictionary(params.id);
      return loadDictionary(this.host, params);
    },
    unloadDictionary: async ({ id }) => {
      await this.host.removeDictionary(id);
      return null;
    },
    run: ({ plan, tokens, feeds }, context) => {
      const unknown = plan.dictionaries.find(({ id }) => !this.host.dictionaries.has(id));
      if (unknown) throw new RunError(`the dictionary ${unknown.id} is not loaded`);
      return this.host.run(plan, tokens, feeds, 0, () => lookUp(context));
    },
    encode: ({ id, x }) => this.host.encode(id, x),
    decoderRows: ({ id, features }) => this.host.decoderRows(id, features),
    nearest: ({ id, feature, k }) => this.host.nearest(id, feature, k),
    generate: (params, context) => generate(this.host, params, context),
    steer: (params, context) => steer(this.host, params, context),
    sweep: (params, context) =>
      sweep(this.host, params, { lookUp: () => lookUp(context), partial: context.partial }),
    attribute: (params, context) => attribute(this.host, params, () => lookUp(context)),
    direct: (params, context) => direct(this.host, params, () => lookUp(context)),
    circuit: (run, context) => circuitSources(this.host, run, () => lookUp(context)),
    circuitRows: (params, context) =>
      circuitRows(this.host, params, { lookUp: () => lookUp(context), partial: context.partial }),
    circuitEffects: (params, context) =>
      circuitEffects(this.host, params, { lookUp: () => lookUp(context), partial: context.partial }),
    circuitCarriers: (params, context) => circuitCarriers(this.host, params, () => lookUp(context)),
    speed: () => speed(),
    status: () => ({
      memoryBytes: privateMemory(),
      providers: availableProviders(),
      runtime: runtimeVersion(),
    }),
  };

  /** @throws Cancelled, FileFormatError, RunError, or what the runtime throws */
  async handle(method: EngineMethod, params: unknown, context: RequestContext): Promise<unknown> {
    if (context.isCancelled()) throw new Cancelled();
    const handler = this.handlers[method] as (params: unknown, context: RequestContext) => unknown;
    return await handler(params, context);
  }

  private async replace(host: ModelHost): Promise<void> {
    await this.host.release();
    this.host = host;
  }
}

/** Lets a cancellation that is in the pipe arrive. @throws Cancelled */
async function lookUp({ isCancelled }: RequestContext): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (isCancelled()) throw new Cancelled();
}
