/** What an image service of Astro is asked for: the source and everything that the page says about it. */
export interface AstroTransform {
  src: any;
  [property: string]: any;
}

/** Astro's logger. */
export interface AstroLogger {
  error(message: string): void;
}

type Awaitable<T> = T | Promise<T>;

/** Astro's `LocalImageService`. */
export interface AstroImageService {
  validateOptions?(options: AstroTransform, config: any, logger: AstroLogger): Awaitable<AstroTransform>;
  getURL(options: AstroTransform, config: any, logger: AstroLogger): Awaitable<string>;
  getHTMLAttributes?(options: AstroTransform, config: any, logger: AstroLogger): Awaitable<Record<string, any>>;
  /** An `AstroTransform` or undefined. Astro's type wants to know which of both a promise holds, and nobody can tell. */
  parseURL(url: URL, config: any, logger: AstroLogger): Awaitable<any>;
  transform(bytes: Uint8Array, transform: AstroTransform, config: any, logger: AstroLogger): Promise<{ data: Uint8Array; format: any }>;
  propertiesToHash?: string[];
}

declare global {
  namespace Astro {
    /** Properties of `<Image>`, `<Picture>` and `getImage()` beyond Astro's own. */
    interface CustomImageProps {
      /** Degree to slim the faces by: 0 to 2 with at most two decimals, or `true` for the degree of the service. */
      slim?: number | `${number}` | boolean | undefined;
    }
  }
}
