import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import { countText, listText } from '../wording.ts';
import { lookAtSentinel, type SentinelSaid } from './sentinel-view.ts';

/** `masterName` is null where no Sentinel watches: then there is nothing to judge. */
type Sample = {
  masterName: string | null;
  expected: readonly string[];
  expectedReplicas: number;
  sentinels: readonly SentinelSaid[];
};

const Limits = z.strictObject({
  /** Sentinels that may be away before it is told; a lost majority is critical whatever this says. */
  missingSentinels: z.number().int().min(0).default(0),
});
type Limits = z.infer<typeof Limits>;

/** Could the Sentinels fail over now, and do they agree? https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/ */
export const sentinelQuorum = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.sentinel-quorum',
  engine: 'redis',
  title: 'Sentinel quorum',
  why: 'Without a majority of Sentinels nobody takes over when the primary dies.',
  cannotWait: 'Until it is mended the next failure of the primary is an outage.',
  explainedBy: ['failover', 'restart', 'machine', 'setting'],
  limits: Limits,
  ask: {
    async read({ sentinels, members, unreached }) {
      const data = members.length + unreached.filter(({ role }) => role !== 'sentinel').length;
      if (!sentinels) return { sample: { masterName: null, expected: [], expectedReplicas: 0, sentinels: [] } };
      const { masterName, expected } = sentinels;
      const said = await Promise.all(sentinels.members.map((member) => lookAtSentinel(member, masterName)));
      return { sample: { masterName, expected, expectedReplicas: data - 1, sentinels: said } };
    },
  },

  judge({ read }, _before, limits) {
    if (read.masterName === null) return [];
    return [...majority(read, limits), ...agreement(read), ...stateOfMaster(read), ...candidates(read)];
  },

  facts: ({ read }) =>
    read.masterName === null
      ? []
      : [{ label: 'Sentinels', value: `${read.sentinels.length} of ${read.expected.length} answer` }],
});

function majority(sample: Sample, limits: Limits): Finding[] {
  const { expected, sentinels } = sample;
  const silent = expected.filter((name) => !sentinels.some((one) => one.name === name));
  const needed = Math.floor(expected.length / 2) + 1;
  const able = sentinels.filter(({ quorumOk }) => quorumOk);
  if (sentinels.length < needed || able.length === 0) {
    const who = silent.length > 0 ? ` (silent: ${listText(silent)})` : '';
    return [
      finding(
        sample,
        'quorum',
        'critical',
        `The Sentinels cannot fail over: ${sentinels.length} of ${expected.length} answer${who}, ${needed} must agree.`,
        'Start the Sentinels that are away; until then nobody takes over when the primary dies.',
      ),
    ];
  }
  const strangers = sentinels.filter(
    ({ knownSentinels }) => knownSentinels !== null && knownSentinels > expected.length,
  );
  return [
    ...(silent.length > limits.missingSentinels
      ? [
          finding(
            sample,
            'missing',
            'warning',
            `${silent.length} of ${expected.length} Sentinels do not answer (${listText(silent)}); the others still have their majority.`,
            'Start the ones that are away before another one goes.',
          ),
        ]
      : []),
    ...(strangers.length > 0
      ? [
          finding(
            sample,
            'strangers',
            'warning',
            `The Sentinels count ${Math.max(...strangers.map((one) => one.knownSentinels ?? 0))} of their kind, ${expected.length} are configured: forgotten ones raise the majority that is needed.`,
            'Run SENTINEL RESET on one Sentinel after the other, 30 s apart, never on all at once.',
          ),
        ]
      : []),
  ];
}

function agreement(sample: Sample): Finding[] {
  const addresses = [...new Set(sample.sentinels.flatMap(({ masterAddress }) => masterAddress ?? []))];
  const ignorant = sample.sentinels.filter(({ masterAddress }) => masterAddress === null).map(({ name }) => name);
  return [
    ...(addresses.length > 1
      ? [
          finding(
            sample,
            'disagreement',
            'critical',
            `The Sentinels name ${addresses.length} different primaries: ${listText(addresses)}.`,
            'Wait a minute in case a failover is under way; if it stays, find the Sentinel that was cut off.',
          ),
        ]
      : []),
    ...(ignorant.length > 0
      ? [
          finding(
            sample,
            'unknown-master',
            'warning',
            `${listText(ignorant)} does not watch ${sample.masterName ?? ''}.`,
            'Add it there with SENTINEL MONITOR, with the same quorum as the others.',
          ),
        ]
      : []),
    ...quorums(sample),
  ];
}

/** The number that must agree is a setting of each Sentinel; the majority that must elect a leader is not. */
function quorums(sample: Sample): Finding[] {
  const { expected, sentinels } = sample;
  const said = [...new Set(sentinels.flatMap(({ quorum }) => quorum ?? []))].toSorted((a, b) => a - b);
  const most = said.at(-1) ?? 0;
  if (said.length > 1) {
    return [
      finding(
        sample,
        'settings',
        'warning',
        `The Sentinels have different quorums (${listText(said.map(String))}): how fast a failover begins depends on who sees the failure.`,
        'Run SENTINEL SET <name> quorum with the same number on each of them.',
      ),
    ];
  }
  if (most > expected.length) {
    return [
      finding(
        sample,
        'settings',
        'critical',
        `The quorum is ${most}, but there are only ${countText(expected.length, 'Sentinel')}: they can never agree that the primary is gone.`,
        `Run SENTINEL SET <name> quorum ${Math.floor(expected.length / 2) + 1} on each of them.`,
      ),
    ];
  }
  if (expected.length === 0 || expected.length >= 3) return [];
  return [
    finding(
      sample,
      'count',
      'warning',
      `${countText(expected.length, 'Sentinel')} ${expected.length === 1 ? 'watches' : 'watch'} ${sample.masterName ?? ''}: when one is away there is no majority, three are the least.`,
      'Add Sentinels on other machines until there are three; an odd number is best.',
    ),
  ];
}

function stateOfMaster(sample: Sample): Finding[] {
  const { sentinels, masterName } = sample;
  if (sentinels.some(({ flags }) => flags.includes('o_down'))) {
    return [
      finding(
        sample,
        'master',
        'critical',
        `The Sentinels agree that the primary of ${masterName ?? ''} is down.`,
        'Wait for the failover to finish; look at the log of a Sentinel if it does not begin.',
      ),
    ];
  }
  const doubting = sentinels.filter(({ flags }) => flags.includes('s_down')).map(({ name }) => name);
  if (doubting.length === 0) return [];
  return [
    finding(
      sample,
      'master',
      'warning',
      `${listText(doubting)} cannot reach the primary of ${masterName ?? ''}, the others can.`,
      'Look at the network between those Sentinels and the primary.',
    ),
  ];
}

/** CKQUORUM says OK even when there is nobody to promote: no replica, or none that a Sentinel would take. */
function candidates(sample: Sample): Finding[] {
  const { sentinels, expectedReplicas, masterName } = sample;
  const known = sentinels.flatMap((one) => (one.candidates === null ? [] : [one.candidates]));
  // One that sees a fit replica would promote it; they ask the primary for its replicas every 10 s only.
  if (known.length === 0 || known.some((list) => list.some(({ unfit }) => unfit === null))) return lame(sample);
  const most = known.reduce((longest, list) => (list.length > longest.length ? list : longest));
  const why =
    most.length === 0
      ? `know no replica of ${masterName ?? ''}`
      : `would promote no replica of ${masterName ?? ''} (${listText(most.map(({ address, unfit }) => `${address}: ${unfit ?? ''}`))})`;
  return [
    finding(
      sample,
      'candidates',
      expectedReplicas > 0 ? 'critical' : 'warning',
      `The Sentinels ${why}: a failover would find nobody, although their quorum is in order.`,
      'See that the replicas are connected and that one has a replica-priority above 0; Sentinels find them within 10 s.',
    ),
  ];
}

/** There is somebody to promote, but fewer than there are replicas. */
function lame(sample: Sample): Finding[] {
  const lists = sample.sentinels.flatMap(({ candidates: said }) => said ?? []);
  const away = [...new Set(lists.filter(({ unfit }) => unfit === 'down').map(({ address }) => address))].filter(
    (address) => !lists.some((one) => one.address === address && one.unfit === null),
  );
  if (away.length === 0) return [];
  return [
    finding(
      sample,
      'replicas',
      'warning',
      `${countText(away.length, 'replica')} that the Sentinels know ${away.length === 1 ? 'is' : 'are'} down (${listText(away)}); another one could still be promoted.`,
      'Start it, or let the Sentinels forget it with SENTINEL RESET, on one after the other, 30 s apart.',
    ),
  ];
}

function finding(
  sample: Sample,
  object: string,
  severity: 'critical' | 'warning',
  sentence: string,
  next: string,
): Finding {
  return {
    key: `redis.sentinel-quorum:${object}`,
    severity,
    sentence,
    evidence: { sentinels: sample.sentinels },
    next,
  };
}
