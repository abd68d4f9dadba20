/** Running experiments for the editor, and what a model holds likely after a prompt. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver/node';
import { ErrorCode } from '../../../protocol/errors';
import {
  type ExperimentResult,
  likelyAnswers,
  resultWritten,
  runExperiment as runExperimentRequest,
  type RunExperimentParams,
  type RunResult,
} from '../../../protocol/experiments';
import type { ExperimentSpec, PromptPair } from '../../../protocol/experimentSpec';
import { readExperimentResult } from '../../../protocol/readResult';
import { RequestError } from '../documents/requestError';
import { withEarlier } from '../experiments/lab/compare';
import { pairsOf, runExperiment, titleOf } from '../experiments/lab/experiment';
import { checkPairFileName, readPairs } from '../experiments/lab/pairFile';
import { progressWords } from '../experiments/lab/progress';
import { preparePrompt } from '../experiments/lab/prompts';
import { resultText } from '../experiments/lab/resultText';
import { nextToken, nextTokenFeeds, nextTokenPlan } from '../experiments/readFeatures';
import { errorSentences } from '../experiments/spec/problems';
import { readExperiment } from '../experiments/spec/readSpec';
import { writeTextAtomically } from '../formats/atomicFile';
import { readJsonFile, readTextFile } from '../formats/json';
import { filePathOf } from '../store/fileUris';
import { labOf, openLab } from './experimentLab';
import { sendPart, withProgress } from './progress';
import { onRequest, signalOf } from './respond';
import type { Services } from './services';

const EXPERIMENT = '.fscope.yaml';
const RESULT = '.fscope.result.json';
/** Larger files of prompts and of results are not read. */
const LARGEST_FILE = 50_000_000;

export function registerExperiments(services: Services): void {
  const { connection } = services;
  onRequest(connection, runExperimentRequest, (params, token) =>
    withProgress(connection, params, 'Running the experiment', (progress) =>
      run(services, params, token, (snapshot) => {
        sendPart(connection, params, snapshot);
        progress(snapshot.done, snapshot.total, progressWords(snapshot));
      }),
    ),
  );
  onRequest(connection, likelyAnswers, (params, token) => likely(services, params, signalOf(token)));
}

/** An experiment and where it stands. */
interface Subject {
  readonly spec: ExperimentSpec;
  /** Of its file; null without one. */
  readonly name: string | null;
  /** Folder that its relative paths refer to. */
  readonly base: string;
  /** Of an experiment file on disk: where its result goes, and the URI of that as the client writes URIs. */
  readonly result: { readonly path: string; readonly uri: string } | null;
}

async function run(
  services: Services,
  params: RunExperimentParams,
  token: CancellationToken,
  show: (snapshot: RunResult) => void,
): Promise<ExperimentResult> {
  const signal = signalOf(token);
  const { spec, name, base, result: place } = subjectOf(params, services);
  const pairs = pairsIn(spec, base);
  const lab = await openLab(services, spec, base, signal, params.isRestricted);
  const { only } = params;
  const computed = await runExperiment(spec, lab, {
    pairs,
    signal,
    onSnapshot: show,
    ...(only ? { only } : {}),
  });
  const found = name === null ? computed : { ...computed, title: titleOf(spec, name) };
  if (place === null) return found;
  const earlier = existsSync(place.path) ? earlierResult(place.path) : null;
  const result = earlier ? withEarlier(found, earlier) : found;
  // A result that stands there is worth more than half of one.
  if (signal.aborted && earlier) return result;
  writeTextAtomically(place.path, resultText(result));
  void services.connection.sendNotification(resultWritten.method, { uri: place.uri });
  return result;
}

/** @throws RequestError when there is no experiment, or it has errors; FileFormatError when its file cannot be read */
function subjectOf({ uri, text, spec }: RunExperimentParams, services: Services): Subject {
  const path = uri === null ? null : filePathOf(uri);
  const home = services.workspaceFolders[0] ?? homedir();
  if (spec) {
    // It may come from a result file that somebody else wrote. JSON is YAML.
    const read = checkedSpec(JSON.stringify(spec), path ?? home);
    return { spec: read, name: null, base: path ?? home, result: null };
  }
  if (uri === null || (path === null && text === undefined))
    throw new RequestError(ErrorCode.invalidParams, 'no experiment was given');
  const written = text ?? readTextFile(path!);
  const isFile = path?.endsWith(EXPERIMENT) === true && uri.endsWith(EXPERIMENT);
  return {
    spec: checkedSpec(written, path ?? uri),
    name: basename(path ?? uri),
    base: path === null ? home : dirname(path),
    result: isFile
      ? {
          path: path.slice(0, -EXPERIMENT.length) + RESULT,
          uri: uri.slice(0, -EXPERIMENT.length) + RESULT,
        }
      : null,
  };
}

function checkedSpec(text: string, file: string): ExperimentSpec {
  const { spec, problems } = readExperiment(text);
  if (spec) return spec;
  const why = errorSentences(text, problems).join(' ');
  throw new RequestError(ErrorCode.requestFailed, `This experiment cannot be run. ${why}`, { file });
}

function pairsIn(spec: ExperimentSpec, base: string): readonly PromptPair[] {
  if (typeof spec.prompts !== 'string') return pairsOf(spec);
  const path = join(base, checkPairFileName(spec.prompts));
  return readPairs(readTextFile(path, LARGEST_FILE), spec.prompts);
}

/** What stands in a result file; null when it cannot be read, and is then replaced. */
function earlierResult(path: string): ExperimentResult | null {
  try {
    return readExperimentResult(readJsonFile(path, LARGEST_FILE));
  } catch {
    return null;
  }
}

async function likely(
  services: Services,
  { prompt, top }: { readonly prompt: string; readonly top: number },
  signal: AbortSignal,
) {
  const model = await services.session.model();
  const lab = await labOf(services, model, [], model.place.path);
  const { ids, tokens } = preparePrompt(prompt, lab, undefined, 'the prompt');
  const params = { plan: nextTokenPlan, tokens: [ids], feeds: nextTokenFeeds(ids) };
  const results = await model.ask('run', params, signal);
  const { likeliest } = nextToken(results.get('logits')!.data as Float32Array, 0, top);
  const answers = likeliest.map(({ id, probability }) => ({
    token: { id, text: model.tokenizer.tokenText(id) },
    probability,
  }));
  return { tokens, answers };
}
