import { ENCODING_HEADER } from "@/lib/core/headers";
import { chooseEncoding, type Encoding } from "./choose-encoding";
import { holdsTag } from "./holds-tag";

/** A text that is the same for everybody and was compressed beforehand. */
export type Encoded = {
  /** Names the text, and changes with it. */
  hash: string;
  type: string;
  cacheControl: string;
  /** The text in one of its forms; not asked for when none is sent. */
  body: (encoding: Encoding) => BodyInit;
};

/** Answers with the form that the client reads, or with 304 when it has that already. Next compresses what says no encoding: so every answer forbids it. */
export function answerEncoded({ method, headers }: Request, { hash, type, cacheControl, body }: Encoded): Response {
  const encoding = chooseEncoding(headers.get("accept-encoding"));
  const tag = `"${hash}-${encoding}"`;
  const common = { etag: tag, vary: "Accept-Encoding", "cache-control": `${cacheControl}, no-transform` };
  if (holdsTag(headers.get("if-none-match"), tag)) return new Response(null, { status: 304, headers: common });
  const answer = new Response(method === "HEAD" ? null : body(encoding), { headers: { ...common, "content-type": type } });
  if (encoding !== "identity") answer.headers.set(ENCODING_HEADER, encoding);
  return answer;
}
