import { passGate } from '../access/gate.ts';
import { detectFaces } from '../detect-faces.ts';
import { observe } from '../observe/operation.ts';
import type { GatewayBuilder } from './builder.ts';
import { detectFacesErrors } from './errors/caller-errors.ts';

/** Adds `mutation { detectFaces }`. */
export function addDetectFaces(builder: GatewayBuilder): void {
  const DetectFacesInput = builder.inputType('DetectFacesInput', {
    description: 'A photo to look for faces in.',
    fields: (t) => ({
      image: t.field({ type: 'Upload', required: true, description: 'The photo. See imageRequirements for what is accepted.' }),
    }),
  });

  builder.objectType('DetectedFace', {
    description: 'A face in a photo.',
    fields: (t) => ({
      index: t.exposeInt('index', { description: 'Number of the face, 0 for the leftmost: what `faces` of slimFace takes.' }),
      box: t.expose('box', { type: 'Box', description: 'Where the face is.' }),
      presence: t.exposeFloat('presence', { description: 'Confidence that this is a face, 0 to 1.' }),
      roll: t.exposeFloat('roll', { nullable: true, description: 'Tilt of the head towards a shoulder in degrees, -180 to 180: positive is clockwise in the photo; null when the engine does not tell.' }),
      yaw: t.exposeFloat('yaw', { nullable: true, description: "Turn of the head about its own long axis in degrees, -90 to 90: on an upright one positive is towards the photo's right; null when the engine does not tell." }),
      pitch: t.exposeFloat('pitch', { nullable: true, description: 'Nod of the head in degrees, -90 to 90: positive is looking up; null when the engine does not tell.' }),
    }),
  });

  builder.objectType('DetectedFaces', {
    description: 'The faces in a photo.',
    fields: (t) => ({
      faces: t.field({
        type: ['DetectedFace'],
        description: 'The faces that can be slimmed, from left to right; those under imageRequirements.minFaceSide are not among them. Empty when there is none. More than imageRequirements.maxFaces are listed, but slimFace refuses such a photo.',
        resolve: ({ faces }) => faces.map((face, index) => ({ ...face, index })),
      }),
    }),
  });

  builder.mutationField('detectFaces', (t) =>
    t.field({
      type: 'DetectedFaces',
      description:
        'Finds the faces in a photo, so that slimFace can be told which of them to slim. It is a mutation although it changes nothing: clients cache queries by their variables, in which every file looks like any other, and would answer for one photo with the faces of another.',
      args: { input: t.arg({ type: DetectFacesInput, required: true, description: 'The photo.' }) },
      errors: {
        types: [...detectFacesErrors],
        union: { name: 'DetectFacesResult', description: 'The faces in the photo, or why nobody could look for them.' },
      },
      resolve: (_root, { input: { image } }, context) =>
        observe('detectFaces', context, async (operation) => {
          await passGate(context, 1);
          return { faces: await context.admission.hold((place) => detectFaces(image, { place, operation, context }), context.caller) };
        }),
    }),
  );
}
