import { markdownTable } from '../generate/markdown.ts';
import { assumptions, fleetUsage, usualFleet } from './fleet-usage.ts';
import { monthlyCost, totalUsd, type CostLine } from './monthly-cost.ts';
import { prices, PRICES_FROM, regions, type Price, type Region } from './prices.ts';

const SIZES = [1, 20, 500];
const SHOWN: Region = 'us-east-1';

/** The monthly cost of three fleets as Markdown: the table, what it assumes, and where each price comes from. */
export function costTable(): string {
  return [monthlyBill(), assumed(), priceList()].join('\n\n');
}

/** The table alone. */
export function monthlyBill(): string {
  const columns = SIZES.map((targets) => monthlyCost(fleetUsage(usualFleet(targets)), SHOWN));
  const used = (columns[0] ?? []).filter((_, row) => columns.some((lines) => (lines[row]?.usd ?? 0) > 0));
  const rows = used.map(({ id, title }) => [title, ...columns.map((lines) => dollars(usdOf(lines, id)))]);
  const totals = regions.map((region) => [
    `**together, ${region}**`,
    ...SIZES.map((targets) => `**${dollars(totalUsd(monthlyCost(fleetUsage(usualFleet(targets)), region)))}**`),
  ]);
  const head = [`USD a month, ${SHOWN}`, ...SIZES.map((targets) => `${targets} target${targets === 1 ? '' : 's'}`)];
  const optional = rows.filter(([title]) => title?.endsWith('(optional)'));
  return markdownTable(head, [...rows.filter((row) => !optional.includes(row)), ...totals, ...optional]);
}

function usdOf(lines: readonly CostLine[], id: CostLine['id']): number {
  return lines.find((line) => line.id === id)?.usd ?? 0;
}

function dollars(usd: number): string {
  return usd > 0 && usd < 0.005 ? '< 0.01' : usd.toFixed(2);
}

function assumed(): string {
  const { targetsPerEnvironment, ...life } = usualFleet(1);
  const { durationSeconds, memoryGb, logBytesPerInvocation, tableDays, durableDays, ownAlarms } = assumptions;
  const seconds = Object.entries(durationSeconds).map(([name, value]) => `\`${name}\` ${value} s`);
  return [
    `For each target and day: ${life.alarmChangesPerTargetPerDay} alarm changes (ALARM and OK each count), ${life.commandsPerTargetPerDay} commands, ${life.reportsPerDay} nightly report, and in ${life.countedHoursPerDay} hours the count of its statements and, where it is PostgreSQL, the reading of its log; ${life.watchesPerDay} looks at who takes writes; ${targetsPerEnvironment} targets in an environment.`,
    `Operations, units and bytes are counted by \`npm run scale\`, those of statements with 300 on the primary and 60 on a replica. Assumed, not measured: an invocation lasts ${seconds.join(', ')} at ${memoryGb * 1024} MB; ${logBytesPerInvocation} bytes of log each; an item of the table is kept for ${tableDays} days on the average, a durable execution for ${durableDays}; ${ownAlarms} alarms watch the bot itself.`,
    'Not in it: free tiers, discounts, taxes, the databases, the alarms on the databases, backups in S3, and data transfer.',
    `Where AWS hosts the targets, each look asks CloudWatch for ${assumptions.metricsPerMember} metrics of each member, here ${assumptions.hostedMembers}; the calls to RDS cost nothing, those to Performance Insights nothing below a million a month (not read on a page).`,
  ].join('\n\n');
}

function priceList(): string {
  const all: readonly Price[] = Object.values(prices);
  const rows = all.map((price) => [
    price.title,
    `${price.per === 1 ? '' : `${price.per.toLocaleString('en-US')} `}${price.unit}`,
    ...regions.map((region) => `${price.usd[region]}${price.verified.includes(region) ? '' : ' ?'}`),
    `<${price.source}>`,
  ]);
  return [
    `List prices in USD, ${PRICES_FROM}. A question mark stands behind a number that was not read on a page: look at the source before you rely on it.`,
    markdownTable(['Price', 'for', ...regions, 'Source'], rows),
  ].join('\n\n');
}
