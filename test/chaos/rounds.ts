/** How often each fact is tried: NIGHTSHIFT_CHAOS_ROUNDS, 20 unless it says otherwise. */
export const rounds = Number(process.env['NIGHTSHIFT_CHAOS_ROUNDS'] ?? 20);

/** Of the places at which a step is killed, every so manieth: NIGHTSHIFT_CHAOS_EVERY, all of them unless it says otherwise. */
export const every = Number(process.env['NIGHTSHIFT_CHAOS_EVERY'] ?? 1);
