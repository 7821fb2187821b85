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
  const refused = whyNotToken(workspace, name, token);
  if (refused) return { answer: bad(refused) };
  const retryAfterSeconds = waitSeconds(workspace, name, method, given);
  if (retryAfterSeconds > 0) return { retryAfterSeconds };
  const answer = method.run(workspace, given);
  if (method.writesMessage && answer.ok && workspace.faults.loses()) return { lost: true };
  return { answer };
}

/** One method wants the app's own token, those about its manifest a configuration token, every other the bot's. */
function whyNotToken({ options }: Workspace, name: string, token: string): string | undefined {
  if (name.startsWith('apps.manifest.')) return token === options.app?.configToken ? undefined : 'invalid_auth';
  const wantsAppToken = METHODS[name]?.wantsAppToken === true;
  const [wanted, other] = wantsAppToken ? [options.appToken, options.botToken] : [options.botToken, options.appToken];
  if (token === wanted) return undefined;
  return token === other ? 'not_allowed_token_type' : 'invalid_auth';
}

function waitSeconds(workspace: Workspace, name: string, method: Method, given: Arguments): number {
  if (method.writesMessage && workspace.faults.now().ratelimit) return 1;
  if (method.pace.by === 'workspace') return workspace.paces.waitSeconds(name, method.pace.pace);
  const pace = workspace.options.messagePace ?? PACES.message;
  return workspace.paces.waitSeconds(`${name} ${given['channel'] ?? ''}`, pace);
}
