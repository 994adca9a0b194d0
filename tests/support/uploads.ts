import type { Answer, HttpClient } from "@/tests/integration/api/http-client";

/** A multipart body by hand, so that it can also be wrong. */
export function multipart(parts: readonly { name: string; content: Uint8Array | string; filename?: string; type?: string; headers?: string }[], boundary = "----latchkeytest"): Buffer {
  const pieces = parts.map(({ name, content, filename = "picture.jpg", type = "image/jpeg", headers = "" }) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\n${headers}Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: ${type}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from("\r\n"),
    ]),
  );
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

export const MULTIPART = { "content-type": "multipart/form-data; boundary=----latchkeytest" };

/** Uploads a file as the page does. */
export function upload(client: HttpClient, file: Uint8Array | string, path = "/api/users/me/avatar"): Promise<Answer> {
  return client.send("POST", path, multipart([{ name: "file", content: file }]), MULTIPART);
}
