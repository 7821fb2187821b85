import { describe, expect, it } from 'vitest';
import { problemText } from '../../src/config/problems.ts';
import { configOf, problemsOf, text } from './fixture.ts';

const withPointer = (pointer: string, change: (config: string) => string = (config) => config): string =>
  change(text.replace('    alarms: [orders-lag]\n', `    pointer: ${pointer}\n`));
const lines = (pointer: string, change?: (config: string) => string): string[] =>
  problemsOf(withPointer(pointer, change)).map((problem) => problemText(problem).replace(/^line \d+ · /, ''));

const at = 'targets.orders-db.pointer';
const zone = 'zone: Z0123456789ABC';

describe('what clients look a server up by', () => {
  it('is a record of Route 53, or a parameter', () => {
    const pointerOf = (pointer: string) => configOf(withPointer(pointer)).targets[0]?.pointer;
    expect(pointerOf(`{ route53: { ${zone}, record: db.shop.internal, ttlSeconds: 30 } }`)).toEqual({
      by: 'route53',
      name: 'db.shop.internal',
      zone: 'Z0123456789ABC',
      type: 'CNAME',
      ttlSeconds: 30,
    });
    expect(pointerOf('{ ssm: /shop/db/host }')).toEqual({ by: 'parameter-store', name: '/shop/db/host' });
  });

  it.each([
    [
      'both',
      `{ ssm: /shop/db/host, route53: { ${zone}, record: db.shop.internal } }`,
      `${at}: names either a \`route53\` record or an \`ssm\` parameter`,
    ],
    ['neither', '{}', `${at}: names either a \`route53\` record or an \`ssm\` parameter`],
    [
      'the name of a zone',
      '{ route53: { zone: shop.internal, record: db.shop.internal } }',
      `${at}.route53.zone: a hosted zone is its id, like Z0123456789ABCDEFGHIJ, and not its name`,
    ],
    [
      'a record with a dot at its end',
      `{ route53: { ${zone}, record: db.shop.internal. } }`,
      `${at}.route53.record: a record is its whole name in lower case, without a dot at the end: db.shop.internal`,
    ],
    [
      'a parameter without a path',
      '{ ssm: host }',
      `${at}.ssm: a parameter is its whole name with its path: /shop/db/host`,
    ],
    ['a parameter of AWS', '{ ssm: /aws/host }', `${at}.ssm: a parameter of yours does not begin with /aws or /ssm`],
  ])('is no %s', (_, pointer, line) => {
    expect(lines(pointer)).toEqual([line]);
  });

  it('names servers by hosts that the record can hold, each its own', () => {
    const members = 'targets.orders-db.members';
    expect(lines(`{ route53: { ${zone}, record: db.shop.internal, type: A } }`)).toEqual([
      `${members}.orders-db-1.host: is no IPv4 address, and the pointer is a record of type A; write type: CNAME`,
      `${members}.orders-db-2.host: is no IPv4 address, and the pointer is a record of type A; write type: CNAME`,
    ]);
    const address = (config: string) => config.replace('db2.example.internal', '10.0.0.7');
    expect(lines(`{ route53: { ${zone}, record: db.shop.internal } }`, address)).toEqual([
      `${members}.orders-db-2.host: is an address, and the pointer is a CNAME, which holds a name; write type: A`,
    ]);
    const same = (config: string) => config.replace('db2.example.internal', 'DB1.example.internal');
    expect(lines('{ ssm: /shop/db/host }', same)).toEqual([
      `${members}.orders-db-2.host: is that of orders-db-1 too: the pointer of the target could not tell them apart`,
    ]);
  });
});
