/**
 * What was answered in time; undefined after it, and for a question that failed. What comes later is not listened to; what has come and was
 * not read, because this process had to wait for the processor itself, is.
 */
export async function answerWithin<R>(milliseconds: number, asked: Promise<R>): Promise<R | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => setImmediate(() => resolve(undefined)), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([asked.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
