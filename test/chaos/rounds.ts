/** How often each fact is tried: NIGHTSHIFT_CHAOS_ROUNDS, 20 unless it says otherwise. */
export const rounds = Number(process.env['NIGHTSHIFT_CHAOS_ROUNDS'] ?? 20);
