/** Starts a child that reads damaged files, watches it, and says what came of it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { childCommand, makeSandbox } from '../../scripts/lib/fuzzChild.mjs';
import { processUse } from './processUse';
import type { Finding, Report, Tally } from './report';

export interface FuzzTask {
  /** The bundled child. */
  readonly bundle: string;
  readonly format: string;
  readonly seed: number;
  readonly mutations: number;
}

export interface FuzzOutcome extends Tally {
  /** What went wrong, a text each; with how to see it again. */
  readonly failures: readonly string[];
}

/** Processor time that one mutation may take; the machine may have other work. */
const MOST_SECONDS = 2;
/** Time by the clock that one mutation may take: a wait uses no processor. */
const MOST_WAITING_SECONDS = 60;
/** Resident memory of the child; of that its JavaScript objects have at most scripts/lib/fuzzChild.mjs's. */
const MOST_BYTES = 600 * 2 ** 20;
const MS_BETWEEN_LOOKS = 100;

/** What the parent knows of its child. */
interface Watched {
  mutation: number;
  /** When the mutation began. */
  since: { clock: number; cpu: number };
  killedFor: string | null;
  tally: Tally | null;
  readonly findings: Finding[];
  errors: string;
}

export async function fuzz(task: FuzzTask): Promise<FuzzOutcome> {
  const outside = realpathSync(mkdtempSync(join(tmpdir(), `fuzz-${task.format}-`)));
  const folder = join(outside, 'inside');
  makeSandbox(folder);
  try {
    return outcomeOf(task, await watch(task, folder));
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
}

async function watch({ bundle, format, seed, mutations }: FuzzTask, folder: string): Promise<Watched> {
  const { command, args } = childCommand(bundle, folder, [format, seed, 0, mutations]);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const pid = child.pid!;
  const watched: Watched = {
    mutation: -1,
    since: { clock: Date.now(), cpu: 0 },
    killedFor: null,
    tally: null,
    findings: [],
    errors: '',
  };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    watched.errors = (watched.errors + text).slice(-4000);
  });
  createInterface(child.stdout).on('line', (line) => {
    hear(watched, JSON.parse(line) as Report);
  });
  let seen = watched.mutation;
  const looking = setInterval(() => {
    if (seen !== watched.mutation) {
      seen = watched.mutation;
      watched.since = { clock: Date.now(), cpu: processUse(pid)?.cpuSeconds ?? 0 };
    }
    watched.killedFor ??= tooMuch(pid, watched);
    if (watched.killedFor !== null) child.kill('SIGKILL');
  }, MS_BETWEEN_LOOKS);
  const ending = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(`it ended with ${signal ?? `exit code ${code}`}`);
    });
  });
  clearInterval(looking);
  if (watched.tally === null) watched.killedFor ??= ending;
  return watched;
}

function hear(watched: Watched, report: Report): void {
  if (typeof report === 'number') watched.mutation = report;
  else if ('finding' in report) watched.findings.push(report.finding);
  else watched.tally = report.done;
}

/** Why a child must go, or null. Starting may take as long as it takes. */
function tooMuch(pid: number, { mutation, since }: Watched): string | null {
  const use = processUse(pid);
  if (use && use.residentBytes > MOST_BYTES) return `it used ${use.residentBytes} bytes of memory`;
  if (mutation < 0) return null;
  if (use && use.cpuSeconds - since.cpu > MOST_SECONDS) return `it computed for over ${MOST_SECONDS} s`;
  const waited = (Date.now() - since.clock) / 1000;
  return waited > MOST_WAITING_SECONDS ? `it did not end within ${MOST_WAITING_SECONDS} s` : null;
}

function outcomeOf({ format, seed }: FuzzTask, watched: Watched): FuzzOutcome {
  const { findings, killedFor, mutation, tally, errors } = watched;
  const again = (number: number) =>
    `node scripts/fuzz.mjs ${format} --seed ${seed} --from ${number} --count 1`;
  const failures = findings.map(
    (each) =>
      `mutation ${each.mutation} of ${each.sample}: ${each.wrong}\n  ${again(each.mutation)}\n${each.detail}`,
  );
  if (killedFor !== null) {
    const where = mutation < 0 ? 'before the first mutation' : `mutation ${mutation}`;
    failures.push(`${where}: ${killedFor}\n  ${again(Math.max(0, mutation))}\n${errors}`);
  }
  return { taken: tally?.taken ?? 0, refused: tally?.refused ?? 0, failures };
}
