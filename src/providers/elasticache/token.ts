import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { Fault } from '../../core/errors.ts';
import type { TokenLogin } from '../open-options.ts';

const TOKEN_SECONDS = 900;

/**
 * A token for an ElastiCache user with IAM authentication, signed here without any request, good for 15 minutes. It names the
 * replication group, not the node. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
 */
export async function elasticacheToken(login: TokenLogin): Promise<string> {
  const { user, identifier, region } = login;
  if (identifier === undefined || region === undefined)
    throw new Fault(
      'invalid_request',
      'an iam token for ElastiCache needs the identifier of the member and the region of the target',
    );
  const hostname = replicationGroupOf(identifier);
  const signer = new SignatureV4({ service: 'elasticache', region, credentials: defaultProvider(), sha256: Sha256 });
  const request = new HttpRequest({
    method: 'GET',
    protocol: 'http:',
    hostname,
    path: '/',
    query: { Action: 'connect', User: user },
    headers: { host: hostname },
  });
  const { query } = await signer.presign(request, { expiresIn: TOKEN_SECONDS });
  return `${hostname}/?${new URLSearchParams(query as Record<string, string>).toString()}`;
}

/** Pure: `shop-cache-001` and `shop-cache-0001-002` are nodes of `shop-cache`. */
export function replicationGroupOf(node: string): string {
  return node.toLowerCase().replace(/(?:-\d{4})?-\d{3}$/, '');
}
