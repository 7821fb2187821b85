import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionUrlEvent, FunctionUrlResult } from '../../../src/local/slack/door/function-url.ts';
import type { LocalSlackOptions } from '../../../src/local/slack/options.ts';

export type Door = (event: FunctionUrlEvent) => Promise<FunctionUrlResult>;

export const SIGNING_SECRET = 'a signing secret of the tests';
export const TOKEN = 'xoxb-tests';
export const CHANNEL = 'C0DBALERTS';

/** The patience of a Slack whose app shares a busy machine with other tests: there, 3 s may go by without anybody being slow. */
export const BUSY_MACHINE_MS = 60_000;

export const silentDoor: Door = async () => ({ statusCode: 200, body: '' });

export function testOptions(wanted: Partial<LocalSlackOptions>): LocalSlackOptions {
  return {
    dataDir: mkdtempSync(join(tmpdir(), 'local-slack-')),
    door: silentDoor,
    botToken: TOKEN,
    signingSecret: SIGNING_SECRET,
    team: { id: 'T0SHOP', domain: 'shop', name: 'Shop' },
    users: [
      { id: 'U0VERA', name: 'vera', realName: 'Vera Vogel', roleLabel: 'viewer' },
      { id: 'U0OMAR', name: 'omar', realName: 'Omar Olsen', roleLabel: 'operator' },
      { id: 'U0ADA', name: 'ada', realName: 'Ada Adler', roleLabel: 'approver' },
      { id: 'U0BEN', name: 'ben', realName: 'Ben Blum', roleLabel: 'approver' },
      { id: 'U0EVE', name: 'eve', realName: 'Eve Ernst', roleLabel: 'stranger' },
    ],
    channels: [{ id: CHANNEL, name: '#database-alerts' }],
    acknowledgeWithinMs: BUSY_MACHINE_MS,
    userGroups: [{ id: 'S0DBA', handle: 'dbas', name: 'DBAs', users: ['U0ADA', 'ben'] }],
    ...wanted,
  };
}
