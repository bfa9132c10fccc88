import type { IncomingMessage, ServerResponse } from 'node:http';
import { passGate } from '../access/gate.ts';
import type { GatewayContext } from '../context.ts';
import { observe } from '../observe/operation.ts';
import { type PhotoToSlim, slimPhoto } from '../slim-photo.ts';
import type { ByteBudget } from '../upload/byte-budget.ts';
import { receiveForm } from '../upload/receive-form.ts';
import type { UploadLimits } from '../upload/upload-limits.ts';
import type { Endpoint } from './endpoint.ts';
import { readSlimDegree } from './read-slim-degree.ts';
import { RequestFault } from './vendor-codes.ts';

/** `POST /api/portrait/effects/smart-face-slimming`: a form with the fields `image` and `slim_degree`. */
export function slimFaceEndpoint({ uploadLimits, uploadBudget: budget }: { uploadLimits: UploadLimits; uploadBudget: ByteBudget }): Endpoint {
  const receive = async (req: IncomingMessage, res: ServerResponse, { metrics, caller }: GatewayContext): Promise<PhotoToSlim> => {
    const contentType = req.headers['content-type'] ?? '';
    if (!/^\s*multipart\/form-data\s*(;|$)/i.test(contentType)) {
      throw new RequestFault('ERROR_PARAMETERS', `Expected content type multipart/form-data but received ${contentType === '' ? 'none' : JSON.stringify(contentType.slice(0, 60))}`, { status: 415 });
    }
    const { image, fields } = await receiveForm(req, uploadLimits, { file: 'image', fields: ['image', 'slim_degree'] }, { res, budget, caller: caller?.countedAs ?? '', onBytes: metrics.addUploadBytes });
    if (image === undefined) throw new RequestFault('MISSING_PARAMETERS', `Expected a file in the field image but received ${fields.has('image') ? 'a text; a file has a file name' : 'none'}`);
    return { image, slimDegree: readSlimDegree(fields.get('slim_degree')) };
  };

  return {
    path: '/api/portrait/effects/smart-face-slimming',
    methods: ['POST'],
    answer: (req, res, context) =>
      observe('rest', context, async (operation) => {
        await passGate(context, 1);
        return context.admission.hold(async (place) => {
          const photo = await operation.stage('receive', () => receive(req, res, context));
          const result = await slimPhoto(photo, { place, operation, context });
          return { image_url: context.resultUrl(result) };
        }, context.caller);
      }),
  };
}
