import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import { planHash } from '../../src/core/plan.ts';
import { failover } from '../../src/operations/failover.ts';
import type { FailoverResult } from '../../src/targets/failover.ts';
import {
  accepting,
  alive,
  asked,
  changed,
  failedOver,
  fenced,
  grant,
  look,
  target,
  unfenced,
  unknownLoss,
  unsure,
  type Script,
} from './failover/asked.ts';

describe('a failover', () => {
  it('watches the primary for the least outage, then carries out exactly what was approved', async () => {
    const { looks, plans, carriedOut, outcome, slept, progress } = await asked({});
    const lastSeen = { member: 'shop-db-1', at: '2026-11-28T03:10:00.000Z', position: '0/5000100' };
    expect(looks[0]).toMatchObject({ to: null, last: lastSeen });
    expect(slept).toBe(120);
    expect(progress[4]).toBe('Watch whether shop-db-1 stays dead in_progress dead for 40 of 120 s');
    const order = {
      from: 'shop-db-1',
      to: 'shop-db-2',
      identity: look.identity,
      acceptedLoss: { bytes: 0, seconds: 2 },
      acceptsTwoWriters: false,
    };
    expect(carriedOut).toEqual([[target, order, grant]]);
    expect(plans[0]).toMatchObject({
      identity: { from: 'shop-db-1', to: 'shop-db-2', identity: look.identity },
      args: { acceptedLoss: { bytes: 0, seconds: 2 }, acceptsTwoWriters: false },
      steps: ['Look once more', 'Promote shop-db-2, and leave shop-db-1 alone'],
      loss: 'Lost is what shop-db-1 acknowledged in 2 s.',
      blastRadius: ['Nothing can be undone: two histories exist.', 'Clients find shop-db-2.'],
    });
    expect(plans[0]).not.toHaveProperty('graver');
    expect(plans[0]?.facts).toEqual([
      { label: 'shop-db-1 is dead', value: 'watched for 2 min' },
      { label: 'dead', value: 'Seen from here: nothing listens on 10.0.0.1:5432.' },
      { label: 'dead', value: 'shop-db-2: it receives nothing.' },
      { label: 'Takes its place', value: 'shop-db-2' },
      { label: 'Fence', value: fenced.sentence },
      { label: 'shop-db-2', value: 'can take its place, nobody has more' },
      { label: 'shop-db-3', value: 'cannot take its place: it has 12 kB less than shop-db-2.' },
      { label: 'Archive (!)', value: 'shop-db-2 does not archive.' },
    ]);
    expect(outcome).toMatchObject({
      done: {
        status: 'warning',
        headline: 'shop-db-2 takes the writes now, shop-db-1 is fenced',
        text: [
          'Lost: at most what was written in 2 s. Not exact.',
          'To do: Keep shop-db-1 down.',
          'To do: Take a full backup.',
          'shop-db-2 took a write on timeline 4.',
          'That shop-db-2 takes writes was proved by the login that acts, not by one like that of an application.',
        ],
      },
    });
  });

  it('asks one person, and two where more may be lost than the bound', () => {
    expect(failover.approval).toEqual({ by: 'people', count: 1 });
    expect(failover.graver).toEqual({ 'accept-loss': { by: 'people', count: 2 } });
  });

  it.each([
    [
      'somebody sees the primary alive',
      changed({ signs: alive }),
      {},
      'shop-db-1 is alive. shop-db-2: it heard from the primary 2 s ago. Nothing was done.',
    ],
    [
      'only one sees it dead',
      changed({ signs: unsure }),
      {},
      'Nobody can say that shop-db-1 is dead: that takes two who see it, and 1 of 2 do. Seen from here: nothing listens on 10.0.0.1:5432. shop-db-2: its receiver is waiting. Nothing was done.',
    ],
    [
      'the standby itself does not see it dead, though others do',
      changed({ signs: [...unsure, { from: 'shop-db-3', says: 'dead', sentence: 'it receives nothing.' }] }),
      {},
      'shop-db-2 itself does not say that shop-db-1 is dead. shop-db-2: its receiver is waiting. Nothing was done.',
    ],
    ['a named server has less than another', look, { to: 'shop-db-3' }, 'shop-db-3: it has 12 kB less than shop-db-2.'],
    ['the dead one is named', look, { to: 'shop-db-1' }, 'shop-db-1 is the one that is dead.'],
    [
      'there is no other server',
      changed({ candidates: [] }),
      {},
      'There is no other server that could take the writes.',
    ],
    ['it cannot be looked at', { refused: 'Patroni decides.' }, {}, 'Patroni decides.'],
  ] as const)('is refused at once when %s', async (_, one, args, refused) => {
    const { plans, carriedOut, outcome, slept } = await asked({ looks: [one], args });
    expect(outcome).toEqual({ refused });
    expect([plans, carriedOut, slept]).toEqual([[], [], 0]);
  });

  it('is ended by one who sees the primary alive while it is watched', async () => {
    const { plans, outcome, slept } = await asked({ looks: [look, look, look, changed({ signs: alive })] });
    expect(outcome).toEqual({
      refused: 'shop-db-1 is alive. shop-db-2: it heard from the primary 2 s ago. Nothing was done.',
    });
    expect([plans, slept]).toEqual([[], 30]);
  });

  it('begins to count anew after a look in which nobody could say, and gives up where that goes on', async () => {
    const once = await asked({ looks: [look, look, changed({ signs: unsure }), look] });
    expect(once.slept).toBe(150);
    expect(once.carriedOut).toHaveLength(1);
    const ever = await asked({ looks: [look, changed({ signs: unsure })] });
    expect(ever.outcome).toMatchObject({
      refused: expect.stringMatching(/^shop-db-1 was not dead for 2 min without a break/) as string,
    });
    expect(ever.slept).toBe(250);
  });
});

describe('what may be lost', () => {
  it('has to be accepted in words, with the name of the target, where nobody knows it', async () => {
    const refusal = async (args: Record<string, string>) => (await asked({ looks: [unknownLoss], args })).outcome;
    const how = '/db failover shop-db accept-loss=unknown shop-db';
    expect(await refusal({})).toEqual({ refused: `Nobody can say what is lost. That has to be accepted: ${how}` });
    expect(await refusal({ 'accept-loss': '30s', confirm: 'shop-db' })).toEqual({
      refused: `Nobody can say what is lost. That is more than 30 s: ${how}`,
    });
    expect(await refusal({ 'accept-loss': 'unknown' })).toEqual({
      refused: `Nobody can say what is lost. Say the name of the target again to confirm it: ${how}`,
    });
    const { plans, carriedOut } = await asked({ looks: [unknownLoss], args: accepting });
    expect(plans[0]).toMatchObject({ graver: 'accept-loss', args: { acceptedLoss: { bytes: null, seconds: null } } });
    expect(carriedOut).toHaveLength(1);
  });

  it('takes the name of the target for the confirmation, also where it is the only word', async () => {
    const { plans } = await asked({ looks: [unknownLoss], args: { 'accept-loss': 'unknown', to: 'shop-db' } });
    expect(plans[0]).toMatchObject({ identity: { to: 'shop-db-2' }, graver: 'accept-loss' });
  });

  it('needs no words within the bound of the config, and two people where the fence is not certain', async () => {
    const seconds = { lossBytes: null, lossSeconds: 5 };
    const noBytes = changed({ loss: { ...look.loss, bytes: null } });
    expect((await asked({ looks: [noBytes], limits: seconds })).plans[0]).not.toHaveProperty('graver');
    expect((await asked({ looks: [noBytes] })).plans).toEqual([]);
    const open = changed({ fence: unfenced });
    expect((await asked({ looks: [open] })).outcome).toEqual({
      refused: `${unfenced.sentence} Say the name of the target again to confirm it: /db failover shop-db shop-db`,
    });
    const { plans } = await asked({ looks: [open], args: { to: 'shop-db' } });
    expect(plans[0]).toMatchObject({ graver: 'accept-loss', args: { acceptsTwoWriters: true } });
    expect(plans[0]?.facts).toContainEqual({ label: 'Fence (!)', value: unfenced.sentence });
  });

  it('is what was found when it was first seen dead: nothing is acknowledged after that', async () => {
    const later = changed({ loss: { bytes: 0, seconds: 122, sentence: 'Lost is what it acknowledged in 122 s.' } });
    const { plans, carriedOut } = await asked({ looks: [look, later] });
    expect(plans[0]?.loss).toBe(look.loss.sentence);
    expect(carriedOut).toHaveLength(1);
  });

  it('is bound to the approval: another case, or another loss, is another plan', async () => {
    const hashOf = async (script: Script) => planHash((await asked(script)).plans[0]!);
    const hash = await hashOf({});
    expect(await hashOf({ looks: [changed({ facts: [{ label: 'Size', value: '3 MB' }] })] })).toBe(hash);
    expect(await hashOf({ looks: [changed({ fence: unfenced })], args: { to: 'shop-db' } })).not.toBe(hash);
    expect(planHash({ ...(await asked({})).plans[0]!, graver: 'accept-loss' })).not.toBe(hash);
  });
});

describe('after the approval of a failover', () => {
  it.each([
    [
      'the primary is alive',
      changed({ signs: alive }),
      'shop-db-1 is alive. shop-db-2: it heard from the primary 2 s ago. Nothing was done.',
    ],
    [
      'the standby has received more',
      changed({ identity: { ...look.identity, 'received by shop-db-2': '0/6000000' } }),
      'received by shop-db-2 was 0/5000148 and is 0/6000000 now.',
    ],
    [
      'more bytes would be lost',
      changed({ loss: { bytes: 1, seconds: 2, sentence: 'One byte.' } }),
      'More would be lost than was accepted: One byte.',
    ],
    ['nobody can say any more', unknownLoss, 'More would be lost than was accepted: Nobody can say what is lost.'],
    ['the fence is not certain any more', changed({ fence: unfenced }), unfenced.sentence],
    [
      'the server cannot any more',
      changed({ candidates: [{ member: 'shop-db-2', unfit: 'its replay is paused.', lagBytes: 0 }] }),
      'shop-db-2: its replay is paused.',
    ],
  ])('nothing is done when %s', async (_, afterApproval, why) => {
    const { carriedOut, outcome } = await asked({ afterApproval });
    expect(outcome).toEqual({ refused: `the plan does not hold any more: ${why} Nothing was done` });
    expect(carriedOut).toEqual([]);
  });

  it('nothing is done without one', async () => {
    const { carriedOut, outcome } = await asked({ approval: { refused: 'ada said no; nothing was done' } });
    expect(outcome).toEqual({ refused: 'ada said no; nothing was done' });
    expect(carriedOut).toEqual([]);
  });

  it('the writes are left where they are for an hour, however it ended, but where nothing was done', async () => {
    const coolDowns = async (result: Script['result']) => (await asked(result ? { result } : {})).coolDowns;
    expect(await coolDowns(undefined)).toEqual([[target, 3600, 'shop-db failed over from shop-db-1 to shop-db-2']]);
    expect(await coolDowns({ ...failedOver, ended: 'needs-a-human', why: 'two take writes.' })).toEqual([
      [target, 3600, 'A failover ended without a clear answer'],
    ]);
    expect(await coolDowns({ ...failedOver, ended: 'not-done', why: 'it is alive.' })).toEqual([]);
    const failing = (code: 'timed_out' | 'permission_denied') =>
      asked({ result: () => Promise.reject(new Fault(code, 'no answer')) }).then(
        () => [],
        (thrown: { coolDowns: unknown[] }) => thrown.coolDowns,
      );
    expect(await failing('timed_out')).toHaveLength(1);
    expect(await failing('permission_denied')).toEqual([]);
  });

  it('it is told what became of it', async () => {
    const headline = async (result: Partial<FailoverResult>) =>
      (await asked({ result: { ...failedOver, ...result } })).outcome;
    expect((await asked({})).fences).toEqual(['closed']);
    expect((await asked({ result: { ...failedOver, oldPrimary: 'unknown' } })).fences).toEqual([]);
    expect(await headline({ oldPrimary: 'unknown' })).toMatchObject({
      done: { status: 'warning', headline: 'shop-db-2 takes the writes now, shop-db-1 is not fenced: keep it down' },
    });
    expect(await headline({ ended: 'not-done', why: 'shop-db-2 heard from it.', left: [] })).toMatchObject({
      done: { status: 'warning', headline: 'not failed over: shop-db-2 heard from it. Nothing was changed' },
    });
    expect(await headline({ ended: 'needs-a-human', why: 'shop-db-1 answers again.' })).toMatchObject({
      done: { status: 'critical', headline: 'a person has to look: shop-db-1 answers again.' },
    });
  });
});
