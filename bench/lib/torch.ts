/** The same pass in plain PyTorch, in a child process that is asked for one pass at a time. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inRoot } from '../../scripts/lib/paths.mjs';

/** A Python that can import torch: `FEATURESCOPE_PYTHON`, else `python3`; null when neither can. */
export function pythonWithTorch(): string | null {
  const python = process.env['FEATURESCOPE_PYTHON'] ?? 'python3';
  return spawnSync(python, ['-c', 'import torch']).status === 0 ? python : null;
}

/** What can be asked for; torch_gpt2.py says what each does. */
export type TorchWork = 'forward' | 'backward' | 'grid' | 'heads' | 'atp';

export class TorchPass {
  private readonly lines: AsyncIterator<string>;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static async start(python: string, folder: string, length: number): Promise<TorchPass> {
    const pass = new TorchPass(spawn(python, [inRoot('bench', 'torch_gpt2.py'), folder, String(length)]));
    await pass.lines.next();
    return pass;
  }

  /** Milliseconds of one pass, as measured over there. */
  async run(work: TorchWork): Promise<number> {
    this.child.stdin.write(`${work}\n`);
    const answer: IteratorResult<string, unknown> = await this.lines.next();
    if (answer.done) throw new Error('the PyTorch process ended');
    return Number(answer.value);
  }

  stop(): void {
    this.child.stdin.end();
  }
}
