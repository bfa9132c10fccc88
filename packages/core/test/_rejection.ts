/** What a call throws or rejects with; a call that succeeds is an error of its own. */
export async function rejection(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('expected the call to fail, but it did not');
}
