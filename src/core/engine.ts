export const engines = ['postgres', 'redis'] as const;
export type Engine = (typeof engines)[number];
