import { type Failure, isFailure } from "@/lib/core/errors";
import { type Decoded, decodePicture } from "./decode-picture";
import { inDecodingQueue } from "./decoding-queue";
import { drawIdenticon } from "./draw-identicon";
import { type AvatarFiles, encodeSizes } from "./encode-sizes";

/** The files of this account's picture, made from what someone sent. Errors: those of `decodePicture`, and `unavailable`. */
export function filesOfPicture(userId: string, bytes: Uint8Array, deadline: number): Promise<{ files: AvatarFiles; decoded: Decoded } | Failure> {
  return inDecodingQueue(userId, deadline, async () => {
    const decoded = await decodePicture(bytes);
    return isFailure(decoded) ? decoded : { files: await encodeSizes(decoded.square), decoded };
  });
}

/** The files of a pattern that is drawn here for this account. Errors: `unavailable`. */
export function filesOfIdenticon(userId: string, deadline: number): Promise<AvatarFiles | Failure> {
  return inDecodingQueue(userId, deadline, () => encodeSizes(drawIdenticon(userId)));
}
