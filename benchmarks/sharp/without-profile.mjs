/** The same JPEG without its ICC profile: less the segments APP2 before its first scan. */
export function withoutProfile(jpeg) {
  const kept = [jpeg.subarray(0, 2)];
  let start = 2;
  while (jpeg[start + 1] !== 0xda) {
    const end = start + 2 + jpeg.readUInt16BE(start + 2);
    if (jpeg[start + 1] !== 0xe2) kept.push(jpeg.subarray(start, end));
    start = end;
  }
  return Buffer.concat([...kept, jpeg.subarray(start)]);
}
