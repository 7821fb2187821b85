import { CloudWatchClient, ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch';
import type { Control } from './control.ts';

/** An alarm's tags; none when they cannot be read: then the alarm is unmatched, which is posted. */
export async function tagsOf(
  { log, environment }: Pick<Control, 'log' | 'environment'>,
  arn: string,
): Promise<{ readonly [key: string]: string }> {
  const client = new CloudWatchClient({
    ...(environment.region === undefined ? {} : { region: environment.region }),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000 },
  });
  try {
    const { Tags = [] } = await client.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
    return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  } catch (thrown) {
    log('warn', 'tags of the alarm could not be read', {
      arn,
      reason: thrown instanceof Error ? thrown.name : 'unknown',
    });
    return {};
  } finally {
    client.destroy();
  }
}
