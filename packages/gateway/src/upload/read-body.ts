import type { IncomingMessage } from 'node:http';
import { UploadInterruptedError } from '@slimface/core';
import { BodyFault } from './body-fault.ts';
import type { UploadLimits } from './upload-limits.ts';

/** What is done with a body that is read, and how long it may be. */
export interface BodyUse {
  /** Works through a chunk. @returns what is left of it after `pause` @throws what ends the reading */
  write(chunk: Buffer): Buffer | undefined;
  /** All has been written. @throws what the body lacks */
  end(): void;
  /** Gets the size of each chunk before it is written. @throws what ends the reading */
  onBytes(bytes: number): void;
  readonly limits: Pick<UploadLimits, 'maxBodyBytes' | 'maxIdleMs' | 'minBytesPerSecond'>;
}

/** A body that is being read. */
export interface BodyReading {
  /**
   * Resolves when all of the body has been written. Nobody needs to wait for it.
   * @throws {UploadInterruptedError} the client left, or sent nothing or too little for too long
   * @throws {BodyFault} the body is too long
   */
  readonly done: Promise<void>;
  /** Takes nothing more from the connection, and stops the clocks. */
  pause(): void;
  resume(): void;
  /** Reads no more, and lets go of the request, unless that is over. What still comes is for http/limit-leftover.ts. */
  stop(reason: Error | (() => Error)): void;
}

/**
 * Reads the body of `req`.
 *
 * In place of `req.pipe(parser)`: a listener of the parser that throws would then throw in the socket's data event and
 * end the process. Here what is thrown ends the reading.
 */
export function readBody(req: IncomingMessage, { write, end, onBytes, limits }: BodyUse): BodyReading {
  const { maxBodyBytes, maxIdleMs, minBytesPerSecond } = limits;
  let settle: { resolve(): void; reject(reason: Error): void };
  const done = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  done.catch(() => {}); // whoever waits for it hears of it
  let receivedBytes = 0;
  let leftover: Buffer | undefined;
  let paused = false;
  let stopped = false;
  /** When, and at which byte, the clocks started. */
  let since = performance.now();
  let sinceByte = 0;
  let lastArrival = since;

  const guard = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      stop(error as Error);
    }
  };
  const release = (): void => {
    stopped = true;
    leftover = undefined;
    clearTimeout(idle);
    req.off('data', onData).off('end', onEnd).off('close', onClose);
  };
  const stop = (reason: Error | (() => Error)): void => {
    if (stopped) return;
    release();
    req.pause();
    settle.reject(typeof reason === 'function' ? reason() : reason);
  };

  const onData = (chunk: Buffer): void => {
    receivedBytes += chunk.byteLength;
    lastArrival = performance.now();
    guard(() => {
      if (receivedBytes > maxBodyBytes) throw new BodyFault('body too long', `Expected a body of at most ${maxBodyBytes} bytes but received more than that`);
      // The longest pause that is allowed is allowed in small pieces, too.
      const inTime = maxIdleMs + ((receivedBytes - sinceByte) / minBytesPerSecond) * 1000;
      if (lastArrival - since > inTime) throw new UploadInterruptedError(`after ${receivedBytes} bytes it arrived at less than ${minBytesPerSecond} bytes per second`);
      onBytes(chunk.byteLength);
      const left = write(chunk);
      if (paused) leftover = left;
    });
  };
  const onEnd = (): void => {
    guard(() => {
      end();
      release();
      settle.resolve();
    });
  };
  const onClose = (): void => stop(new UploadInterruptedError(`the client disconnected after ${receivedBytes} bytes`));
  // One timer for many chunks: to set it anew for each one would take longer than to read it.
  const watch = (): void => {
    const left = lastArrival + maxIdleMs - performance.now();
    if (left > 0) idle = setTimeout(watch, Math.ceil(left));
    else stop(new UploadInterruptedError(`after ${receivedBytes} bytes nothing arrived for ${maxIdleMs / 1000} s`));
  };

  let idle = setTimeout(watch, maxIdleMs);
  req.on('data', onData).on('end', onEnd).on('close', onClose);
  if (req.destroyed) onClose();

  return {
    done,
    pause() {
      if (stopped) return;
      paused = true;
      clearTimeout(idle);
      req.pause();
    },
    resume() {
      if (stopped || !paused) return;
      paused = false;
      since = lastArrival = performance.now();
      sinceByte = receivedBytes;
      idle = setTimeout(watch, maxIdleMs);
      const left = leftover;
      leftover = undefined;
      guard(() => {
        if (left !== undefined) write(left);
      });
      if (!stopped) req.resume();
    },
    stop,
  };
}
