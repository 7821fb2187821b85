import { describe, expect, it } from 'vitest';
import { targetFromUrl } from '../../src/providers/index.ts';

describe('a target from a URL', () => {
  it('has one member, and its password only in the secrets', async () => {
    const { spec, secrets } = targetFromUrl('postgres://ana:can%40ry@db.example:6543/shop?sslmode=require');
    expect(spec).toMatchObject({ name: 'db.example:6543', engine: 'postgres', database: 'shop', tls: true });
    expect(spec.members).toMatchObject([{ role: 'primary', host: 'db.example', port: 6543 }]);
    expect(JSON.stringify(spec)).not.toContain('can');
    const { read, act } = spec.members[0]?.credentials ?? {};
    expect([read?.user, act]).toEqual(['ana', undefined]);
    expect(read?.password && (await secrets.resolve(read.password))).toBe('can@ry');
    expect(secrets.known()).toEqual(['can@ry']);
  });

  it.each([
    [
      'postgres://db',
      { database: 'postgres', tls: false, members: [{ port: 5432, credentials: { read: { user: 'postgres' } } }] },
    ],
    ['postgresql://ana@db', { database: 'ana' }],
    ['redis://cache', { engine: 'redis', tls: false, members: [{ port: 6379, credentials: { read: {} } }] }],
    ['rediss://:pw@cache:7000/0', { engine: 'redis', tls: true, members: [{ port: 7000 }] }],
    ['redis://[::1]:7000', { members: [{ host: '::1' }] }],
  ])('%s is understood', (url, spec) => {
    expect(targetFromUrl(url).spec).toMatchObject(spec);
  });

  it.each(['mysql://root:canary@db', 'canary', 'postgres://a:can%zzary@db'])(
    '%s is refused without being repeated',
    (url) => {
      expect(() => targetFromUrl(url)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
      expect(() => targetFromUrl(url)).not.toThrow(/canary|zz/);
    },
  );
});
