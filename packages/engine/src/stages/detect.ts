import { dropDoubles, type Detection } from '../finding/detection.ts';
import { look } from '../finding/detectors.ts';
import { isCutByTile, looksOf, type PlanName } from '../finding/plans.ts';
import type { Scene } from '../finding/scene.ts';

/** From this score on a detection is worth a closer look. What it is, and which way up, is told by that. */
const promising = 0.3;

/**
 * Finds what may be faces.
 *
 * @param quarters which way up they are looked for, in quarter turns clockwise; faces up to 45 degrees off are found well,
 * others with luck
 * @returns each once, by falling score
 */
export async function detect(scene: Scene, plan: PlanName, quarters: number): Promise<Detection[]> {
  const looks = looksOf(plan, scene.view, quarters).map(async ({ detector, square }) => {
    const seen = await look(scene, square, detector, promising);
    return seen.filter(({ box }) => !isCutByTile(box, square, scene.view));
  });
  return dropDoubles((await Promise.all(looks)).flat());
}
