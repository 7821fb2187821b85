import * as v from 'valibot';

/**
 * One member as `GET /cluster` has it. Releases differ: a streaming replica is `running` before 3.1 and `streaming` since.
 * https://patroni.readthedocs.io/en/latest/rest_api.html#cluster-status-endpoints
 */
const Member = v.object({
  name: v.string(),
  role: v.string(),
  state: v.nullish(v.string(), ''),
  api_url: v.nullish(v.string()),
  host: v.nullish(v.string()),
  port: v.nullish(v.number()),
  timeline: v.nullish(v.number()),
  tags: v.nullish(v.record(v.string(), v.unknown())),
});
export type ClusterMember = v.InferOutput<typeof Member>;

const Cluster = v.object({
  members: v.array(Member),
  pause: v.nullish(v.boolean(), false),
  scheduled_switchover: v.nullish(v.object({ at: v.nullish(v.string(), 'a later time') })),
});
export type Cluster = v.InferOutput<typeof Cluster>;

/** What `GET /patroni` says of the member beside it. `patroni.name` since 3.1. */
const Status = v.object({
  state: v.nullish(v.string(), ''),
  patroni: v.nullish(v.object({ name: v.nullish(v.string()), scope: v.nullish(v.string()) })),
  watchdog_failed: v.nullish(v.boolean()),
  failsafe_mode_is_active: v.nullish(v.boolean()),
  dcs_last_seen: v.nullish(v.number()),
});
export type Status = v.InferOutput<typeof Status>;

/** What `GET /config` says, with Patroni's own defaults. https://patroni.readthedocs.io/en/latest/dynamic_configuration.html */
const Settings = v.object({
  ttl: v.nullish(v.number(), 30),
  loop_wait: v.nullish(v.number(), 10),
  maximum_lag_on_failover: v.nullish(v.number(), 1024 * 1024),
  synchronous_mode: v.nullish(v.union([v.boolean(), v.string()]), false),
  slots: v.nullish(v.record(v.string(), v.unknown())),
});
export type Settings = v.InferOutput<typeof Settings>;

/** By the path that is asked for it. */
export const answers = { cluster: Cluster, patroni: Status, config: Settings } as const;
export type AnswerName = keyof typeof answers;
export type AnswerOf<Name extends AnswerName> = v.InferOutput<(typeof answers)[Name]>;

/** Undefined where it is not what Patroni would answer. */
export function parseAnswer<Name extends AnswerName>(name: Name, body: string): AnswerOf<Name> | undefined {
  const parsed = v.safeParse(answers[name], json(body));
  return parsed.success ? parsed.output : undefined;
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
