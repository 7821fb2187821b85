// What Lambda's runtime does with a bundle, in a process of its own: imports the handler once, then one answer for each event.
// Plain JavaScript without imports, since it runs where there are no packages and nothing can be written but in one folder.
const [, , file] = process.argv;
const { handler } = await import(file);

process.on('message', async ({ id, event, context, deadlineMs }) => {
  const whole = { ...context, getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()) };
  try {
    const result = await handler(event, whole);
    process.send({ id, result: JSON.stringify(result) ?? 'null' });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    process.send({ id, error: { name: error.name, message: error.message, stack: error.stack } });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
