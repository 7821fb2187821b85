import type { FaultState } from './faults.ts';
import type { JsonObject } from './json-fields.ts';

/** What `GET /api/status` answers. */
export type ConsoleStatus = {
  team: { id: string; domain: string; name: string };
  bot: { userId: string; botId: string; appId: string; name: string };
  users: readonly { id: string; name: string; realName: string; roleLabel: string }[];
  channels: readonly { id: string; name: string }[];
  drills: readonly { name: string; title: string; what: string; on: boolean }[];
  events: readonly { name: string; title: string }[];
  /** What may follow the command, and whole examples. */
  hint: string;
  examples: readonly string[];
  faults: FaultState;
  /** `members: [{ name, role, state }]` becomes one dot each (`state: 'up'` is green); other fields are shown as they are. */
  fleet: JsonObject;
};
