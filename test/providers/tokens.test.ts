import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loginOf } from '../../src/providers/credentials.ts';
import { elasticacheToken, replicationGroupOf } from '../../src/providers/elasticache/token.ts';
import { rdsToken } from '../../src/providers/rds/token.ts';
import type { MemberSpec, TargetSpec } from '../../src/targets/spec.ts';

const before = { id: process.env['AWS_ACCESS_KEY_ID'], secret: process.env['AWS_SECRET_ACCESS_KEY'] };
beforeAll(() => Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'canary' }));
afterAll(() => {
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  if (before.id !== undefined) process.env['AWS_ACCESS_KEY_ID'] = before.id;
  if (before.secret !== undefined) process.env['AWS_SECRET_ACCESS_KEY'] = before.secret;
});

describe('a signed database token', () => {
  const login = {
    host: 'shop.abc.eu-central-1.rds.amazonaws.com',
    port: 5432,
    user: 'nightshift_read',
    region: 'eu-central-1',
  };

  it('of RDS is for one host, port and user, in its region, for 15 minutes', async () => {
    const url = new URL(`https://${await rdsToken(login)}`);
    expect(url.host).toBe('shop.abc.eu-central-1.rds.amazonaws.com:5432');
    expect(url.searchParams.get('Action')).toBe('connect');
    expect(url.searchParams.get('DBUser')).toBe('nightshift_read');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    expect(url.searchParams.get('X-Amz-Credential')).toMatch(
      /^AKIDEXAMPLE\/\d{8}\/eu-central-1\/rds-db\/aws4_request$/,
    );
  });

  it('of ElastiCache names the replication group, not the node', async () => {
    const token = await elasticacheToken({ ...login, identifier: 'shop-cache-001' });
    const url = new URL(`http://${token}`);
    expect(url.host).toBe('shop-cache');
    expect(url.searchParams.get('User')).toBe('nightshift_read');
    expect(url.searchParams.get('X-Amz-Credential')).toMatch(/\/eu-central-1\/elasticache\/aws4_request$/);
    expect(url.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of ElastiCache needs to know where and what', async () => {
    await expect(elasticacheToken(login)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it.each([
    ['shop-cache-001', 'shop-cache'],
    ['Shop-Cache-0001-002', 'shop-cache'],
    ['shop-cache', 'shop-cache'],
  ])('%s is a node of %s', (node, group) => expect(replicationGroupOf(node)).toBe(group));
});

describe('a login with iam', () => {
  const member: MemberSpec = {
    name: 'shop-1',
    role: 'primary',
    host: 'shop',
    port: 5432,
    credentials: { read: { user: 'nightshift_read', password: { from: 'iam' } }, act: { password: { from: 'iam' } } },
  };
  const spec: TargetSpec = {
    name: 'shop-db',
    engine: 'postgres',
    provider: 'rds',
    environment: 'prod',
    rooms: 'default',
    region: 'eu-west-1',
    tls: true,
    members: [member],
    alarms: [],
  };
  const secret = async () => 'never asked';

  it('gets the token of its provider, for its own host and user', async () => {
    const login = await loginOf(spec, member, 'read', { secret, token: async (about) => JSON.stringify(about) });
    expect(JSON.parse(login.password ?? '')).toEqual({
      host: 'shop',
      port: 5432,
      user: 'nightshift_read',
      region: 'eu-west-1',
    });
  });

  it('is refused where the provider has no tokens, and without a user', async () => {
    await expect(loginOf(spec, member, 'read', { secret })).rejects.toMatchObject({ code: 'unsupported' });
    const token = async () => 'token';
    await expect(loginOf(spec, member, 'act', { secret, token })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
