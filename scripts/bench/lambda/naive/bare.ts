/** The least that Lambda can be given. */
export const handler = async () => ({ statusCode: 200 });
