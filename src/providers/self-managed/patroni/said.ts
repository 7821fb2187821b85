import type { SwitchoverAnswer } from './client.ts';

/** What an answer to the request means: `refused`: nothing was begun; `failed`: begun and given up; `open`: only the servers can tell. */
export type Verdict = { is: 'accepted' | 'open'; said: string } | { is: 'refused' | 'failed'; why: string };

/**
 * Pure. 412: a precondition does not hold, the leader is another one first of all; other 4xx: not understood, or not let in; 503 either
 * says that it failed, or that nobody knows. https://patroni.readthedocs.io/en/latest/rest_api.html#switchover-and-failover-endpoints
 */
export function verdictOf(answer: SwitchoverAnswer): Verdict {
  if ('silent' in answer) return { is: 'open', said: answer.silent };
  const { status, said } = answer;
  if (status === 200) return { is: 'accepted', said };
  if (status === 401 || status === 403)
    return { is: 'refused', why: `Patroni does not let us in (HTTP ${status}: ${said})${LOGIN}.` };
  if (status >= 400 && status < 500) return { is: 'refused', why: `Patroni refused it (HTTP ${status}: ${said}).` };
  if (status === 503 && /^(?:switch|fail)over failed$/i.test(said))
    return { is: 'failed', why: `Patroni gave it up (${said}).` };
  return { is: 'open', said: `HTTP ${status}: ${said}` };
}

const LOGIN = ': set patroni.user and patroni.password of the target in nightshift.yaml to its restapi.authentication';
