import { PACES } from '../limits.ts';
import type { Workspace } from '../workspace.ts';
import { bad } from './answer.ts';
import type { ApiAnswer, Arguments } from './answer.ts';
import { METHODS } from './methods.ts';
import type { Method } from './methods.ts';

/** What the HTTP server shall do with a Web API call. */
export type CallResult = { answer: ApiAnswer } | { retryAfterSeconds: number } | { lost: true };

/** Carries out one Web API call: token, pace, method, and the faults that are switched on. */
export function callApi(
  workspace: Workspace,
  name: string,
  authorization: string | undefined,
  given: Arguments,
): CallResult {
  const method = METHODS[name];
  if (!method) return { answer: bad('unknown_method', { req_method: name }) };
  const token = authorization?.replace(/^Bearer /i, '') ?? given['token'];
  if (!token) return { answer: bad('not_authed') };
  if (token !== tokenFor(workspace, name)) return { answer: bad('invalid_auth') };
  const retryAfterSeconds = waitSeconds(workspace, name, method, given);
  if (retryAfterSeconds > 0) return { retryAfterSeconds };
  const answer = method.run(workspace, given);
  if (method.writesMessage && answer.ok && workspace.faults.loses()) return { lost: true };
  return { answer };
}

/** Methods about the app itself want a configuration token. */
function tokenFor({ options }: Workspace, method: string): string | undefined {
  return method.startsWith('apps.manifest.') ? options.app?.configToken : options.botToken;
}

function waitSeconds(workspace: Workspace, name: string, method: Method, given: Arguments): number {
  if (method.writesMessage && workspace.faults.now().ratelimit) return 1;
  if (method.pace.by === 'workspace') return workspace.paces.waitSeconds(name, method.pace.pace);
  const pace = workspace.options.messagePace ?? PACES.message;
  return workspace.paces.waitSeconds(`${name} ${given['channel'] ?? ''}`, pace);
}
