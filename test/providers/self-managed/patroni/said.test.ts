import { expect, it } from 'vitest';
import type { SwitchoverAnswer } from '../../../../src/providers/self-managed/patroni/client.ts';
import { verdictOf, type Verdict } from '../../../../src/providers/self-managed/patroni/said.ts';

it.each<[SwitchoverAnswer, Verdict['is']]>([
  [{ status: 200, said: 'Successfully switched over to "b"' }, 'accepted'],
  [{ status: 202, said: 'Switchover scheduled' }, 'open'],
  [{ status: 400, said: 'Switchover could be performed only from a specific leader' }, 'refused'],
  [{ status: 401, said: 'not authenticated' }, 'refused'],
  [{ status: 412, said: 'leader name does not match' }, 'refused'],
  [{ status: 500, said: '' }, 'open'],
  [{ status: 503, said: 'Switchover failed' }, 'failed'],
  [{ status: 503, said: 'Switchover status unknown' }, 'open'],
  [{ status: 503, said: 'failed to write switchover key into DCS' }, 'open'],
  [{ silent: 'did not answer within 28 s' }, 'open'],
])('%j is %s', (answer, is) => {
  expect(verdictOf(answer).is).toBe(is);
});
