import { describe, expect, it } from 'vitest';
import { modelFiles, readModelFile } from '../../src/models/model-files.ts';

describe.each(Object.entries(modelFiles))('%s', (_name, file) => {
  it('is the very file that the engine was made for', async () => {
    expect((await readModelFile(file)).length).toBeGreaterThan(100_000);
  });

  it('is refused when its bytes are others, with both hashes and what to do', async () => {
    await expect(readModelFile({ ...file, sha256: '00'.repeat(32) })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching(/to have SHA-256 0{64} but found [0-9a-f]{64}: reinstall the exact version/),
    });
  });
});

it('names a package or a file that is not there', async () => {
  await expect(readModelFile({ ...modelFiles.shortRange, package: '@mediapipe/nothing' })).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'Expected the npm package @mediapipe/nothing to be installed beside @slimface/engine',
  });
  await expect(readModelFile({ ...modelFiles.shortRange, file: 'nothing.tflite' })).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'Expected nothing.tflite in the npm package @mediapipe/face_detection, which could not be read',
  });
  await expect(readModelFile({ ...modelFiles.faceMesh, member: '/nothing.tflite' })).rejects.toMatchObject({ code: 'INTERNAL' });
});
