import { z } from "zod";

/** What the event stream tells: each `type` is the name of a server-sent event. */
export const noticeSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("session.started"), sessionId: z.uuid() }),
  z.strictObject({ type: z.literal("session.ended"), sessionId: z.uuid(), reason: z.string() }),
  /** Not told to clients: it closes the streams that this token opened. */
  z.strictObject({ type: z.literal("token.revoked"), tokenId: z.uuid() }),
  z.strictObject({ type: z.literal("device.changed"), deviceId: z.uuid() }),
  z.strictObject({ type: z.literal("avatar.changed") }),
  z.strictObject({ type: z.literal("attempt.changed") }),
  /** A new device waits for an approval; and that one does no more. */
  z.strictObject({ type: z.literal("attempt.waiting"), approvalId: z.uuid() }),
  z.strictObject({ type: z.literal("attempt.settled"), approvalId: z.uuid() }),
  z.strictObject({ type: z.literal("factors.changed") }),
  z.strictObject({ type: z.literal("export.ready"), exportId: z.uuid() }),
]);
export type Notice = z.infer<typeof noticeSchema>;
