/** Surroundings of a face that are shown, in half-widths from its middle. The engine promises to change nothing beyond 1.6. */
const surroundings = 1.9;

/**
 * Where a face is and how it is held.
 * @returns its half-width in pixels, along the line of its eyes, and the square around it that is shown
 */
export function measure({ box, landmarks, roll, yaw, pitch }) {
  const [left, right] = [landmarks[33], landmarks[263]]; // outer corners of the eyes in MediaPipe's mesh
  const length = Math.hypot(right.x - left.x, right.y - left.y);
  const along = landmarks.map(({ x, y }) => (x * (right.x - left.x) + y * (right.y - left.y)) / length);
  const halfWidth = (Math.max(...along) - Math.min(...along)) / 2;
  const side = Math.round(2 * surroundings * halfWidth);
  const crop = { left: Math.round(box.x + box.width / 2 - side / 2), top: Math.round(box.y + box.height / 2 - side / 2), side };
  return { halfWidth, crop, roll, yaw, pitch };
}

/** What was found of a face, in words. */
export function describe({ halfWidth, roll, yaw, pitch }) {
  const angles = Object.entries({ roll, yaw, pitch }).filter(([, degrees]) => degrees !== undefined);
  return [`${Math.round(2 * halfWidth)} px wide`, ...angles.map(([name, degrees]) => `${name} ${signed(degrees, 0)}°`)].join(' · ');
}

/** The engine's warnings at any of the degrees, in words. */
export function warn({ results }) {
  return [...new Set(results.flatMap(({ warnings = [] }) => warnings))].join(' · ');
}

/** What was done to a face by one degree, in words. */
export function tell({ narrowing, lambda }) {
  const scaled = lambda !== undefined && lambda < 1 ? [`scaled by ${lambda.toFixed(2)}`] : [];
  const measured = narrowing === undefined ? [] : [`narrower by ${signed(narrowing.percent)} %`, `${signed(narrowing.pixels)} px`];
  return [...measured, ...scaled].join(' · ');
}

function signed(value, digits = 1) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}
