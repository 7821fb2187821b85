import { describe, expect, it } from 'vitest';
import { answerNow } from '../../src/app/answer.ts';
import { onCommand, type FrontDoorTools } from '../../src/app/front-door.ts';
import { whoAsks } from '../../src/app/who-asks.ts';
import { runName } from '../../src/core/run.ts';
import { fleet } from '../../src/operations/fleet.ts';
import { help } from '../../src/operations/help.ts';
import { configOf, text } from '../config/fixture.ts';

/** Production, where omar is operator by name, and staging, which only the group may see. */
const config = configOf(
  text
    .replace(
      '\npeople:',
      '\n  staging: { channel: C0STAGING, approvals: { interrupts: policy, destroys: policy } }\npeople:',
    )
    .replace(
      'targets:',
      `groups:
  testers: { slack: S0TEST, roles: { staging: operator } }
targets:
  try-db:
    engine: postgres
    provider: self-managed
    environment: staging
    database: try
    members:
      try-db-1: { role: primary, host: try.example.internal }`,
    ),
);

function door(members: readonly string[] | undefined) {
  const seen = { asked: 0, started: [] as string[] };
  const who = whoAsks(config, async () => {
    seen.asked += 1;
    return members;
  });
  const tools = {
    config,
    now: Date.now,
    whoAsks: who,
    latestReport: async () => undefined,
    mutesInForce: async () => [],
    book: { youngest: async () => [], story: async () => undefined, abort: async () => ({ refused: 'nothing runs' }) },
    audit: { record: async () => {} },
    runs: {
      start: async ({ operation, subject }: { operation: string; subject: string }, claimKey: string) => {
        seen.started.push(subject);
        return runName(operation, claimKey);
      },
    },
  } as unknown as FrontDoorTools;
  const says = async (typed: string) => {
    const request = { command: '/db', user: 'U0OMAR', channel: 'C0DBALERTS', text: typed, claimKey: typed };
    const answer = await onCommand(tools, { ...request, triggerId: 't', responseUrl: 'https://example.test' });
    return 'reply' in answer && typeof answer.reply === 'string' ? answer.reply : JSON.stringify(answer);
  };
  return { seen, tools, says };
}

describe('a command on what a person may see by name', () => {
  it('asks nobody about groups, though a group could show more', async () => {
    const { seen, says } = door(['U0OMAR']);
    expect(await says('health orders-db')).toMatch(/^On it/);
    expect(await says('health production')).toMatch(/^On it/);
    expect(await says('end orders-db 4711')).toMatch(/^On it/);
    expect(seen).toEqual({ asked: 0, started: ['orders-db', 'production', 'orders-db'] });
  });
});

describe('a command on what only a group shows', () => {
  it('is carried out for a member', async () => {
    const { seen, says } = door(['U0OMAR']);
    expect(await says('health try-db')).toMatch(/^On it/);
    expect(seen.started).toEqual(['try-db']);
    expect(seen.asked).toBeGreaterThan(0);
  });

  it('does not know the target for somebody else, as if there were none', async () => {
    const { seen, says } = door([]);
    expect(await says('health try-db')).toMatch(/I do not know a target "try-db"/);
    expect(seen.started).toEqual([]);
  });

  it('says that Slack could not be asked, where nobody knows who is in the group', async () => {
    const { says } = door(undefined);
    expect(await says('health try-db')).toMatch(
      /I do not know a target "try-db".*Slack could not be asked who is in testers, so groups give no role now\./,
    );
    expect(await says('health orders-db')).toMatch(/^On it/);
  });
});

describe('an answer that shows less than it may', () => {
  it('says so, in the list of the fleet and in the help', async () => {
    const { tools } = door(undefined);
    const unknown = 'Slack could not be asked who is in testers, so groups give no role now.';
    expect(await answerNow(tools, fleet, 'U0OMAR', {})).toMatchObject({
      parts: [{ subject: 'orders-db' }],
      text: [unknown],
    });
    const page = await answerNow(tools, help, 'U0OMAR', { verb: 'end' });
    expect(page.text).toContain(unknown);
    expect(page.facts).toContainEqual({ label: 'In production', value: 'you may run this' });
  });

  it('is the whole answer for a member', async () => {
    const { tools } = door(['U0OMAR']);
    const report = await answerNow(tools, fleet, 'U0OMAR', {});
    expect(report.parts.map(({ subject }) => subject)).toEqual(['try-db', 'orders-db']);
    expect(report.text).toEqual([]);
    const page = await answerNow(tools, help, 'U0OMAR', { verb: 'end' });
    expect(page.facts).toContainEqual({ label: 'In staging', value: 'you may run this' });
  });
});
