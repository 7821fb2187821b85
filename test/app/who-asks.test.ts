import { describe, expect, it } from 'vitest';
import { createPeople, whoAsks } from '../../src/app/who-asks.ts';
import { createUserGroups } from '../../src/state/user-groups.ts';
import { configOf, text } from '../config/fixture.ts';
import { memoryTable } from './memory-table.ts';

const config = configOf(
  text.replace(
    'targets:',
    `groups:
  dbas: { slack: S0DBAS, roles: { production: operator } }
  leads: { slack: S0LEADS, roles: { production: approver } }
targets:`,
  ),
);

function asking(members: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const who = whoAsks(config, async (group) => {
    asked.push(group);
    return members[group];
  });
  return { who, asked };
}

describe('who asks', () => {
  it('is the name alone where it suffices, or where no group would help: nobody is asked', async () => {
    const { who, asked } = asking({});
    expect(await who('U0OMAR', 'operator', ['production'])).toEqual({ user: 'U0OMAR' });
    expect(await who('U0ADA', 'approver', ['production'])).toEqual({ user: 'U0ADA' });
    expect(await who('U0EVE', 'viewer', ['nowhere'])).toEqual({ user: 'U0EVE' });
    expect(asked).toEqual([]);
  });

  it('is the person with those groups that would raise the role', async () => {
    const { who, asked } = asking({ S0DBAS: ['U0EVE'], S0LEADS: ['U0BEN'] });
    expect(await who('U0EVE', 'operator', ['production'])).toEqual({
      user: 'U0EVE',
      groups: ['S0DBAS'],
      unknownGroups: [],
    });
    expect(asked).toEqual(['S0DBAS', 'S0LEADS']);
    expect(await who('U0OMAR', 'approver', ['production'])).toMatchObject({ groups: [] });
    expect(asked.slice(2)).toEqual(['S0LEADS']);
  });

  it('is told apart from a member where nobody can say who is in a group', async () => {
    const { who } = asking({ S0LEADS: ['U0EVE'] });
    expect(await who('U0EVE', 'viewer', ['production'])).toEqual({
      user: 'U0EVE',
      groups: ['S0LEADS'],
      unknownGroups: ['S0DBAS'],
    });
  });

  it('at the door has no group when Slack takes too long, and has it from then on', async () => {
    const slow = Promise.withResolvers<{ members: readonly string[] }>();
    const slack = { membersQuickly: () => slow.promise, members: () => slow.promise };
    const kept = createUserGroups(memoryTable(Date.now));
    const people = createPeople(config, slack, { kept, now: Date.now, log: () => {} });
    expect(await people.atTheDoor('U0EVE', 'operator', ['production'])).toMatchObject({
      groups: [],
      unknownGroups: ['S0DBAS', 'S0LEADS'],
    });
    slow.resolve({ members: ['U0EVE'] });
    expect(await people.atTheDoor('U0EVE', 'operator', ['production'])).toMatchObject({
      groups: ['S0DBAS', 'S0LEADS'],
      unknownGroups: [],
    });
  });
});
