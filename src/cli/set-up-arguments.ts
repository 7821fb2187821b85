import { parseArgs } from 'node:util';
import { stagePattern } from '../config/deploy-file.ts';

/** The commands that set a stage up: they are about the installation, not about a target. */
export type SetUpWords =
  | { kind: 'doctor'; stage?: string; region?: string; json: boolean }
  | { kind: 'init'; stage?: string; answers?: string; overwrite: boolean }
  | { kind: 'manifest'; url: string; write?: string };

export const SET_UP_USAGE = {
  init: 'nightshift init [--stage prod] [--answers file.yml] [--overwrite]',
  doctor: 'nightshift doctor [--stage prod] [--region eu-central-1] [--json]',
  manifest: 'nightshift manifest --url <function url> [--write file.json]',
} as const;

/** Pure: what a set-up command asks for, or what is wrong with its words; undefined when it is another verb. */
export function readSetUp(words: readonly string[]): SetUpWords | { problem: string } | undefined {
  const verb = words.find((word) => !word.startsWith('-'));
  if (verb !== 'init' && verb !== 'doctor' && verb !== 'manifest') return undefined;
  if (words.includes('--help')) return { problem: SET_UP_USAGE[verb] };
  // With a target it is the verb that asks what the checks cannot see.
  if (verb === 'doctor' && isOfTarget(words.slice(words.indexOf(verb) + 1))) return undefined;
  try {
    const read = readers[verb](words.toSpliced(words.indexOf(verb), 1));
    return 'problem' in read ? { problem: `${read.problem}\nUsage: ${SET_UP_USAGE[verb]}` } : read;
  } catch (thrown) {
    const [sentence = ''] = (thrown instanceof Error ? thrown.message : '').split(/\. |\n/);
    return { problem: `${sentence.replace(/\.?$/, '.')}\nUsage: ${SET_UP_USAGE[verb]}` };
  }
}

function isOfTarget([first]: readonly string[]): boolean {
  return first !== undefined && !first.startsWith('-');
}

type Read = SetUpWords | { problem: string };

const readers: { readonly [verb in SetUpWords['kind']]: (words: string[]) => Read } = {
  doctor: (args) => {
    const options = { stage: text, region: text, json: flag } as const;
    const { json, ...rest } = parseArgs({ args, options }).values;
    return stageProblem(rest.stage) ?? { kind: 'doctor', ...given(rest), json };
  },
  init: (args) => {
    const options = { stage: text, answers: text, overwrite: flag } as const;
    const { overwrite, ...rest } = parseArgs({ args, options }).values;
    return stageProblem(rest.stage) ?? { kind: 'init', ...given(rest), overwrite };
  },
  manifest: (args) => {
    const { url, write } = parseArgs({ args, options: { url: text, write: text } }).values;
    if (url === undefined)
      return { problem: 'The address of the Slack function is missing: npm run deploy prints it.' };
    if (!/^https:\/\/[^\s"]+$/.test(url)) return { problem: 'A function URL starts with https://.' };
    return { kind: 'manifest', url, ...given({ write }) };
  },
};

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

function stageProblem(stage: string | undefined): { problem: string } | undefined {
  if (stage === undefined || stagePattern.test(stage)) return undefined;
  return { problem: 'A stage is up to 20 lower-case letters, digits and hyphens.' };
}

function given<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
