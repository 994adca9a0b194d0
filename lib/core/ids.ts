import { v7, validate } from "uuid";

/** A new id: UUID version 7 (RFC 9562), so that rows made later sort later. */
export function newId(): string {
  return v7();
}

/** Whether a text from outside is an id at all; what is none answers as what does not exist. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && value.length === 36 && validate(value) && value === value.toLowerCase();
}
