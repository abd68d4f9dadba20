/** Where the model of a call is; with `--download` it is brought first. */
import { byteSize } from '../../../protocol/wording';
import type { HubModel } from '../../../protocol/models';
import { FileFormatError } from '../formats/errors';
import { readHubName } from '../formats/hubName';
import { readModelFolder } from '../formats/modelFolder';
import { userToken } from '../hub/client';
import { downloadModel } from '../hub/download';
import { checkFamily } from '../models/registry';
import { findModel } from './places';
import type { CommandContext } from './session';
import { CommandError } from './usage';

/**
 * The folder or file of `--model`, or of what `inspect` is given.
 * @param base what relative paths are relative to
 * @throws CommandError when it is neither here nor in the cache; with `--download` HubError, FileFormatError, the signal's reason
 */
export async function locateModel(context: CommandContext, name: string, base?: string): Promise<string> {
  const here = findModel(name, base);
  const isNamed = readHubName(name) !== null;
  const lack = here === null || !isSnapshot(here) ? null : lackOf(here);
  if (here !== null && lack === null) return here;
  if (context.options.flag('download') && isNamed) return download(context, name);
  if (lack !== null) {
    const reason = `the Hugging Face cache does not have all of it: ${lack}; --download gets what is missing`;
    throw new CommandError(name, reason);
  }
  const cure = isNamed ? '; --download gets it from the hub' : '';
  const reason = `there is no such folder or file, and the Hugging Face cache does not have it${cure}`;
  throw new CommandError(name, reason);
}

function isSnapshot(path: string): boolean {
  return /[\\/]models--[^\\/]+[\\/]snapshots[\\/][^\\/]+$/.test(path);
}

/** What keeps a snapshot from being read, or null. */
function lackOf(folder: string): string | null {
  try {
    readModelFolder(folder);
    return null;
  } catch (error) {
    if (error instanceof FileFormatError) return error.reason;
    throw error;
  }
}

async function download({ signal, terminal }: CommandContext, name: string): Promise<string> {
  const { env } = process;
  try {
    return await downloadModel(
      { name, env, signal, accessToken: userToken(env) },
      {
        onModel: (model) => {
          terminal.note(plan(model));
        },
        onProgress: (done, of, message) => {
          terminal.progress(`${message}: ${percent(done, of)} of ${byteSize(of)}`);
        },
        checkConfig: checkFamily,
      },
    );
  } catch (error) {
    if (signal.aborted) terminal.note('what was downloaded stays: the same command goes on there');
    throw error;
  } finally {
    terminal.clear();
  }
}

/** What will be downloaded, before it is. */
function plan({ id, revision, endpoint, files, bytes, missingBytes }: HubModel): string {
  const size = `${files.length} files, ${byteSize(bytes)}`;
  return `${id} at ${revision.slice(0, 7)} from ${endpoint}: ${size}, of which ${byteSize(missingBytes)} are to be downloaded`;
}

function percent(done: number, of: number): string {
  return `${Math.floor((100 * done) / Math.max(1, of))} %`;
}
