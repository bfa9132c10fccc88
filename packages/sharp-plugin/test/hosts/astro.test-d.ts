import type { SlimFace } from '@slimface/sharp-plugin';
import { slimFaceService } from '@slimface/sharp-plugin/astro';
import type { ImageTransform, LocalImageService } from 'astro';
import sharpService from 'astro/assets/services/sharp';
import { expectTypeOf } from 'vitest';

declare const slimFace: SlimFace;
declare const anotherService: LocalImageService;

// Every local service of Astro goes in, and what comes out is one again.
expectTypeOf(slimFaceService(sharpService, slimFace)).toExtend<LocalImageService>();
expectTypeOf(slimFaceService(anotherService, slimFace)).toExtend<LocalImageService>();

// The property is one of those that <Image>, <Picture> and getImage() take.
expectTypeOf<ImageTransform['slim']>().toEqualTypeOf<number | `${number}` | boolean | undefined>();
expectTypeOf<Astro.CustomImageProps['slim']>().toEqualTypeOf<number | `${number}` | boolean | undefined>();

// @ts-expect-error a service that cannot transform
slimFaceService({ getURL: sharpService.getURL, parseURL: sharpService.parseURL }, slimFace);
// @ts-expect-error bytes, not text, are what is transformed
slimFaceService({ ...sharpService, transform: (text: string) => Promise.resolve({ data: text, format: 'png' }) }, slimFace);
