import type { Fact } from '../../../core/report.ts';
import type { PostgresMember } from '../../../targets/postgres.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { pointedAt } from './conninfo.ts';
import { siblingState, whyNotPointed } from './state.ts';

/** A part of a runbook that is said only there. */
export const WHERE_SIBLINGS = 'where there are other standbys';

type Servers = { members: readonly PostgresMember[]; unreached: readonly { name: string }[] };

/** Which other standbys will follow, by the bot or by a person; said before anybody approves. Empty where there are none. */
export async function siblingsOutlook(spec: TargetSpec, servers: Servers, from: string, to: string): Promise<Fact[]> {
  const others = spec.members.filter(({ name }) => name !== from && name !== to);
  const said = await Promise.all(
    others.map(async ({ name, credentials }) => {
      const server = servers.members.find((one) => one.name === name);
      if (!server) return `${name} does not answer, and is left to a person`;
      const why = await whyNot(server, credentials.act?.user ?? 'nightshift_act').catch(() => 'it could not be asked');
      return why === undefined ? `${name} is pointed at ${to} by the bot` : `${name} is left to a person: ${why}`;
    }),
  );
  return said.length === 0 ? [] : [{ label: 'Other standbys', value: `${said.join('; ')}.` }];
}

async function whyNot({ query, version }: PostgresMember, acting: string): Promise<string | undefined> {
  const state = await siblingState(query, version, acting);
  const why = whyNotPointed(state);
  if (why !== undefined) return why;
  // The host does not matter for whether it can be written.
  const next = pointedAt(state.conninfo ?? '', 'anywhere', 5432);
  return 'unfit' in next ? next.unfit : undefined;
}
