import { Signer } from '@aws-sdk/rds-signer';
import type { TokenLogin } from '../open-options.ts';

/**
 * A database token instead of a password, signed here without any request, good for 15 minutes.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
 */
export function rdsToken({ host, port, user, region }: TokenLogin): Promise<string> {
  const place = region === undefined ? {} : { region };
  return new Signer({ hostname: host, port, username: user, ...place }).getAuthToken();
}
