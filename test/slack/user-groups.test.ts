import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPoster } from '../../src/slack/post.ts';
import { createUserGroups, type UserGroups } from '../../src/slack/user-groups.ts';
import { startSlackStub, type SlackStub, type StubAnswer } from './slack-stub.ts';

let slack: SlackStub;
let groups: UserGroups;
beforeEach(async () => {
  slack = await startSlackStub();
  groups = createUserGroups({ token: 'xoxb-test', apiUrl: slack.apiUrl });
});
afterEach(() => slack.close());

const refusing = (error: string): StubAnswer => ({ body: { ok: false, error } });

describe('the members of a user group', () => {
  test('are user ids, asked for by the id of the group', async () => {
    slack.answers.set('usergroups.users.list', () => ({ body: { ok: true, users: ['U0ADA', 'W0BEN'] } }));
    expect(await groups.membersQuickly('S0DBAS')).toEqual({ members: ['U0ADA', 'W0BEN'] });
    expect(await groups.members('S0DBAS')).toEqual({ members: ['U0ADA', 'W0BEN'] });
    expect(slack.calls.map(({ body }) => body['usergroup'])).toEqual(['S0DBAS', 'S0DBAS']);
    expect(slack.calls[0]?.token).toBe('Bearer xoxb-test');
  });

  test.each<[string, StubAnswer, object]>([
    ['of a group that is gone', refusing('no_such_subteam'), { permanent: 'no_such_subteam' }],
    ['without the scope', refusing('missing_scope'), { permanent: 'missing_scope' }],
    ['in a workspace without user groups', refusing('plan_upgrade_required'), { permanent: 'plan_upgrade_required' }],
    ['in an answer without a list', { body: { ok: true } }, { permanent: 'Slack gave no list of users' }],
    ['at a rate limit', { status: 429, headers: { 'retry-after': '7' } }, { retry: 7 }],
    ['while Slack is broken', { status: 503 }, { retry: 5 }],
  ])('%s are not known, and the quick question is asked once', async (_, answer, wanted) => {
    slack.answers.set('usergroups.users.list', () => answer);
    expect(await groups.membersQuickly('S0DBAS')).toMatchObject(wanted);
    expect(slack.calls).toHaveLength(1);
  });

  test('are asked for again by a run, when the answer got lost', async () => {
    slack.answers.set('usergroups.users.list', (_, n) =>
      n < 3 ? { hangUp: true } : { body: { ok: true, users: ['U0ADA'] } },
    );
    expect(await groups.members('S0DBAS')).toEqual({ members: ['U0ADA'] });
    expect(slack.calls).toHaveLength(3);
  });

  test('are not waited for by the quick question as long as a post is, when Slack says nothing at all', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const options = { token: 'xoxb-test', apiUrl: `http://127.0.0.1:${port}/api/` };
    const post = createPoster(options).post({ channel: 'C1', text: 'hello', blocks: [] });
    const quick = createUserGroups(options).membersQuickly('S0DBAS');
    expect(await Promise.race([post, quick])).toMatchObject({ retry: 5 });
    silent.closeAllConnections();
    await new Promise<void>((resolve) => silent.close(() => resolve()));
  });
});
