import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type Change,
} from '@aws-sdk/client-route-53';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCloudEndpoint, type CloudEndpoint } from '../../../../src/local/aws/cloud/endpoint.ts';
import { emptyCloud, type CloudModel } from '../../../../src/local/aws/cloud/model.ts';
import { virtualClock } from '../../../runtime/virtual-clock.ts';

const clock = virtualClock('2026-11-28T02:00:00Z');
const model: CloudModel = emptyCloud();
let endpoint: CloudEndpoint;
let route53: Route53Client;
let ssm: SSMClient;

beforeAll(async () => {
  endpoint = await startCloudEndpoint(model, { now: clock.now });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const settings = { endpoint: endpoint.url, region: 'eu-central-1', credentials, maxAttempts: 1 };
  route53 = new Route53Client(settings);
  ssm = new SSMClient(settings);
});
afterAll(() => endpoint.close());
beforeEach(() => void Object.assign(model, emptyCloud()));

const ZONE = 'Z0SHOPINTERNAL';
const cname = (Name: string, Value: string, TTL = 60) => ({
  Name,
  Type: 'CNAME' as const,
  TTL,
  ResourceRecords: [{ Value }],
});
const change = (...Changes: Change[]) =>
  route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: ZONE, ChangeBatch: { Changes } }));

describe('Route 53, asked by its own client', () => {
  beforeEach(() => {
    model.zones[ZONE] = [cname('a.shop.internal.', 'one.internal'), cname('db.shop.internal.', 'one & two.internal')];
  });

  it('lists a zone from a name on, with values as they were written', async () => {
    const { ResourceRecordSets, IsTruncated } = await route53.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: ZONE,
        StartRecordName: 'db.shop.internal',
        StartRecordType: 'CNAME',
        MaxItems: 1,
      }),
    );
    expect(ResourceRecordSets).toEqual([cname('db.shop.internal.', 'one & two.internal')]);
    expect(IsTruncated).toBe(false);
    const all = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: ZONE, MaxItems: 1 }));
    expect([all.ResourceRecordSets?.[0]?.Name, all.IsTruncated]).toEqual(['a.shop.internal.', true]);
  });

  it('changes all or nothing, and refuses what is not there exactly', async () => {
    const old = cname('db.shop.internal', 'one & two.internal');
    const fresh = cname('db.shop.internal', 'two.internal', 30);
    const { ChangeInfo } = await change(
      { Action: 'DELETE', ResourceRecordSet: old },
      { Action: 'CREATE', ResourceRecordSet: fresh },
    );
    expect(model.zones[ZONE]?.[1]).toEqual({ ...fresh, Name: 'db.shop.internal.' });
    const get = () => route53.send(new GetChangeCommand({ Id: ChangeInfo?.Id ?? '' }));
    expect((await get()).ChangeInfo?.Status).toBe('PENDING');
    clock.move(60_000);
    expect((await get()).ChangeInfo?.Status).toBe('INSYNC');
    const stale = change(
      { Action: 'CREATE', ResourceRecordSet: cname('new.shop.internal', 'x.internal') },
      { Action: 'DELETE', ResourceRecordSet: { ...fresh, TTL: 60 } },
    );
    await expect(stale).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
      message: expect.stringContaining('the values provided do not match the current values'),
      $metadata: { httpStatusCode: 400 },
    });
    expect(model.zones[ZONE]).toHaveLength(2);
    await expect(change({ Action: 'CREATE', ResourceRecordSet: fresh })).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
    });
    const gone = change({ Action: 'DELETE', ResourceRecordSet: cname('x.shop.internal', 'y') });
    await expect(gone).rejects.toMatchObject({ message: expect.stringContaining('was not found') });
  });

  it('knows no other zone and no other change', async () => {
    const list = route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: 'Z0OTHER' }));
    await expect(list).rejects.toMatchObject({ name: 'NoSuchHostedZone', $metadata: { httpStatusCode: 404 } });
    await expect(route53.send(new GetChangeCommand({ Id: 'C0' }))).rejects.toMatchObject({ name: 'NoSuchChange' });
  });
});

describe('parameters of Systems Manager, asked by its own client', () => {
  it('get a version with each write, and are read by it', async () => {
    const put = (Value: string, Overwrite = true) =>
      ssm.send(new PutParameterCommand({ Name: '/shop/db/host', Value, Type: 'String', Overwrite }));
    expect((await put('one')).Version).toBe(1);
    expect((await put('two')).Version).toBe(2);
    await expect(put('three', false)).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    const get = async (Name: string) => (await ssm.send(new GetParameterCommand({ Name }))).Parameter;
    expect(await get('/shop/db/host')).toMatchObject({ Type: 'String', Value: 'two', Version: 2 });
    expect(await get('/shop/db/host:1')).toMatchObject({ Value: 'one', Version: 1 });
    await expect(get('/shop/db/host:9')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
    await expect(get('/shop/none')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });
});
