/** The engine as a process of its own, as the editor runs it, and how much memory it and this process take. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundles } from '../../scripts/lib/bundles.mjs';
import { OUT } from '../../scripts/lib/paths.mjs';
import { Engine } from '../../server/src/engine/supervisor';

/** Engines of this process so far. */
let started = 0;

/** Milliseconds between two looks at memory. */
const INTERVAL = 20;

export class EngineProcess {
  private constructor(
    readonly engine: Engine,
    private readonly folder: string,
  ) {}

  /** Builds the engine from the sources as they are. */
  static async start(): Promise<EngineProcess> {
    const dist = join(OUT, `bench-engine-${process.pid}-${started++}`);
    const [node] = bundles({ dist, minify: false, tests: false });
    await build({ ...node, entryPoints: { engine: 'server/src/engine/engineMain.ts' } });
    return new EngineProcess(new Engine({ entry: join(dist, 'engine.js') }), dist);
  }

  /**
   * Runs a job; answers what it gave and the largest private memory in bytes meanwhile, of the engine and of engine and this
   * process together.
   */
  async watched<T>(job: () => Promise<T>): Promise<{ result: T; peak: number; enginePeak: number }> {
    let peak = 0;
    let enginePeak = 0;
    const look = (): void => {
      const { pid } = this.engine;
      const ofEngine = pid === null ? 0 : anonymousMemory(pid);
      enginePeak = Math.max(enginePeak, ofEngine);
      peak = Math.max(peak, anonymousMemory(process.pid) + ofEngine);
    };
    const timer = setInterval(look, INTERVAL);
    try {
      const result = await job();
      look();
      return { result, peak, enginePeak };
    } finally {
      clearInterval(timer);
    }
  }

  async stop(): Promise<void> {
    await this.engine.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** RssAnon of a process, in bytes: mapped weights are not in it. Linux only. */
function anonymousMemory(pid: number): number {
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}
