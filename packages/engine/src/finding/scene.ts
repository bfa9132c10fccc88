import type { View } from '../image/orientation.ts';
import type { Pyramid } from '../image/pyramid.ts';
import type { InferencePool } from '../models/inference-pool.ts';

/** What is looked at, and what looks. All squares and faces are in pixels of the view. */
export interface Scene {
  readonly pyramid: Pyramid;
  /** The upright view of the pixels. */
  readonly view: View;
  readonly inference: InferencePool;
}
