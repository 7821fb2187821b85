/** How often each fact is tried: NIGHTSHIFT_CHAOS_ROUNDS, 20 unless it says otherwise. */
export const rounds = Number(process.env['NIGHTSHIFT_CHAOS_ROUNDS'] ?? 20);

/** Of the places at which a step is killed, every so manieth: NIGHTSHIFT_CHAOS_EVERY, all of them unless it says otherwise. */
export const every = Number(process.env['NIGHTSHIFT_CHAOS_EVERY'] ?? 1);

/** The first of these places: NIGHTSHIFT_CHAOS_FIRST, drawn unless it says otherwise, so that in time each is tried. */
export const firstPlace = Number(process.env['NIGHTSHIFT_CHAOS_FIRST'] ?? 1 + Math.floor(Math.random() * every));
