import type { Seen } from '../core/check.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { awsRefusal } from './aws-refusal.ts';
import { cloudClient, type CloudAccess, type CloudClient } from './cloud-access.ts';

/** What is asked, in the words of IAM: the action, the resource to allow it on, `db:*` or `*`, and to whom: `run` unless it says. */
export type CloudRight = { action: string; resource: string; room?: 'logs' };

/** The cloud does not know a name of the config: nothing is wrong with the database. */
export class UnknownIdentifier extends Error {}

/**
 * Asks AWS and says what came of it: a right that is missing is skipped, with the statement to add; an identifier that AWS
 * does not know is skipped, with the key of nightshift.yaml; throttling, silence and everything else is unreliable.
 */
export async function askCloud<T>(
  spec: TargetSpec,
  access: CloudAccess,
  rights: readonly CloudRight[],
  ask: (client: CloudClient) => Promise<T>,
): Promise<Seen<T>> {
  const client = cloudClient(spec, access);
  if (!client) {
    return {
      skipped: `no region is known for ${spec.name}`,
      fix: `Set targets.${spec.name}.region in nightshift.yaml.`,
    };
  }
  try {
    return { sample: await ask(client) };
  } catch (thrown) {
    return gapOf(spec, client.region, rights, thrown);
  }
}

function gapOf(
  spec: TargetSpec,
  region: string,
  rights: readonly CloudRight[],
  thrown: unknown,
): { skipped: string; fix: string } | { unreliable: string } {
  if (thrown instanceof UnknownIdentifier) return { skipped: thrown.message, fix: identifierAdvice(spec) };
  if (thrown instanceof Error && thrown.name === 'CredentialsProviderError') {
    return { skipped: 'there are no credentials for AWS here', fix: 'Give this process a role or a profile of AWS.' };
  }
  const refusal = awsRefusal(thrown);
  if ('absent' in refusal)
    return { skipped: `AWS does not know ${spec.name} in ${region}`, fix: identifierAdvice(spec) };
  if ('silent' in refusal) return { unreliable: `AWS did not answer: ${refusal.silent}` };
  const refused = rightsRefused(rights, thrown);
  const names = refused.map(({ action }) => action).join(' and ');
  return {
    skipped: `our role may not call ${names}`,
    fix: refused.map((right) => allow(right, spec, region)).join(' '),
  };
}

/** AWS names the action that it refused; where it does not, any of them may be meant. */
function rightsRefused(rights: readonly CloudRight[], thrown: unknown): readonly CloudRight[] {
  const message = thrown instanceof Error ? thrown.message : '';
  const named = rights.filter(({ action }) => message.includes(`perform: ${action}`));
  return named.length > 0 ? named : rights;
}

function allow({ action, resource, room }: CloudRight, { account }: TargetSpec, region: string): string {
  const service = action.split(':')[0] ?? '';
  const on = resource === '*' ? '*' : `arn:aws:${service}:${region}:${account ?? '*'}:${resource}`;
  return `Allow ${action} on ${on} to the role of ${room ?? 'run'}.`;
}

function identifierAdvice({ name, members }: TargetSpec): string {
  const [member] = members;
  return `Set targets.${name}.members.${member?.name ?? '*'}.identifier to the name that AWS has for it, and targets.${name}.region.`;
}
