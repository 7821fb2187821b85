import { GetParameterCommand, PutParameterCommand, SSMClient, type Parameter } from '@aws-sdk/client-ssm';
import { hostName, type PointerChange, type PointerSaid } from '../../core/pointer.ts';
import type { PointerSpec, TargetSpec } from '../../targets/spec.ts';
import { cloudClient, type CloudAccess, type CloudClient } from '../cloud-access.ts';
import { accountOf, partitionOf } from '../failover-role.ts';
import { orderOnce } from '../order-once.ts';
import { whyUnreadable } from '../pointer-refusal.ts';
import type { PointerReceipt, PointerStore } from '../pointer-store.ts';
import { ParameterMoved, parameterWords } from './refusals.ts';
import { saidBy } from './said.ts';

type Work = { name: string; access: CloudAccess; settings: CloudClient | undefined; client: SSMClient | undefined };

/**
 * A parameter of Systems Manager that holds a host. Its API knows no condition: what it says is asked right before, and the version that
 * the change got tells whether somebody was faster.
 */
export function openStore(spec: TargetSpec, { name }: PointerSpec, access: CloudAccess): PointerStore {
  const settings = cloudClient(spec, access);
  const work = { name, access, settings, client: settings && new SSMClient(settings) };
  return {
    what: `parameter ${name}`,
    steps: [
      `Read ${name} once more, and write {to} in the place of {from}. Systems Manager knows no condition: who writes in the same moment is overwritten, and told of by the version`,
      'Read it back',
    ],
    whyUnfit: () => null,
    keptAs: (host) => host,
    lingers: () => [
      'Clients go on to the old server until they read the parameter again: for most that is when they are started.',
      'Connections that are open stay where they are.',
    ],
    ttlOver: () => null,
    read: () => read(work),
    change: (change) => changeParameter(work, change),
    spread: async () => 'unknown',
    close: () => work.client?.destroy(),
  };
}

async function read({ name, client }: Work): Promise<PointerSaid | { refused: string }> {
  if (!client) return { refused: `No region is known for ${name}: set targets.<name>.region in nightshift.yaml.` };
  try {
    return saidBy(name, await parameter(client, name));
  } catch (thrown) {
    const refused = whyUnreadable(thrown, {
      right: 'ssm:GetParameter',
      on: `parameter${name}`,
      absent: `Systems Manager knows no parameter ${name}: create it, or mend the pointer in nightshift.yaml.`,
    });
    if (refused === undefined) throw thrown;
    return { refused };
  }
}

/** A SecureString is not decrypted: a host is no secret, and a secret is no host. */
async function parameter(client: SSMClient, name: string): Promise<Parameter> {
  const { Parameter: found } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: false }));
  return found ?? {};
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
async function changeParameter(
  work: Work,
  { before, after }: PointerChange,
): Promise<PointerReceipt | { refused: string }> {
  const { name, settings, access } = work;
  if (!settings) return { refused: `No region is known for ${name}.` };
  let version = 0;
  const answer = await orderOnce(settings, access, {
    name,
    runId: access.actingFor,
    right: {
      action: 'ssm:PutParameter',
      resources: [`arn:${partitionOf(access)}:ssm:${settings.region}:${accountOf(access)}:parameter${name}`],
    },
    client: (made) => new SSMClient(made),
    send: async (client) => {
      await demandUnmoved(work, before);
      const put = new PutParameterCommand({ Name: name, Value: after.kept, Type: 'String', Overwrite: true });
      version = (await client.send(put)).Version ?? 0;
    },
    words: parameterWords,
  });
  return 'refused' in answer ? answer : { id: String(version), left: await overwritten(work, before, version) };
}

/** Before every attempt, as close to the change as it can be. */
async function demandUnmoved(work: Work, { kept, version }: PointerSaid): Promise<void> {
  const now = await read(work).catch((thrown: unknown) => {
    throw new ParameterMoved(
      `it could not be read right before: ${thrown instanceof Error ? thrown.name : 'no answer'}`,
    );
  });
  if ('refused' in now) throw new ParameterMoved(now.refused);
  if (now.kept !== kept || now.version !== version)
    throw new ParameterMoved(`it was at version ${version} and says ${now.host}, at version ${now.version}, now`);
}

/** Who wrote between the question and the change; what that said is shown where it is a host. */
async function overwritten({ name, client }: Work, before: PointerSaid, version: number): Promise<string[]> {
  if (!client || version === (before.version ?? 0) + 1) return [];
  const said = await parameter(client, `${name}:${version - 1}`).then(
    (found) => saidBy(name, found),
    () => ({ refused: '' }),
  );
  const what = 'host' in said ? `it said ${hostName(said.host)}` : 'what it said is in the history of the parameter';
  return [
    `somebody wrote ${name} in the same moment, as version ${version - 1}, and is overwritten: ${what}. Ask who it was.`,
  ];
}
