import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { emptyCloud, type CloudModel } from '../../src/local/aws/cloud/model.ts';
import { startTestRedis, type TestRedis } from '../servers.ts';
import {
  FIRST,
  holds,
  ledAstray,
  openPointedRuns,
  parameter,
  PARAMETER,
  SECOND,
  type PointedRuns,
} from './pointed-runs.ts';
import { reportOf, type Behind } from './switchover-runs.ts';

const PUT = 'ssm:PutParameter';

let servers: TestRedis;
let runs: PointedRuns;
let model: CloudModel;
beforeAll(async () => {
  servers = await startTestRedis({ replica: true });
});
afterAll(() => servers.stop());
afterEach(() => runs.stop());

const begin = async (change: Partial<Behind> = {}): Promise<PointedRuns> => {
  model = change.model ?? ledAstray();
  return (runs = await openPointedRuns(servers, parameter, { ...change, model }));
};
const ask = (to?: string) => runs.ask(to);
const nothingIsOpen = async () => {
  expect(await runs.state.intents.open()).toEqual([]);
  expect(await runs.state.locks.current(`target:${servers.spec.name}`)).toBeUndefined();
};
const parameterSaid = () => model.kept[PARAMETER]?.values;

describe('a repoint of a parameter', () => {
  it('is written over the version that was seen, and read back', async () => {
    await begin();
    const report = reportOf(await ask('shop-cache-1'));
    expect(report).toMatchObject({ status: 'healthy', headline: `${PARAMETER} says shop-cache-1 (${FIRST}) now` });
    expect(report.text).toContain(`Read back: ${PARAMETER} says ${FIRST}, version 3.`);
    expect(parameterSaid()).toEqual(['old.internal', SECOND, FIRST]);
    expect(JSON.parse(model.sessions[0]?.policy ?? '')).toMatchObject({
      Statement: [{ Action: PUT, Resource: [`arn:aws:ssm:eu-central-1:123456789012:parameter${PARAMETER}`] }],
    });
    await nothingIsOpen();
  });

  it('whose version moved after the yes is left alone', async () => {
    const at = (point: string) => void (point === 'intent' && model.kept[PARAMETER]?.values.push('proxy.internal'));
    await begin({ at });
    expect(reportOf(await ask()).headline).toMatch(
      /^not pointed elsewhere: \/shop\/cache\/host is not what was seen any more, and nothing was written/,
    );
    expect(parameterSaid()?.at(-1)).toBe('proxy.internal');
    expect(runs.orders()).toBe(0);
  });

  it('that somebody writes in the same moment says whom it has overwritten', async () => {
    await begin();
    const kept = model.kept[PARAMETER];
    const values = kept?.values ?? [];
    model.faults[PUT] = { meanwhile: () => void values.push('proxy.internal') };
    const report = reportOf(await ask());
    expect(report.status).toBe('warning');
    expect(report.text[0]).toBe(
      `To do: somebody wrote ${PARAMETER} in the same moment, as version 3, and is overwritten: it said proxy.internal. Ask who it was.`,
    );
  });

  it('of which the answer is lost is told by what is read back', async () => {
    model = { ...emptyCloud(), kept: holds(SECOND), faults: { [PUT]: 'lost' } };
    await begin({ model });
    const report = reportOf(await ask());
    expect(report.headline).toBe(`${PARAMETER} says shop-cache-1 (${FIRST}) now`);
    expect(parameterSaid()).toEqual([SECOND, FIRST]);
    expect(runs.orders()).toBe(1);
  });

  it('that AWS never heard of is not claimed', async () => {
    model = {
      ...emptyCloud(),
      kept: holds(SECOND),
      faults: { [PUT]: 'silent' },
    };
    await begin({ model });
    const report = reportOf(await ask());
    expect(report.headline).toMatch(/^not pointed elsewhere: \/shop\/cache\/host still says shop-cache-2\.internal/);
    await nothingIsOpen();
  });

  it('is taken back as long as it says what was written', async () => {
    model = { ...emptyCloud(), kept: holds('proxy.internal') };
    await begin({ model });
    await ask();
    model.kept[PARAMETER]?.values.push('other.internal');
    expect(await ask('undo')).toMatchObject({ refused: expect.stringContaining('says other.internal') });
    model.kept[PARAMETER]?.values.push(FIRST);
    expect(reportOf(await ask('undo')).headline).toBe(`${PARAMETER} says proxy.internal now`);
    expect(parameterSaid()?.at(-1)).toBe('proxy.internal');
  });

  it.each([
    ['a SecureString', { type: 'SecureString' as const, values: ['AQIC'] }, 'is a SecureString'],
    ['a whole URL', { type: 'String' as const, values: ['redis://app:hunter2@x:6379'] }, 'holds more than a host'],
  ])('is refused where it is %s, without a word of what it holds', async (_, kept, words) => {
    await begin({ model: { ...emptyCloud(), kept: { [PARAMETER]: kept } } });
    const outcome = await ask();
    expect(outcome).toMatchObject({ refused: expect.stringContaining(words) });
    expect(JSON.stringify(outcome)).not.toMatch(/hunter2|AQIC/);
  });
});
