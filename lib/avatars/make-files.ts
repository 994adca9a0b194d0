import { type Failure, isFailure } from "@/lib/core/errors";
import { type Decoded, decodePicture } from "./decode-picture";
import { inDecodingQueue } from "./decoding-queue";
import { drawIdenticon } from "./draw-identicon";
import { type AvatarFiles, encodeSizes } from "./encode-sizes";

/** The files of a picture, made from what someone sent. Errors: those of `decodePicture`, and `unavailable`. */
export function filesOfPicture(bytes: Uint8Array, deadline: number): Promise<{ files: AvatarFiles; decoded: Decoded } | Failure> {
  return inDecodingQueue(deadline, async () => {
    const decoded = await decodePicture(bytes);
    return isFailure(decoded) ? decoded : { files: await encodeSizes(decoded.square), decoded };
  });
}

/** The files of a pattern that is drawn here. Errors: `unavailable`. */
export function filesOfIdenticon(seed: string, deadline: number): Promise<AvatarFiles | Failure> {
  return inDecodingQueue(deadline, () => encodeSizes(drawIdenticon(seed)));
}
