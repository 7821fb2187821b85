import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { missing, openBook, startShopWriter } from '../../../test/providers/self-managed/shop-writer.ts';
import type { TestPatroni } from '../../../test/servers/patroni.ts';
import type { Rig, Way } from './hand-over.ts';

let begun = 0;

/** Two servers under Patroni, and an application that writes into a table of theirs. */
export async function patroniRig(group: TestPatroni): Promise<Rig> {
  const leader = await group.settled();
  await leader.query('CREATE ROLE shop');
  await openBook(leader);
  return {
    servers: group,
    begin: () => {
      const writer = startShopWriter(group.members, `bench${(begun += 1)}-`);
      return {
        longestGapMilliseconds: writer.longestGapMilliseconds,
        stop: writer.stop,
        lost: async () => missing(writer, await group.settled()),
      };
    },
    settled: async ({ to }) => {
      while ((await group.settled()).name !== to);
    },
    keysOn: () => async () => new Set(),
    next: () => undefined,
    close: () => {},
  };
}

/** As an administrator does it on the host. https://patroni.readthedocs.io/en/latest/patronictl.html#patronictl-switchover */
export function patronictl(group: TestPatroni): Way {
  return async ({ from, to }) => {
    const words = ['-c', group.member(from).configFile, 'switchover', 'shop'];
    const who = ['--leader', from, '--candidate', to, '--force'];
    await promisify(execFile)('patronictl', [...words, ...who], { env: { ...utf8, PATH: '/usr/bin:/bin' } });
  };
}

const utf8 = { LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8' };
