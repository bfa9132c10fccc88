import type { Billed, SlimFaceErrorCode } from '../../errors/slim-face-error.ts';
import type { RetryAdvice } from '../pacing/retry.ts';

/** What has to change for a call to get past an error. */
export type AilabErrorCategory = 'input' | 'image' | 'face' | 'auth' | 'credits' | 'rate' | 'notFound' | 'conflict' | 'upstream' | 'timeout' | 'server';

/** Errors of ours that a refusal can become; the others happen on this side. */
export type RefusalErrorCode = Exclude<SlimFaceErrorCode, 'RESULT_EXPIRED' | 'RESULT_UNAVAILABLE' | 'UPLOAD_INTERRUPTED' | 'ABORTED' | 'INTERNAL'>;

/** What is known about one error code of the API. */
export interface AilabErrorCodeInfo {
  /** HTTP status that the vendor documents for it since January 2026. */
  readonly httpStatus: number;
  /** HTTP status that was documented until then. */
  readonly httpStatus2025: number;
  readonly category: AilabErrorCategory;
  /** Code of the error that we raise for it. */
  readonly error: RefusalErrorCode;
  /** Whether the same call is worth another try: never, one more, or several after growing pauses. */
  readonly retry: RetryAdvice;
  /** Whether the same call may succeed later without a change on the caller's side. */
  readonly retryable: boolean;
  /** The vendor documents that refused calls cost nothing. */
  readonly billed: Billed;
  /** Whether face slimming can plausibly answer with it; the other codes belong to other APIs of the vendor. */
  readonly relevantToSlimming: boolean;
  /** What to do about it, in one sentence. */
  readonly advice: string;
}

/** Status in 2026, status in 2025, error of ours, retry, which API it comes from, advice. */
type Row = readonly [number, number, RefusalErrorCode, RetryAdvice, 'slimming' | 'other', string];

const rows = {
  // Something in the request other than the photo has to change.
  input: {
    ERROR_PARAMETERS: [400, 400, 'INVALID_INPUT', 'never', 'slimming', 'Read the message for the field that is wrong, and compare it with the documentation.'],
    MISSING_PARAMETERS: [400, 400, 'INVALID_INPUT', 'never', 'slimming', 'Send the photo as a file in the part named image.'],
    ERROR_INVALID_PARAMETER: [400, 400, 'INVALID_INPUT', 'never', 'slimming', 'Correct the value of the parameter that the message names.'],
    PARAMETERS_CANNOT_EMPTY: [400, 400, 'INVALID_INPUT', 'never', 'slimming', 'Give every field that is sent a value.'],
    ERROR_MISSING_LIMIT_PARAMETER: [400, 400, 'INVALID_INPUT', 'never', 'other', 'Add the parameter Limit, which slimming does not have.'],
    ERROR_MISSING_TASKS_PARAMETER: [400, 400, 'INVALID_INPUT', 'never', 'other', 'Name the tasks to do, which slimming does not ask for.'],
    ERROR_MISSING_ASSURE_DIRECTION_PARAMETER: [400, 400, 'INVALID_INPUT', 'never', 'other', 'Add the parameter AssureDirection of the API that asks for it.'],
    ERROR_MISSING_MIN_HEIGHT_PARAMETER: [400, 400, 'INVALID_INPUT', 'never', 'other', 'Add the parameter MinHeight of the API that asks for it.'],
    ERROR_INVALID_SIDE_PARAMETER: [400, 400, 'INVALID_INPUT', 'never', 'other', 'Correct the parameter Side of the API that takes it.'],
    ERROR_INVALID_URL: [400, 400, 'INVALID_INPUT', 'never', 'other', 'Send an address that the API can open, where it takes addresses in place of files.'],
    ERROR_UNSUPPORTED_RESPONSE_FORMAT: [400, 400, 'INVALID_INPUT', 'never', 'other', 'Ask for a response format that the API offers.'],
    ERROR_INVALID_OUTPUT_FORMAT: [400, 415, 'INVALID_INPUT', 'never', 'other', 'Choose an output format that the API can write.'],
    ERROR_MISSING_OUTPUT_FORMAT: [400, 422, 'INVALID_INPUT', 'never', 'other', 'Name the output format, where an API asks for one.'],
    UNSUPPORTED_PARAMETER_VALUES: [400, 422, 'INVALID_INPUT', 'never', 'slimming', 'Keep slim_degree between 0 and 2, and leave out fields that the API does not know.'],
    ERROR_INVALID_PARAMETER_FORMAT: [400, 422, 'INVALID_INPUT', 'never', 'slimming', 'Send slim_degree as a plain decimal number.'],
    ERROR_PARAMETER_CONVERSION_FAILED: [400, 422, 'INVALID_INPUT', 'never', 'slimming', 'Write numbers with digits and a point, without units or thousands separators.'],
    ERROR_QUALITY_CONTROL_ERROR: [400, 422, 'INVALID_INPUT', 'never', 'other', 'Correct the quality control setting of the face recognition API.'],
    ERROR_LIVENESS_CONTROL_ERROR: [400, 422, 'INVALID_INPUT', 'never', 'other', 'Correct the liveness control setting of the face recognition API.'],
    ERROR_TOO_MANY_GROUPS_IN_GROUP_LIST: [400, 400, 'INVALID_INPUT', 'never', 'other', 'Search fewer groups of faces at once.'],
    ERROR_TOO_MANY_UIDS_IN_UID_LIST: [400, 400, 'INVALID_INPUT', 'never', 'other', 'Name fewer users in uid_list.'],
    ERROR_TOO_MANY_APPS_IN_APP_LIST: [400, 400, 'INVALID_INPUT', 'never', 'other', 'Name fewer apps in app_list.'],
    ERROR_INVALID_FACE_BOX_PARAMETER: [400, 422, 'INVALID_INPUT', 'never', 'other', 'Correct the face box, which slimming does not take because it finds faces by itself.'],
    ERROR_INVALID_BIG_EYES_PARAMETER: [400, 422, 'INVALID_INPUT', 'never', 'other', 'Correct the strength of the eye enlargement in the call to a beautification API.'],
    ERROR_INVALID_FACE_SLIMMING_PARAMETER: [400, 422, 'INVALID_SLIM_DEGREE', 'never', 'slimming', 'Choose a slimDegree between 0 and 2.'],
    ERROR_INVALID_SMOOTHING_PARAMETER: [400, 422, 'INVALID_INPUT', 'never', 'other', 'Correct the strength of the skin smoothing in the call to a beautification API.'],
    ERROR_INVALID_SKIN_WHITENING_PARAMETER: [400, 422, 'INVALID_INPUT', 'never', 'other', 'Correct the strength of the skin whitening in the call to a beautification API.'],
    ERROR_INVALID_RESPONSE_FORMAT: [406, 400, 'INVALID_INPUT', 'never', 'other', 'Accept application/json, or leave the header Accept out.'],
    ERROR_TOO_MANY_FILES: [413, 400, 'INVALID_INPUT', 'never', 'slimming', 'Send one photo per call.'],
    ERROR_CONTENT_TOO_LONG: [422, 413, 'INVALID_INPUT', 'never', 'other', 'Shorten the text, which only other APIs take.'],
    ERROR_VIDEO_DURATION_EXCEEDED: [422, 413, 'INVALID_INPUT', 'never', 'other', 'Shorten the video, which only other APIs take.'],
    ERROR_INCORRECT_FILE_COUNT: [422, 422, 'INVALID_INPUT', 'never', 'slimming', 'Send exactly one file, in the part named image.'],
  },
  // The photo as a file or as a picture has to change.
  image: {
    ERROR_MASK_IMAGE_RESOLUTION_MISMATCH: [400, 422, 'INVALID_INPUT', 'never', 'other', 'Give the mask the width and height of the image, where an API takes a mask.'],
    FILE_SIZE_EXCEEDS_LIMIT: [413, 413, 'FILE_TOO_LARGE', 'never', 'slimming', 'Compress the photo more, or save it with fewer pixels, until the file has at most 6 MB.'],
    FILE_RESOLUTION_EXCEEDS_LIMITS: [413, 422, 'RESOLUTION_OUT_OF_RANGE', 'never', 'slimming', 'Scale the photo down until both sides are shorter than 5000 pixels.'],
    ERROR_HIGH_RESOLUTION: [413, 422, 'RESOLUTION_OUT_OF_RANGE', 'never', 'slimming', 'Reduce the number of pixels, to less than 5000 a side.'],
    ERROR_REQUEST_BODY_TOO_LARGE: [413, 413, 'FILE_TOO_LARGE', 'never', 'slimming', 'Make the file smaller, since the whole request counts and not the photo alone.'],
    UNSUPPORTED_FILE_TYPES: [415, 415, 'UNSUPPORTED_FORMAT', 'never', 'slimming', 'Convert the photo to JPEG or PNG.'],
    ERROR_UNSUPPORTED_GRAYSCALE_IMAGE: [415, 415, 'UNSUPPORTED_FORMAT', 'never', 'slimming', 'Save the greyscale photo as a colour JPEG or PNG.'],
    FILE_DECODING_FAILURE: [422, 400, 'UNREADABLE_IMAGE', 'never', 'slimming', 'Open the photo in an editor and save it again as JPEG or PNG.'],
    ERROR_ILLEGAL_FILE: [422, 403, 'UNREADABLE_IMAGE', 'never', 'slimming', 'Replace the file with an ordinary JPEG or PNG photo.'],
    ERROR_INVALID_FILE: [422, 422, 'UNREADABLE_IMAGE', 'never', 'slimming', 'Check that the file is complete, and a JPEG or PNG inside as well as by name.'],
    ERROR_LOW_RESOLUTION: [422, 422, 'RESOLUTION_OUT_OF_RANGE', 'never', 'slimming', 'Use a photo with more than 128 pixels on each side.'],
    FILE_CONTENT_NON_COMPLIANCE: [422, 422, 'FACE_UNUSABLE', 'never', 'slimming', 'Use a photo that shows one to three faces clearly, from the front or the side.'],
    ERROR_CONTENT_NON_COMPLIANCE: [422, 422, 'INVALID_INPUT', 'never', 'slimming', 'Choose a photo with other content, since the rules of the API forbid this one.'],
    ERROR_QUALITY_SCORE_NOT_MEET_REQUIREMENTS: [422, 422, 'FACE_UNUSABLE', 'never', 'slimming', 'Use a sharper and better lit photo.'],
    ERROR_SCENE_TYPE_MISMATCH: [422, 422, 'INVALID_INPUT', 'never', 'other', 'Use a picture of the kind of scene that the API is made for.'],
    ERROR_TEMPLATE_IMAGE_QUALITY_TOO_LOW: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Use a better template picture, where an API puts faces into one.'],
    ERROR_NO_RECOGNITION_TARGET_DETECTED: [422, 422, 'NO_FACE', 'never', 'slimming', 'Use a photo in which a face is easy to make out.'],
    ERROR_IMAGE_RECOGNITION_FAILED: [422, 422, 'UNREADABLE_IMAGE', 'never', 'slimming', 'Try a clearer photo, since nothing could be recognised in this one.'],
    ERROR_POSE_NOT_ENOUGH_KEYPOINTS: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Show more of the body, where an API works on poses.'],
  },
  // The faces in the photo have to change.
  face: {
    ERROR_NO_FACE_IN_FILE: [422, 422, 'NO_FACE', 'never', 'slimming', 'Use a photo in which a face is upright, clearly visible and not covered.'],
    ERROR_FACE_SIZE_NOT_MEET_REQUIREMENTS: [422, 422, 'FACE_TOO_SMALL', 'never', 'slimming', 'Use a photo whose faces are larger than 64 x 64 pixels.'],
    ERROR_FACE_SIZE_RATIO_NOT_MET: [422, 422, 'FACE_TOO_SMALL', 'never', 'slimming', 'Crop the photo so that the face fills more of it.'],
    ERROR_SMALL_FACE_SIZE: [422, 422, 'FACE_TOO_SMALL', 'never', 'slimming', 'Come closer with the camera, or use the photo in its full resolution.'],
    ERROR_FACE_COPY_SCENE_MISMATCH: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Use a scene that the API for copying faces knows.'],
    ERROR_FACE_UNRECOGNIZABLE: [422, 422, 'FACE_UNUSABLE', 'never', 'slimming', 'Use a photo that shows the features of the face more clearly.'],
    ERROR_POOR_FACE_QUALITY: [422, 422, 'FACE_UNUSABLE', 'never', 'slimming', 'Take the photo again with more light and a steady hand.'],
    ERROR_BLURRY_FACE: [422, 422, 'FACE_UNUSABLE', 'never', 'slimming', 'Use a photo in which the face is in focus.'],
    ERROR_OBSTRUCTED_FACE: [422, 422, 'FACE_UNUSABLE', 'never', 'slimming', 'Keep hands, hair, masks and dark glasses off the face.'],
    ERROR_POOR_FACE_LIGHTING: [422, 422, 'FACE_UNUSABLE', 'never', 'slimming', 'Light the face evenly, from the front.'],
    ERROR_INCOMPLETE_FACE: [422, 422, 'FACE_UNUSABLE', 'never', 'slimming', 'Keep the whole face inside the photo, from forehead to chin.'],
    ERROR_FACE_NOT_FACING_FORWARD: [422, 422, 'FACE_UNUSABLE', 'never', 'slimming', 'Turn the face towards the camera.'],
    ERROR_CARTOON_FACE_NOT_SUPPORTED: [422, 422, 'FACE_UNUSABLE', 'never', 'slimming', 'Use a photo of a real person in place of a drawing.'],
    ERROR_ACTION_VERIFICATION_FAILED: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Repeat the movement that was asked for, where an API checks for a living person.'],
    ERROR_LEFT_EYE_OCCLUSION_TOO_HIGH: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Uncover the left eye.'],
    ERROR_RIGHT_EYE_OCCLUSION_TOO_HIGH: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Uncover the right eye.'],
    ERROR_LEFT_FACE_OCCLUSION_TOO_HIGH: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Uncover the left side of the face.'],
    ERROR_RIGHT_FACE_OCCLUSION_TOO_HIGH: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Uncover the right side of the face.'],
    ERROR_CHIN_OCCLUSION_TOO_HIGH: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Uncover the chin.'],
    ERROR_NOSE_OCCLUSION_TOO_HIGH: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Uncover the nose.'],
    ERROR_MOUTH_OCCLUSION_TOO_HIGH: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Uncover the mouth.'],
    ERROR_SYNTHESIS_DETECTION_FAILED: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Use a photo that was taken and not generated, where an API checks for that.'],
    ERROR_LIVENESS_DETECTION_FAILED: [422, 422, 'FACE_UNUSABLE', 'never', 'other', 'Photograph the person and not a picture of them, where an API checks for that.'],
    ERROR_FACE_COUNT_INVALID: [422, 422, 'TOO_MANY_FACES', 'never', 'slimming', 'Crop the photo so that it shows one to three faces.'],
  },
  // The key or what the account may do has to change.
  auth: {
    ERROR_USER_NOT_EXISTS: [401, 401, 'UNAUTHORIZED', 'never', 'slimming', 'Check that the account behind the key still exists.'],
    ERROR_APPLICATIONS_NOT_EXISTS: [401, 401, 'UNAUTHORIZED', 'never', 'slimming', 'Check that the API key is complete, or create a new one in the console of the vendor.'],
    ERROR_USER_LOCKED: [403, 403, 'FORBIDDEN', 'never', 'slimming', 'Ask the vendor why the account is locked.'],
    ERROR_ILLEGAL_OPERATION: [403, 405, 'FORBIDDEN', 'never', 'slimming', 'Check that the account may use this API, and that the path and method are the documented ones.'],
  },
  // The account has to be topped up.
  credits: {
    ERROR_NOT_ENOUGH_CREDITS: [429, 429, 'INSUFFICIENT_CREDITS', 'never', 'slimming', 'Buy credits for slimming or for the universal pool.'],
  },
  // There were too many calls, or too much is stored.
  rate: {
    ERROR_FACE_TRACE_LIMIT_EXCEEDED: [429, 400, 'FORBIDDEN', 'never', 'other', 'Delete faces or traces from the face library, or ask the vendor for more room in it.'],
    ERROR_DATABASE_LIMIT_EXCEEDED: [429, 400, 'FORBIDDEN', 'never', 'other', 'Delete a face database that is no longer needed, or ask the vendor for more of them.'],
    ERROR_BATCH_TASK_LIMIT_EXCEEDED: [429, 400, 'RATE_LIMITED', 'backoff', 'other', 'Wait until some batch tasks are done before adding more.'],
    EXCEEDING_LIMITS: [429, 422, 'RATE_LIMITED', 'backoff', 'slimming', 'Slow down, and lower concurrency if this happens often.'],
    AI_SERVICE_FLOW_RESTRICTION: [503, 503, 'BUSY', 'backoff', 'slimming', 'Send fewer photos at once, since the service behind the API limits its calls too.'],
  },
  // The call is about something that is not there.
  notFound: {
    ERROR_AI_NOT_EXISTS: [404, 404, 'UPSTREAM_UNAVAILABLE', 'never', 'slimming', 'Check the path of the call, and ask the vendor whether slimming has been switched off.'],
    ERROR_FILE_NOT_FOUND: [404, 404, 'INVALID_INPUT', 'never', 'other', 'Upload the file again before another call names it.'],
    ERROR_FACE_NOT_FOUND: [404, 404, 'INVALID_INPUT', 'never', 'other', 'Add the face to the face library before it is used.'],
    ERROR_USER_GROUP_NOT_FOUND: [404, 404, 'INVALID_INPUT', 'never', 'other', 'Create the group in the face library first.'],
    ERROR_USER_NOT_FOUND: [404, 404, 'INVALID_INPUT', 'never', 'other', 'Add the person to the face library first.'],
    ERROR_FACE_TOKEN_NOT_FOUND: [404, 404, 'INVALID_INPUT', 'never', 'other', 'Detect the face again to get a new token for it.'],
    ERROR_CONTENT_NOT_FOUND: [404, 404, 'INVALID_INPUT', 'never', 'other', 'Check the name of the content that the call is about.'],
    ERROR_RESOURCE_NOT_FOUND: [404, 404, 'INVALID_INPUT', 'never', 'other', 'Check the id of the resource that the call is about.'],
    ERROR_RESOURCE_RECLAIMED: [410, 410, 'INVALID_INPUT', 'never', 'other', 'Repeat the call that made the resource, since it is kept for a limited time.'],
  },
  // The call does not go together with something that is there.
  conflict: {
    ERROR_FACE_ALREADY_EXISTS: [409, 409, 'INVALID_INPUT', 'never', 'other', 'Skip the face, since the face library has it.'],
    ERROR_DATA_ALREADY_EXISTS: [409, 409, 'INVALID_INPUT', 'never', 'other', 'Skip the upload, since the data is stored.'],
    ERROR_USER_GROUP_ALREADY_EXISTS: [409, 409, 'INVALID_INPUT', 'never', 'other', 'Use the group that exists, or choose another id.'],
    ERROR_USER_ALREADY_EXISTS: [409, 409, 'INVALID_INPUT', 'never', 'other', 'Update the person who exists in place of adding them again.'],
    ERROR_DUPLICATE_GROUP_NAME: [409, 409, 'INVALID_INPUT', 'never', 'other', 'Choose a name that no other group has.'],
    ERROR_RESOURCE_IN_USE: [409, 409, 'INVALID_INPUT', 'never', 'other', 'Wait until nothing uses the resource before it is changed.'],
    ERROR_TASK_CONFLICT: [409, 409, 'INVALID_INPUT', 'never', 'other', 'Let the running task end before another one starts on the same data.'],
    ERROR_TASK_STOPPED_PROCESSING: [409, 422, 'INVALID_INPUT', 'never', 'other', 'Start a new task, since this one was stopped.'],
    ERROR_TASK_REVOCATION_FAILED: [409, 400, 'INVALID_INPUT', 'never', 'other', 'Leave the task alone, since it can no longer be revoked.'],
    ERROR_TASK_REVOKED: [410, 409, 'INVALID_INPUT', 'never', 'other', 'Start the task anew, since it was revoked.'],
  },
  // A service behind the API failed.
  upstream: {
    ERROR_FILE_DOWNLOAD_FAILED: [502, 400, 'UPSTREAM_UNAVAILABLE', 'backoff', 'slimming', 'Try again, since the API could not fetch the photo from its own store.'],
    ERROR_FILE_UPLOAD_FAILED: [502, 400, 'UPSTREAM_UNAVAILABLE', 'backoff', 'slimming', 'Try again, since the API could not put the photo into its own store.'],
    ERROR_DATA_TRANSFER_FAILED: [502, 400, 'UPSTREAM_UNAVAILABLE', 'backoff', 'slimming', 'Try again, since a transfer inside the API broke off.'],
    ERROR_GET_FACE_IMAGE_FAILED: [502, 400, 'UPSTREAM_UNAVAILABLE', 'once', 'other', 'Check that the face library still has the picture of this face.'],
    ERROR_FACE_IMAGE_ADDITION_FAILED: [502, 400, 'UPSTREAM_UNAVAILABLE', 'once', 'other', 'Add the picture to the face library once more, then another picture.'],
    ERROR_FACE_BLENDING_FAILED: [502, 400, 'UPSTREAM_UNAVAILABLE', 'once', 'other', 'Blend the faces once more, then other pictures of them.'],
    FILE_SERVICE_ERROR: [502, 500, 'UPSTREAM_UNAVAILABLE', 'backoff', 'slimming', 'Try again, since the file service of the API failed.'],
    AI_SERVICE_ERROR: [502, 500, 'UPSTREAM_UNAVAILABLE', 'backoff', 'slimming', 'Try again, since the service that does the slimming failed.'],
    AI_SERVICE_INTERNAL_ERROR: [502, 500, 'UPSTREAM_UNAVAILABLE', 'backoff', 'slimming', 'Try again, and use another photo if only this one fails.'],
    AI_SERVICE_UNAUTHORIZED: [502, 403, 'UPSTREAM_UNAVAILABLE', 'once', 'slimming', 'Tell the vendor, since it is its own access to the service behind the API that failed and not your key.'],
    AI_SERVICE_NOT_FOUND: [502, 404, 'UPSTREAM_UNAVAILABLE', 'once', 'slimming', 'Tell the vendor that the service behind the API is missing.'],
    ERROR_GATEWAY: [502, 502, 'UPSTREAM_UNAVAILABLE', 'backoff', 'slimming', 'Try again in a few seconds, since the gateway of the API got no answer.'],
  },
  // A service behind the API took too long.
  timeout: {
    ERROR_FILE_DOWNLOAD_TIMEOUT: [504, 400, 'UPSTREAM_TIMEOUT', 'backoff', 'slimming', 'Try again, with a smaller file if this keeps happening.'],
    AI_SERVICE_TIMEOUT: [504, 504, 'UPSTREAM_TIMEOUT', 'backoff', 'slimming', 'Try again, with fewer pixels if this keeps happening.'],
  },
  // The API itself failed or is full.
  server: {
    PROCESSING_FAILURE: [500, 400, 'UPSTREAM_UNAVAILABLE', 'once', 'slimming', 'Try once more, then use another photo.'],
    ERROR_RESPONSE_BODY_TOO_LARGE: [500, 413, 'UPSTREAM_UNAVAILABLE', 'never', 'slimming', 'Use a photo with fewer pixels, so that the result is smaller too.'],
    UNKNOWN_ERROR: [500, 500, 'UPSTREAM_UNAVAILABLE', 'backoff', 'slimming', 'Try again, and send requestId and logId to the vendor if it stays.'],
    SERVICE_INTERNAL_ERROR: [500, 500, 'UPSTREAM_UNAVAILABLE', 'backoff', 'slimming', 'Try again in a moment, since the API itself failed.'],
    ERROR_IMAGE_STORAGE_NOT_SUPPORTED: [501, 400, 'UPSTREAM_UNAVAILABLE', 'never', 'other', 'Leave out the option to store the image, which the face library does not support.'],
    ERROR_CLEANING_USER_GROUP_DATA: [503, 400, 'BUSY', 'backoff', 'other', 'Wait until the data of the group has been deleted.'],
    ERROR_INSUFFICIENT_RESOURCES: [503, 400, 'BUSY', 'backoff', 'slimming', 'Try again in a few seconds, when the API may have room.'],
    ERROR_RESOURCE_IN_TRANSIT: [503, 400, 'BUSY', 'backoff', 'other', 'Wait until the resource has been moved.'],
    ERROR_RESOURCE_UNAVAILABLE: [503, 400, 'BUSY', 'backoff', 'slimming', 'Try again later, since something that the API needs is not available now.'],
  },
} as const;

type Rows = typeof rows;

/** An error code that the vendor documents, for face slimming or for one of its other APIs. */
export type AilabErrorCode = { [Category in keyof Rows]: keyof Rows[Category] }[keyof Rows];

/** Every error code that the vendor documents. */
export const ailabErrorCodes: Readonly<Record<AilabErrorCode, AilabErrorCodeInfo>> = tabulate(rows);

/** Whether the vendor documents an error code. */
export function isAilabErrorCode(code: string): code is AilabErrorCode {
  return Object.hasOwn(ailabErrorCodes, code);
}

function tabulate(groups: Readonly<Record<AilabErrorCategory, Readonly<Record<string, Row>>>>): Record<AilabErrorCode, AilabErrorCodeInfo> {
  const entries = Object.entries(groups).flatMap(([category, group]) => Object.entries(group).map(([code, row]) => [code, toInfo(category as AilabErrorCategory, row)]));
  return Object.freeze(Object.fromEntries(entries)) as Record<AilabErrorCode, AilabErrorCodeInfo>;
}

function toInfo(category: AilabErrorCategory, [httpStatus, httpStatus2025, error, retry, api, advice]: Row): AilabErrorCodeInfo {
  return Object.freeze({ httpStatus, httpStatus2025, category, error, retry, retryable: retry !== 'never', billed: 'no', relevantToSlimming: api === 'slimming', advice });
}
