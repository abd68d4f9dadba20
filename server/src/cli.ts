/** The command line: the same abilities without an editor (docs/architecture.md, command-line contract). */
import { attribute } from './commands/attribute';
import { encode } from './commands/encode';
import { experiment } from './commands/experiment';
import { features } from './commands/features';
import { generate } from './commands/generate';
import { gradient } from './commands/gradient';
import { graph } from './commands/graph';
import { inspect } from './commands/inspect';
import { type Options, readOptions } from './commands/options';
import { patch } from './commands/patch';
import { run } from './commands/run';
import { type CommandContext, engineEntry } from './commands/session';
import { Terminal } from './commands/terminal';
import { tokenize } from './commands/tokenize';
import { ExpectationsFailed, HELP, UsageError } from './commands/usage';
import { Engine } from './engine/supervisor';
import { fileError, systemErrorCode } from './formats/errors';

/** What it returns goes to stdout; null for commands that write a file. */
type Command = (context: CommandContext) => Promise<string | null>;

const COMMANDS: Readonly<Record<string, Command>> = {
  inspect,
  tokenize,
  run,
  encode,
  features,
  gradient,
  patch,
  attribute,
  experiment,
  graph,
  generate,
};

const EXPECTATIONS_FAILED = 3;
const INTERRUPTED = 130;

/** Interrupting ends the engine at once, and with it the request that the command waits for; a download keeps what it has. */
async function execute(options: Options, interrupt: AbortController): Promise<string | null> {
  const engine = new Engine({ entry: engineEntry() });
  process.once('SIGINT', () => {
    interrupt.abort();
    void engine.dispose();
  });
  const terminal = new Terminal(process.stderr);
  try {
    return await COMMANDS[options.command]!({ options, engine, signal: interrupt.signal, terminal });
  } finally {
    terminal.clear();
    await engine.dispose();
  }
}

/** Runs one call and returns its exit status. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.length === 0 || argv.includes('--help') || argv[0] === 'help') {
    process.stdout.write(HELP);
    return argv.length === 0 ? 2 : 0;
  }
  const interrupt = new AbortController();
  try {
    const output = await execute(readOptions(argv), interrupt);
    if (output !== null) process.stdout.write(`${output}\n`);
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) return INTERRUPTED;
    if (error instanceof ExpectationsFailed) {
      if (error.output !== null) process.stdout.write(`${error.output}\n`);
      for (const clause of error.clauses) process.stderr.write(`expect: ${clause}\n`);
      return EXPECTATIONS_FAILED;
    }
    const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
    if (error instanceof UsageError) {
      process.stderr.write(`usage: ${message}; featurescope --help lists the commands\n`);
      return 2;
    }
    process.stderr.write(`error: ${message}\n`);
    return 1;
  }
}

/** A reader that has seen enough (`| head`) is no error; a full disk behind `>` is. */
process.stdout.on('error', (error: Error) => {
  if (systemErrorCode(error) === 'EPIPE') process.exit(0);
  process.stderr.write(`error: ${fileError('standard output', error).message}\n`);
  process.exit(1);
});

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
