/** Anything that survives JSON.stringify unchanged: all that may leave a room. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
