import { InvalidInputError } from '@slimface/core';
import type { SlimFace } from '../create-slim-face.ts';
import type { AstroImageService } from './astro-shapes.ts';
import { readDegree } from './read-degree.ts';

export type { AstroImageService, AstroLogger, AstroTransform } from './astro-shapes.ts';

/** What Astro names a file by when a service does not say. */
const namedBy = ['src', 'width', 'height', 'format', 'quality', 'fit', 'position', 'background'];

/**
 * Teaches an image service of Astro the property `slim`: `<Image src={photo} slim={1.2} alt="..." />`, likewise for
 * `<Picture>` and `getImage()`. `slim` alone takes the degree that `slimFace` was created with; without it the service does
 * what it ever did. Faces are slimmed before the service resizes.
 *
 * What Astro would only link to, from `public/` or from a host that it does not know, cannot be slimmed and is an error.
 * What cannot be slimmed is an error, whatever `onError` says. Names and addresses of slimmed images also tell engine and version, since Astro and browsers keep images by their name.
 *
 * @param service Astro's own, of `astro/assets/services/sharp`, or another one
 * @returns the default export of the module that `image.service.entrypoint` names
 *
 * @example
 * import sharpService from 'astro/assets/services/sharp';
 * export default slimFaceService(sharpService, createSlimFace({ slimmer: await createLocalEngine() }));
 */
export function slimFaceService(service: AstroImageService, slimFace: SlimFace): Required<AstroImageService> {
  return {
    ...service,
    propertiesToHash: [...(service.propertiesToHash ?? namedBy), 'slim', 'slimKey'],

    async validateOptions({ slim, ...others }, config, logger) {
      const wish = wishOf(slim);
      const options = (await service.validateOptions?.(others, config, logger)) ?? others;
      return wish === undefined ? options : { ...options, slim: wish.slimDegree ?? true, slimKey: slimFace.cacheKey(wish) };
    },

    getHTMLAttributes: ({ slim: _slim, slimKey: _slimKey, ...others }, config, logger) => service.getHTMLAttributes?.(others, config, logger) ?? {},

    async getURL(options, config, logger) {
      const url = await service.getURL(options, config, logger);
      if (wishOf(options.slim) === undefined) return url;
      if (url !== options.src) return `${url}${url.includes('?') ? '&' : '?'}slim=${options.slim}&slimKey=${options.slimKey}`;
      const message = `Expected an image that Astro works on (imported, or allowed by image.domains or image.remotePatterns) but received ${url}`;
      throw new InvalidInputError('', url, { message });
    },

    async parseURL(url, config, logger) {
      const transform = await service.parseURL(url, config, logger);
      const slim = url.searchParams.get('slim');
      if (transform === undefined || slim === null) return transform;
      try {
        wishOf(slim);
        return { ...transform, slim };
      } catch (error) {
        logger.error(String(error));
        return undefined; // the endpoint's word for a bad request
      }
    },

    async transform(bytes, transform, config, logger) {
      const wish = wishOf(transform.slim);
      if (wish === undefined) return service.transform(bytes, transform, config, logger);
      const slimmed = await slimFace.buffer(bytes, { ...wish, onError: 'throw' }).catch((error: unknown) => {
        // Astro tells its user no more than that the image could not be transformed.
        logger.error(`Could not slim ${transform.src}: ${error}`);
        throw error;
      });
      return service.transform(slimmed, transform, config, logger);
    },
  };
}

/** The property as options of a call; `undefined` when nobody wants anything slimmed. */
function wishOf(slim: unknown): { slimDegree?: number } | undefined {
  if (slim === undefined || slim === null || slim === false) return undefined;
  return slim === true || slim === 'true' ? {} : { slimDegree: readDegree(slim) };
}
