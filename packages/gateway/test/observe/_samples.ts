import type { RunningGateway } from '../_setup.ts';

/** The samples of a Prometheus exposition by name and labels, e.g. `slimface_queue_depth{state="working"}`. */
export type Samples = ReadonlyMap<string, number>;

export function parseSamples(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name, value] = /^([a-z_]\w*(?:\{(?:[a-z_]\w*="(?:[^"\\]|\\.)*",?)*\})?) (\S+)$/i.exec(line)!;
      return [name!, Number(value)];
    }),
  );
}

/** What a gateway exposes now. */
export async function scrape(gateway: RunningGateway, init: RequestInit = {}): Promise<Samples> {
  const response = await fetch(`${gateway.url}/metrics`, init);
  return parseSamples(await response.text());
}
