import { DescribeDBInstancesCommand, DescribeDBParametersCommand, type RDSClient } from '@aws-sdk/client-rds';
import type { TargetSpec } from '../../targets/spec.ts';
import { onceOnly } from '../once-only.ts';

/** What RDS writes unless a parameter group says otherwise. */
export const RDS_PREFIX = '%t:%r:%u@%d:[%p]:';

/** A page has a hundred parameters, and nobody sets that many. */
const MOST_PAGES = 10;

const known = new Map<string, () => Promise<string>>();

/** log_line_prefix of an instance, asked once for each process; RDS's own where it cannot be asked, or is the default. */
export async function prefixOf(client: RDSClient, spec: TargetSpec, identifier: string): Promise<string> {
  const key = `${spec.account ?? ''}:${spec.region ?? ''}:${identifier}`;
  const ask = known.get(key) ?? onceOnly(() => askPrefix(client, identifier));
  known.set(key, ask);
  try {
    return await ask();
  } catch {
    known.delete(key);
    return RDS_PREFIX;
  }
}

/** Only what somebody has set: a page or two. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameters.html */
async function askPrefix(client: RDSClient, DBInstanceIdentifier: string): Promise<string> {
  const { DBInstances: [instance] = [] } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
  const DBParameterGroupName = instance?.DBParameterGroups?.[0]?.DBParameterGroupName;
  if (DBParameterGroupName === undefined) return RDS_PREFIX;
  return (await setPrefix(client, DBParameterGroupName)) ?? RDS_PREFIX;
}

async function setPrefix(client: RDSClient, DBParameterGroupName: string): Promise<string | undefined> {
  let Marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const asked = { DBParameterGroupName, Source: 'user', ...(Marker === undefined ? {} : { Marker }) };
    // oxlint-disable-next-line no-await-in-loop -- each page names the next one
    const { Parameters = [], Marker: next = '' } = await client.send(new DescribeDBParametersCommand(asked));
    const found = Parameters.find(({ ParameterName }) => ParameterName === 'log_line_prefix')?.ParameterValue;
    if (found !== undefined || next === '') return found;
    Marker = next;
  }
  return undefined;
}
