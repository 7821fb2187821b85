import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { configKnowledge } from '../app/read-config.ts';
import type { Config } from '../config/config.ts';
import { parseConfig } from '../config/load.ts';
import { problemLines } from '../config/problems.ts';
import { Fault } from '../core/errors.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { Answers } from './init/answers.ts';
import { filesOf, wouldReplace, writeTogether, type SetUpFile } from './init/files.ts';
import { nextSteps } from './init/next-steps.ts';
import type { Streams } from './ports.ts';
import type { SetUpWords } from './set-up-arguments.ts';

type Words = Extract<SetUpWords, { kind: 'init' }>;

/**
 * Writes the files of a stage from a file of answers, or from questions where there is a terminal. Nothing is written before
 * the last answer, and nothing is replaced that nobody agreed to. Throws `invalid_request` with every wrong answer.
 */
export async function init(words: Words, streams: Streams, root: string): Promise<ExitCode> {
  if (words.answers === undefined) return askedInit(words, streams, root);
  const answers = answersIn(words.answers, words.stage);
  const { files, config } = prepared(answers);
  const replaced = wouldReplace(root, files);
  if (replaced.length > 0 && !words.overwrite) {
    throw new Fault(
      'invalid_request',
      `${replaced.join(' and ')} would be replaced: say --overwrite if that is meant.`,
    );
  }
  return written(root, files, nextSteps(answers, config), streams);
}

async function askedInit(words: Words, streams: Streams, root: string): Promise<ExitCode> {
  const { openPrompts, askAnswers } = await import('./init/ask.ts');
  const prompts = openPrompts();
  if (!prompts) {
    throw new Fault(
      'invalid_request',
      'There is no terminal to ask on: give --answers file.yml (docs/deploy.md shows one).',
    );
  }
  const answers = await askAnswers(prompts, words.stage);
  if (answers === undefined) return abandoned(streams);
  const { files, config } = prepared(Answers.parse(answers));
  for (const path of words.overwrite ? [] : wouldReplace(root, files)) {
    if ((await prompts.yes(`${path} is there and differs. Replace it?`)) !== true) return abandoned(streams);
  }
  return written(root, files, nextSteps(Answers.parse(answers), config), streams);
}

function abandoned(streams: Streams): ExitCode {
  streams.err('Nothing was written.\n');
  return exitCodes.usage;
}

function answersIn(path: string, stage: string | undefined): Answers {
  let given: unknown;
  try {
    given = parse(readFileSync(path, 'utf8'));
  } catch (thrown) {
    throw new Fault('invalid_request', `${path} cannot be read as YAML.`, { cause: thrown });
  }
  const parsed = Answers.safeParse({ ...Object(given), ...(stage === undefined ? {} : { stage }) });
  if (parsed.success) return parsed.data;
  throw new Fault('invalid_request', `${path}:\n${z.prettifyError(parsed.error)}`);
}

/** The files, verified by the config's own loader before any of them is written. */
function prepared(answers: Answers): { files: SetUpFile[]; config: Config } {
  const files = filesOf(answers);
  const read = parseConfig(files.find(({ path }) => path === 'nightshift.yaml')?.text ?? '', configKnowledge);
  if ('config' in read) return { files, config: read.config };
  throw new Fault('invalid_request', `These answers make no right nightshift.yaml:\n${problemLines(read.problems)}`);
}

function written(root: string, files: readonly SetUpFile[], next: string, streams: Streams): ExitCode {
  writeTogether(root, files);
  streams.out(`${files.map(({ path }) => `wrote ${path}`).join('\n')}\n\n${next}`);
  return exitCodes.ok;
}
