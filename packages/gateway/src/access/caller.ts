/** Who sent a request. */
export interface Caller {
  /** Name of the API key, for logs and metrics; `anonymous` where no key is asked for. */
  readonly name: string;
  /** What the caller's requests are counted under: the key's name, or the address of someone anonymous. */
  readonly countedAs: string;
}
