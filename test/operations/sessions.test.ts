import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Socket } from 'node:net';
import { renderTextReport } from '../../src/cli/report.ts';
import { memoryContext } from '../../src/app/memory-context.ts';
import { createMask } from '../../src/core/mask.ts';
import { sessions } from '../../src/operations/sessions.ts';
import { startTestRedis, type TestRedis } from '../servers.ts';
import { onRedis } from '../checks/looking.ts';
import { testPasswords } from '../servers/passwords.ts';

let cache: TestRedis;
beforeAll(async () => {
  cache = await startTestRedis({ replica: true, sentinels: true, settings: ['maxclients 12000'] });
});
afterAll(() => cache.stop());

describe('sessions', () => {
  it('scratch', async () => {
    const socks: Socket[] = [];
    for (let i = 0; i < 10000; i++) {
      const s = connect(cache.port, '127.0.0.1');
      s.on('error', () => {});
      s.write(`AUTH ${testPasswords.cache}\r\nCLIENT SETNAME web-${i % 3}\r\n`);
      socks.push(s);
      if (i % 200 === 0) await new Promise((r) => s.once('data', r));
    }
    await new Promise((r) => setTimeout(r, 1500));
    const mon = connect(cache.port, '127.0.0.1');
    mon.write(`AUTH ${testPasswords.cache}\r\nMONITOR\r\n`);
    const sub = connect(cache.port, '127.0.0.1');
    sub.write(`AUTH ${testPasswords.cache}\r\nSUBSCRIBE news\r\n`);
    const blk = connect(cache.port, '127.0.0.1');
    blk.write(`AUTH ${testPasswords.cache}\r\nBLPOP q 0\r\n`);
    await new Promise((r) => setTimeout(r, 300));
    await onRedis(cache, async (target) => {
      const name = { name: 'shop-db', engine: 'redis', environment: 'x' } as const;
      const context = memoryContext(sessions, name, { target, mask: createMask([]), nowMs: Date.now(), user: 'x' });
      const t = performance.now();
      const outcome = await sessions.run(context, {});
      console.log('ms', performance.now() - t, JSON.stringify(outcome).length);
      console.log(await cache.call('SLOWLOG', 'GET', '5'), await cache.call('INFO', 'commandstats'));
      if ('done' in outcome) console.log(renderTextReport(outcome.done, { colour: false, width: 120 }));
      else console.log(outcome);
    });
    expect(1).toBe(1);
    socks.forEach((s) => s.destroy());
    [mon, sub, blk].forEach((s) => s.destroy());
  }, 60000);
});
