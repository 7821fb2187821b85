import { describe, expect, it } from 'vitest';
import { createGroupMembers, type AskSlack } from '../../src/app/group-members.ts';
import type { AskedMembers } from '../../src/slack/user-groups.ts';
import { freshSeconds } from '../../src/state/seen-members.ts';
import { createUserGroups, type UserGroups } from '../../src/state/user-groups.ts';
import { memoryTable } from './memory-table.ts';

/** A Slack that answers what it is told, a clock that only moves by hand, and one table for several processes. */
function world() {
  const clock = { ms: Date.parse('2026-11-24T03:00:00.000Z') };
  const now = () => clock.ms;
  const kept = createUserGroups(memoryTable(now));
  const slack = { answer: { members: ['U0BEN'] } as AskedMembers, asked: 0 };
  const ask: AskSlack = async () => {
    slack.asked += 1;
    return slack.answer;
  };
  const warnings: object[] = [];
  const log = (_level: string, message: string, detail: unknown) => void warnings.push({ message, detail });
  const process = (remembering: UserGroups = kept) => createGroupMembers({ kept: remembering, now, log });
  return { slack, ask, warnings, process, pass: (seconds: number) => void (clock.ms += seconds * 1000) };
}

const unreachable: AskedMembers = { retry: 5, reason: 'Slack cannot be reached: ECONNREFUSED' };

describe('the members of a group', () => {
  it('are asked for once in five minutes, however many processes start', async () => {
    const { slack, ask, process, pass } = world();
    const first = process().known(ask);
    expect(await first('S0DBAS')).toEqual(['U0BEN']);
    expect(await first('S0DBAS')).toEqual(['U0BEN']);
    expect(await process().known(ask)('S0DBAS')).toEqual(['U0BEN']);
    expect(slack.asked).toBe(1);
    slack.answer = { members: [] };
    pass(freshSeconds);
    expect(await first('S0DBAS')).toEqual([]);
    expect(slack.asked).toBe(2);
  });

  it('are not known any more five minutes after Slack was asked, however late another process read it', async () => {
    const { slack, ask, process, pass } = world();
    await process().known(ask)('S0DBAS');
    pass(freshSeconds - 1);
    const late = process().known(ask);
    expect(await late('S0DBAS')).toEqual(['U0BEN']);
    slack.answer = unreachable;
    pass(1);
    expect(await late('S0DBAS')).toBeUndefined();
  });

  it('are one question when a crowd asks at the same moment', async () => {
    const { slack, ask, process } = world();
    const known = process().known(ask);
    const answers = await Promise.all(Array.from({ length: 50 }, () => known('S0DBAS')));
    expect(answers.every((members) => members?.includes('U0BEN') === true)).toBe(true);
    expect(slack.asked).toBe(1);
  });

  it('are asked for anew where a yes depends on it, and everybody learns it', async () => {
    const { slack, ask, process } = world();
    const members = process();
    await members.known(ask)('S0DBAS');
    slack.answer = { members: [] };
    expect(await members.known(ask)('S0DBAS')).toEqual(['U0BEN']);
    expect(await members.anew(ask)('S0DBAS')).toEqual([]);
    expect(await members.known(ask)('S0DBAS')).toEqual([]);
    expect(await process().known(ask)('S0DBAS')).toEqual([]);
  });

  it('are what is known, for five minutes, where Slack does not answer anew', async () => {
    const { slack, ask, process, pass } = world();
    const members = process();
    await members.known(ask)('S0DBAS');
    slack.answer = unreachable;
    expect(await members.anew(ask)('S0DBAS')).toEqual(['U0BEN']);
    pass(freshSeconds);
    expect(await members.anew(ask)('S0DBAS')).toBeUndefined();
  });

  it('are nobody when Slack never answered, and the log says which group and why', async () => {
    const { slack, ask, process, warnings } = world();
    slack.answer = { permanent: 'missing_scope' };
    expect(await process().known(ask)('S0DBAS')).toBeUndefined();
    const detail = { group: 'S0DBAS', answer: { permanent: 'missing_scope' } };
    expect(warnings).toEqual([{ message: 'Slack did not say who is in a user group', detail }]);
  });

  it('are not asked for again at once when Slack failed, and not before it allows it', async () => {
    const { slack, ask, process, pass } = world();
    const known = process().known(ask);
    slack.answer = { retry: 30, reason: 'Slack asks for a pause' };
    await known('S0DBAS');
    slack.answer = { members: ['U0BEN'] };
    pass(29);
    expect(await known('S0DBAS')).toBeUndefined();
    expect(slack.asked).toBe(1);
    pass(1);
    expect(await known('S0DBAS')).toEqual(['U0BEN']);
  });

  it('are what Slack says when the state table cannot be asked', async () => {
    const { ask, process, warnings } = world();
    const broken = async (): Promise<never> => {
      throw new Error('the table is away');
    };
    expect(await process({ of: broken, keep: broken }).known(ask)('S0DBAS')).toEqual(['U0BEN']);
    expect(warnings).toHaveLength(2);
  });
});
