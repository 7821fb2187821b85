/**
 * Where code runs, with which rights. `read`, `act` and `copy` sit in the VPC with a database role each, `logs` fetches and
 * masks logs kept by the provider, `prune` deletes backups that expired and has no way to a database, `control` talks to Slack, to
 * provider APIs and to the state table, never to a database.
 */
export const rooms = ['read', 'act', 'copy', 'logs', 'prune', 'control'] as const;
export type Room = (typeof rooms)[number];

/** The rooms that `run` sends steps to. */
export type StepRoom = Exclude<Room, 'control'>;

/** The rooms that hold database credentials. */
export type DatabaseRoom = Extract<Room, 'read' | 'act' | 'copy'>;
