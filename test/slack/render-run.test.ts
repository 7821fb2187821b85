import { describe, expect, test } from 'vitest';
import { planHash, type Plan } from '../../src/core/plan.ts';
import { decodeButtonValue } from '../../src/slack/button-value.ts';
import { renderHome } from '../../src/slack/home.ts';
import { renderStorm } from '../../src/slack/render-storm.ts';
import { renderIncident, renderUnmatchedAlarm, type IncidentView } from '../../src/slack/render-incident.ts';
import { renderOutcome } from '../../src/slack/render-outcome.ts';
import { renderBrokenGlass } from '../../src/slack/render-glass.ts';
import { renderPlan } from '../../src/slack/render-plan.ts';
import { renderProgress, renderStarted, simplified } from '../../src/slack/render-progress.ts';
import { buttonsOf, faultsOf, linesOf, textOf } from './block-rules.ts';
import { at, finding, report } from './reports.ts';

const plan: Plan = {
  runId: 'end-1',
  operation: 'end',
  target: 'shop-db',
  identity: { pid: 2211, backendStart: at, member: 'shop-db-1' },
  steps: ['Check that pid 2211 is still the same session.', 'End it with pg_terminate_backend.'],
  args: { pid: 2211 },
  loss: 'Its open transaction is rolled back.',
  blastRadius: ['The client of pid 2211 sees a closed connection.'],
  facts: [{ label: 'Blocked sessions', value: '41' }],
  expiresAt: '2026-11-24T03:15:00.000Z',
};
const state = { hash: planHash(plan), askedBy: 'U0OMAR', approvalsNeeded: 2, approvedBy: [] };

describe('a plan', () => {
  const { blocks, text, thread } = renderPlan(plan, state);
  const lines = linesOf(blocks).join('\n');

  test('tells identity, steps, loss, who notices, expiry and a hash to compare', () => {
    for (const words of [
      'pid 2211',
      '1. Check that',
      '2. End it',
      'rolled back',
      'closed connection',
      '03:15 UTC',
      state.hash.slice(0, 8),
    ]) {
      expect(lines).toContain(words);
    }
    expect(lines).toContain('Blocked sessions: *41*');
    expect(lines).toContain('of end-1 · asked by <@U0OMAR>');
    expect([{ text, blocks }, ...thread].flatMap(faultsOf)).toEqual([]);
  });

  test('binds both buttons to the run and to this exact plan', () => {
    const [approve, refuse] = buttonsOf(blocks);
    expect(approve).toMatchObject({ style: 'primary', action_id: 'approve' });
    expect(refuse).toMatchObject({ style: 'danger', action_id: 'refuse' });
    expect(decodeButtonValue(String(approve?.['value']))).toEqual({ k: 'approve', r: 'end-1', h: state.hash });
    expect(decodeButtonValue(String(refuse?.['value']))).toEqual({ k: 'refuse', r: 'end-1', h: state.hash });
  });

  test('has in its thread what its message does not hold', () => {
    const facts = Array.from({ length: 10 }, (_, n) => ({ label: `Fact ${n}`, value: 'seen' }));
    const long = renderPlan({ ...plan, facts }, state);
    expect(linesOf(long.blocks).join()).not.toContain('Fact 8');
    expect(long.thread.map(textOf).join()).toMatch(/Fact 8: \*seen\*.*Fact 9: \*seen\*/s);
  });

  test('counts the approvals that are still missing', () => {
    expect(lines).toContain('waits for 2 approvals');
    expect(linesOf(renderPlan(plan, { ...state, approvedBy: ['U0ADA'] }).blocks).join()).toMatch(
      /waits for 1 approval,[^]*<@U0ADA>/,
    );
  });

  test('tells an identity of several servers name by name, and not as JSON', () => {
    const identity = { from: 'shop-db-1', identity: { 'system identifier': '7711457467643058932', timeline: 2 } };
    expect(linesOf(renderPlan({ ...plan, identity }, state).blocks).join()).toContain(
      'Only if still: from shop-db-1 · system identifier 7711457467643058932 · timeline 2',
    );
  });

  test('has no buttons once it is decided', () => {
    const decided = renderPlan(plan, { ...state, decision: 'refused by ben' });
    expect(buttonsOf(decided.blocks)).toEqual([]);
    expect(decided.text).toContain('refused by ben');
  });
});

test('who breaks the glass is named with the reason, and all other approvers are called', () => {
  const glass = { by: 'U0ADA', reason: 'the shop is down <!channel>' };
  const message = renderBrokenGlass(plan, glass, { people: ['U0ADA', 'U0BEN'], groups: ['S0DATABASE'] });
  const { blocks, text } = message;
  expect(faultsOf(message)).toEqual([]);
  const lines = linesOf(blocks).join('\n');
  expect(lines).toContain('`end` on *shop-db* goes on by the word of <@U0ADA> alone: the shop is down');
  expect(lines).toContain('<!subteam^S0DATABASE> <@U0BEN>');
  expect(lines).toContain('Its open transaction is rolled back.');
  expect(`${lines} ${text}`).not.toContain('<!channel>');
});

describe('progress', () => {
  const tasks = [
    { id: 'a', title: 'Look', state: 'complete' as const },
    { id: 'b', title: 'Fix <!channel>', state: 'in_progress' as const, details: 'half way' },
    { id: 'c', title: 'Verify', state: 'pending' as const },
  ];
  const message = renderProgress({ title: 'end', subject: 'shop-db', runId: 'end-1', tasks });

  test('is a live list of steps', () => {
    const list = message.blocks.find((block) => block.type === 'plan');
    expect(list?.tasks?.map((task) => task['status'])).toEqual(['complete', 'in_progress', 'pending']);
    expect(message.text).toContain('1 of 3 steps done');
    expect(faultsOf(message)).toEqual([]);
  });

  test('says the same in plain sections where Slack knows no such block', () => {
    const plain = simplified(message);
    expect(plain.blocks.some((block) => block.type === 'plan')).toBe(false);
    expect(linesOf(plain.blocks)).toContain(':white_check_mark: Look');
    expect(textOf(plain)).not.toContain('<!channel>');
  });

  test('begins with who asked', () => {
    const asked = renderStarted({ operation: 'health', subject: 'shop-db', runId: 'health-1', by: 'schedule:nightly' });
    expect(linesOf(asked.blocks)).toEqual([
      ':hourglass_flowing_sand: *shop-db* `health` is running',
      'Asked by schedule:nightly · run health-1',
    ]);
  });
});

describe('an outcome', () => {
  const about = { operation: 'end', subject: 'shop-db', runId: 'end-1' };

  test('that is refused says why and who can', () => {
    const { text, blocks } = renderOutcome(
      about,
      { refused: 'You are a viewer here.', who: 'ada, ben' },
      { style: 'channel' },
    );
    expect(text).toBe(':no_entry: *shop-db* `end` refused: You are a viewer here.');
    expect(linesOf(blocks)).toContain('Who can: ada, ben · run end-1');
  });

  test('that failed says what to do and which run it was', () => {
    const { blocks } = renderOutcome(
      about,
      { failed: 'No answer from shop-db-1.', code: 'target_unreachable' },
      { style: 'channel' },
    );
    expect(linesOf(blocks).join()).toMatch(/failed: No answer.*target_unreachable · run end-1/);
  });

  test('that is done is its report', () => {
    expect(renderOutcome(about, { done: report() }, { style: 'channel' }).text).toContain('*orders-db* healthy');
  });
});

describe('an incident', () => {
  const open: IncidentView = {
    target: 'shop-db',
    openedAt: at,
    alarms: [
      { name: 'shop-db-lag', state: 'OK', at },
      { name: 'shop-db-down', state: 'ALARM', at, reason: 'Threshold crossed: 1 < 2' },
    ],
  };

  test('names its alarms, those that ring first, above the report', () => {
    const { text, blocks, thread } = renderIncident(open, report({ status: 'critical', findings: [finding('a')] }));
    const lines = linesOf(blocks);
    expect(text).toContain(':rotating_light: *shop-db* incident, opened');
    expect(lines[1]).toMatch(/shop-db-down in alarm since .*1 &lt; 2/);
    expect(lines[2]).toContain('shop-db-lag over since');
    expect(lines[3]).toContain('*orders-db*');
    expect(lines.length).toBeLessThanOrEqual(12);
    expect([{ text, blocks }, ...thread].flatMap(faultsOf)).toEqual([]);
  });

  test('names the children of a composite alarm instead of its reason, the last words of the provider, and what was held back', () => {
    const children = Array.from({ length: 7 }, (_, n) => `child-${n}`);
    const events = ['RDS-EVENT-0013', 'RDS-EVENT-0049', 'RDS-EVENT-0006', 'RDS-EVENT-0404'].map((name) => ({
      name,
      source: 'shop-db-1',
      message: '',
      means: 'a meaning',
    }));
    const alarms = [{ name: 'unwell', state: 'ALARM', at, reason: 'arn:aws:…', children }] as const;
    const view = { ...open, alarms, events, suppressed: { count: 2, reason: 'Actions suppressed by deploys' } };
    const { text, blocks } = renderIncident(view);
    const words = linesOf(blocks).join('\n');
    expect(words).toMatch(/because of child-0, child-1, child-2, child-3, child-4 and 2 more$/m);
    expect(words).not.toContain('arn:aws');
    expect(words).toMatch(/RDS-EVENT-0049 for `shop-db-1`: a meaning\n.*0006.*\n.*0404.*\n1 event before/);
    expect(words).toContain('2 changes of alarms held back by CloudWatch: Actions suppressed by deploys');
    expect(faultsOf({ text, blocks })).toEqual([]);
  });

  test('says in place when it is over, and how long it took', () => {
    const over = renderIncident({ ...open, resolvedAt: '2026-11-24T03:14:00.000Z' });
    expect(over.text).toContain(':white_check_mark: *shop-db* resolved after 14 min');
  });

  test('is not opened for an alarm that nobody owns: that is said, and how to mend it', () => {
    const alarm = { name: 'strange', state: 'ALARM', at } as const;
    expect(renderUnmatchedAlarm({ ...alarm, candidates: [] }).text).toContain('matches no target: nothing was run');
    const two = renderUnmatchedAlarm({ ...alarm, candidates: ['a-db', 'b-db'] });
    expect(linesOf(two.blocks).join()).toMatch(/matches 2 targets.*\*a-db\*, \*b-db\*/);
  });
});

describe('a storm', () => {
  const storm = {
    environment: 'production',
    openedAt: at,
    changes: 50,
    inAlarm: 9,
    looking: ['a'],
    queued: ['b', 'c'],
    done: [],
  };

  test('says how many ring, how many reports are made, and who waits', () => {
    const lines = linesOf(renderStorm(storm).blocks);
    expect(lines[0]).toBe(':rotating_light: *production*: 9 targets in alarm · 1 report running, 2 queued, 0 done');
    expect(lines).toContain('Queued: b, c');
  });

  test('names a dozen, counts the others, and breaks no limit', () => {
    const queued = Array.from({ length: 500 }, (_, n) => `${'<&>'.repeat(40)}${n}`);
    const { text, blocks } = renderStorm({ ...storm, queued });
    expect(linesOf(blocks).join('\n')).toContain('and 488 more');
    expect(faultsOf({ text, blocks })).toEqual([]);
  });

  test('is over when every report is made and nothing rings', () => {
    const done = { ...storm, looking: [], queued: [], done: ['a', 'b', 'c'] };
    expect(renderStorm(done).text).toContain('9 targets in alarm · all 3 reports done');
    expect(renderStorm({ ...done, inAlarm: 0 }).text).toBe(
      ':white_check_mark: *production*: storm over, 3 targets looked at',
    );
  });
});

test('the Home tab shows the fleet, and a table as text because a tab holds none', () => {
  const tables = [{ title: 't', columns: [{ key: 'a', label: 'a' }], rows: [{ a: 4711 }] }];
  const view = renderHome(report({ subject: 'fleet', tables, parts: [report({ subject: 'shop-db' })] }));
  expect(JSON.stringify(view)).toContain('*shop-db* healthy');
  expect(JSON.stringify(view)).toContain('4711');
  expect(view.blocks.some((block) => block.type === 'table')).toBe(false);
  expect(view.blocks.length).toBeLessThanOrEqual(100);
});
