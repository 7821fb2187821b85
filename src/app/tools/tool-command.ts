import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { Fault } from '../../core/errors.ts';

/** Nothing of the bot's own environment is given to a tool: there are tokens and passwords in it. */
export const TOOL_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: homedir(),
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
};
const PATIENCE_MS = 45_000;
const MOST_BYTES = 64 * 1024 * 1024;

export type ToolAnswer = { stdout: string; stderr: string; exitCode: number };

/**
 * Runs a tool to its end, without a shell. Throws `unsupported` where there is no such program, `permission_denied` where it may not be run,
 * and `timed_out`.
 */
export async function askTool(command: readonly string[], words: readonly string[]): Promise<ToolAnswer> {
  const [program = '', ...first] = command;
  const { promise, resolve, reject } = Promise.withResolvers<ToolAnswer>();
  const options = {
    env: TOOL_ENVIRONMENT,
    cwd: '/',
    timeout: PATIENCE_MS,
    maxBuffer: MOST_BYTES,
    encoding: 'utf8',
  } as const;
  execFile(program, [...first, ...words], options, (failure, stdout, stderr) => {
    if (failure === null) return resolve({ stdout, stderr, exitCode: 0 });
    if (typeof failure.code === 'number') return resolve({ stdout, stderr, exitCode: failure.code });
    return reject(toolFault(program, failure));
  });
  return promise;
}

/** What the system says of a program that could not be run. */
export function toolFault(program: string, failure: Error & { code?: unknown; killed?: boolean }): Fault {
  const { code, killed } = failure;
  const options = { cause: failure };
  if (code === 'ENOENT')
    return new Fault('unsupported', `there is no program ${program} where Nightshift runs`, options);
  if (code === 'EACCES')
    return new Fault('permission_denied', `${program} may not be run by the account of Nightshift`, options);
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return new Fault('unsupported', `${program} answered with more than ${MOST_BYTES} bytes`, options);
  return killed === true
    ? new Fault('timed_out', `${program} did not answer within ${PATIENCE_MS / 1000} s`, options)
    : new Fault('target_unreachable', `${program} was ended by a signal`, options);
}

/** Pure: what a tool says that went wrong, short enough for a message and without what may be a secret. */
export function complaintIn({ stdout, stderr }: Pick<ToolAnswer, 'stdout' | 'stderr'>): string {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim());
  const found = lines.find((line) => /\b(?:ERROR|FATAL|EXCEPTION)\b/.test(line)) ?? lines.find((line) => line !== '');
  const plain = (found ?? 'it says nothing').replace(/^.*?\b(?:ERROR|FATAL|EXCEPTION)\b:?\s*/, '');
  return withoutSecrets(plain).slice(0, 300);
}

/** Pure: values behind words that name a secret, and logins in addresses. */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(/((?:pass(?:word|wd|phrase)?|secret|token|key)\w*\s*[=:]\s*)(?:'[^']*'|"[^"]*"|\S+)/gi, '$1***')
    .replaceAll(/(\w+:\/\/[^\s:/@]*:)[^\s@]+@/g, '$1***@');
}
