import type { VNode } from 'preact';
import type { Json } from '../../../core/json.ts';
import { listAt, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';

/** One dot for each server of the fleet; other short facts as they are. */
export function FleetLine({ fleet }: { fleet: JsonObject }): VNode | null {
  const members = listAt(fleet, 'members');
  const facts = Object.entries(fleet).filter((fact): fact is [string, string | number] =>
    ['string', 'number'].includes(typeof fact[1]),
  );
  if (members.length === 0 && facts.length === 0) return null;
  return (
    <div class="fleet" role="status" aria-label="Fleet">
      {members.length > 0 && <Sum members={members} />}
      {members.map((member, index) => (
        <Member key={index} member={member} />
      ))}
      {facts.map(([name, value]) => (
        <span key={name} class="fact">
          {name} {value}
        </span>
      ))}
    </div>
  );
}

/** On a phone: how many are up; those that are not still stand beside it by name. */
function Sum({ members }: { members: readonly Json[] }): VNode {
  const up = members.filter((member) => textAt(member, 'state') === 'up').length;
  return (
    <span class="fleet-sum">
      {up === members.length && <i class="lamp up" />}
      {up} of {members.length} servers up
    </span>
  );
}

function Member({ member }: { member: Json }): VNode {
  const state = textAt(member, 'state') ?? 'unknown';
  return (
    <span class={`member ${state === 'up' ? 'is-up' : ''}`} title={`${textAt(member, 'name')}: ${state}`}>
      <i class={`lamp ${state === 'up' ? 'up' : state === 'down' ? 'down' : 'other'}`} />
      {textAt(member, 'name')}
      <small>{state === 'up' ? textAt(member, 'role') : state}</small>
    </span>
  );
}
