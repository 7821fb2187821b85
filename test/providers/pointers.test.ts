import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCloudEndpoint, type CloudEndpoint } from '../../src/local/aws/cloud/endpoint.ts';
import { emptyCloud, type CloudModel } from '../../src/local/aws/cloud/model.ts';
import type { PointerSaid } from '../../src/core/pointer.ts';
import { pointerBecame, type PointerSeen } from '../../src/providers/pointer-became.ts';
import { pointerQuestions } from '../../src/providers/pointer-set-up.ts';
import { saidBy as parameterSaid } from '../../src/providers/parameter-store/said.ts';
import { saidBy as recordSaid } from '../../src/providers/route53/said.ts';
import type { PointerSpec, TargetSpec } from '../../src/targets/spec.ts';

const says = (host: string, version: number | null = null): PointerSaid => ({
  host,
  kept: host,
  ttlSeconds: null,
  version,
});
const change = { before: says('db1.internal', 4), after: says('db2.internal') };

describe('what became of a change', () => {
  const receipt = { id: '5', left: [] };
  const seen = (said: PointerSeen['said'], more: Partial<PointerSeen> = {}): PointerSeen => ({
    name: '/shop/db/host',
    receipt,
    spread: 'unknown',
    said,
    ...more,
  });
  const after = (seconds: number, one: PointerSeen) =>
    pointerBecame(change, one, { begunAtMs: 0, nowMs: seconds * 1000 });
  const lost = { receipt: null };

  it('is what is read back, whatever else was answered', () => {
    expect(after(5, seen(says('db2.internal', 5)))).toMatchObject({ ended: 'pointed', left: [] });
    expect(after(5, seen(says('db2.internal', 5), lost))).toMatchObject({ ended: 'pointed', left: [] });
    expect(after(5, seen(says('db1.internal', 6)))).toMatchObject({
      ended: 'not-pointed',
      why: '/shop/db/host was changed, and says db1.internal again: somebody changed it back.',
    });
    expect(after(5, seen(says('other.internal', 6)))).toMatchObject({
      ended: 'not-pointed',
      why: '/shop/db/host says other.internal now: somebody else has changed it.',
    });
  });

  it('of which the answer got lost is waited for, and then said not to have been heard', () => {
    expect(after(59, seen(says('db1.internal', 4), lost))).toMatchObject({ ended: 'under-way' });
    expect(after(61, seen(says('db1.internal', 4), lost))).toMatchObject({ ended: 'not-pointed' });
  });

  it('of which the answer got lost tells by the version that somebody else wrote, too', () => {
    const told = after(5, seen(says('db2.internal', 6), lost));
    expect(told).toMatchObject({ ended: 'pointed', left: [expect.stringContaining('is at version 6 and was at 4')] });
  });

  it('is under way until all name servers know, and told after five minutes all the same', () => {
    const told = (seconds: number) => after(seconds, seen(says('db2.internal'), { spread: 'under-way' }));
    expect(told(299)).toMatchObject({ ended: 'under-way' });
    expect(told(301)).toMatchObject({ ended: 'pointed', left: [expect.stringContaining('PENDING')] });
  });

  it('is for a person when it could not be read for five minutes', () => {
    expect(after(299, seen(null))).toMatchObject({ ended: 'under-way' });
    expect(after(301, seen(null))).toMatchObject({ ended: 'needs-a-human' });
    expect(after(301, seen({ refused: 'it is weighted.' }))).toMatchObject({
      why: expect.stringContaining('it is weighted.'),
    });
  });
});

describe('what a pointer says', () => {
  const name = { name: 'db.shop.internal', zone: 'Z0SHOPINTERNAL', type: 'CNAME' as const };
  const set = {
    Name: 'db.shop.internal.',
    Type: 'CNAME' as const,
    TTL: 30,
    ResourceRecords: [{ Value: 'DB1.internal.' }],
  };

  it('is compared as a name, and kept as it is', () => {
    expect(recordSaid(name, [set])).toEqual({
      host: 'db1.internal',
      kept: 'DB1.internal.',
      ttlSeconds: 30,
      version: null,
    });
    expect(parameterSaid('/h', { Type: 'String', Value: 'DB1.internal', Version: 4 })).toEqual({
      host: 'db1.internal',
      kept: 'DB1.internal',
      ttlSeconds: null,
      version: 4,
    });
  });

  it.each([
    ['is routed by latency', { Region: 'eu-west-1' as const, SetIdentifier: 'a' }],
    ['fails over by itself', { Failover: 'PRIMARY' as const, SetIdentifier: 'a' }],
    ['is routed by place', { GeoLocation: { CountryCode: 'DE' }, SetIdentifier: 'a' }],
    ['has several answers', { MultiValueAnswer: true, SetIdentifier: 'a' }],
    ['depends on a health check', { HealthCheckId: 'h' }],
  ])('is nothing to be guessed at where a record %s', (words, more) => {
    expect(recordSaid(name, [{ ...set, ...more }])).toEqual({ refused: expect.stringContaining(words) });
  });

  it('is not there where the record of that name has another type', () => {
    expect(recordSaid(name, [{ ...set, Type: 'A' }])).toEqual({
      refused: expect.stringContaining('has no CNAME db.shop.internal'),
    });
  });
});

describe('doctor', () => {
  const model: CloudModel = emptyCloud();
  let endpoint: CloudEndpoint;
  const before = { ...process.env };
  beforeAll(async () => {
    endpoint = await startCloudEndpoint(model);
    Object.assign(process.env, endpoint.environment);
  });
  afterAll(async () => {
    await endpoint.close();
    for (const key of Object.keys(endpoint.environment)) delete process.env[key];
    Object.assign(process.env, before);
  });
  beforeEach(() => void Object.assign(model, emptyCloud()));

  const pointer: PointerSpec = { by: 'parameter-store', name: '/shop/db/host' };
  const member = { name: 'shop-db-1', role: 'primary', host: 'DB1.internal', port: 5432, credentials: {} } as const;
  const spec = { name: 'shop-db', region: 'eu-central-1', members: [member], pointer } as unknown as TargetSpec;
  const answer = () => pointerQuestions(spec)[0]?.ask();

  it('says which server a pointer names', async () => {
    model.kept['/shop/db/host'] = { type: 'String', values: ['db1.internal'] };
    expect(await answer()).toEqual({ ok: 'it says db1.internal, which is shop-db-1' });
    expect(endpoint.asked).toEqual(['ssm:GetParameter']);
  });

  it('says what is wrong with one that names none, is not there, or may not be read', async () => {
    model.kept['/shop/db/host'] = { type: 'String', values: ['proxy.internal'] };
    expect(await answer()).toMatchObject({
      problem: expect.stringContaining('which is the host of no member of shop-db'),
    });
    model.kept = {};
    expect(await answer()).toMatchObject({ problem: expect.stringContaining('knows no parameter /shop/db/host') });
    model.faults['ssm:GetParameter'] = 'denied';
    expect(await answer()).toMatchObject({
      problem: expect.stringContaining('may not call ssm:GetParameter on parameter/shop/db/host'),
    });
  });

  it('asks nothing of a target without one', () => {
    const { pointer: _, ...plain } = spec;
    expect(pointerQuestions(plain)).toEqual([]);
  });
});
