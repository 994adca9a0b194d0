import { beforeAll, expect, test } from "vitest";
import { linkByAttempt } from "@/lib/auth/link-by-attempt";
import type { Context } from "@/lib/core/context";
import { PASSWORD, visitor } from "@/tests/integration/auth/account";
import { codeNow, withTotp } from "@/tests/integration/auth/factors";
import { accountWithPasskey } from "@/tests/integration/auth/passkey-account";
import { codeIn, newestMail, provenAccount } from "@/tests/integration/auth/proving";
import type { TestMail } from "@/tests/support/test-mail";
import { asked, come, entered, openProvidersWorld, ownerOf, prove, somebody } from "./identities";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  ({ inbox, context } = await openProvidersWorld({ DEVICE_APPROVAL: "required" }));
});

test("a thief with password and mailbox who comes by a provider is asked for the second step, and links nothing", async () => {
  const { email, user, begun, browser } = await provenAccount(context, inbox);
  const { secret } = await withTotp(user, begun.proof);
  for (const emailTrusted of [true, false]) {
    const identity = somebody({ email, emailTrusted });
    let attempt = asked(await come(context, identity));
    if (!emailTrusted) attempt = asked(await prove(context, attempt.credential, { method: "email_code", code: codeIn(await newestMail(context, inbox, email, /#\d{6}\s*$/)) }));
    expect(attempt.attempt.asked).toEqual(["totp", "recovery_code"]);
    for (const proof of [{ method: "password", password: PASSWORD } as const, { method: "email_code", code: "123456" } as const]) {
      expect(await prove(context, attempt.credential, proof)).toMatchObject({ failure: "attempt_over" });
    }
    expect(await linkByAttempt(visitor(context), attempt.credential, { prior: null })).toMatchObject({ failure: "proof_required", ways: ["totp", "recovery_code"] });
    expect(await ownerOf(context, identity)).toBeNull();
  }
  // For its owner it does, wherever they are: a second step is all that is asked.
  const identity = somebody({ email });
  const { credential } = asked(await come(context, identity, browser));
  expect(asked(await prove(context, credential, { method: "totp", code: codeNow(context, secret) })).attempt.asked).toEqual([]);
  entered(await linkByAttempt(visitor(context), credential, { prior: null }));
  expect(await ownerOf(context, identity)).toBe(user.actor.userId);
});

test("an account with a passkey is asked for that or its password; and on a device that it does not know for what the policy asks besides", async () => {
  const { email } = await accountWithPasskey(context, inbox);
  const identity = somebody({ email });
  const { attempt, credential } = asked(await come(context, identity));
  expect(attempt.asked).toEqual(["passkey", "password"]);
  const more = asked(await prove(context, credential, { method: "password", password: PASSWORD }));
  expect(more.attempt.asked).toEqual(["approval", "email_code", "passkey"]);
  expect(await linkByAttempt(visitor(context), credential, { prior: null })).toMatchObject({ failure: "proof_required" });
  expect(await ownerOf(context, identity)).toBeNull();
});

test("where the code by mail was given before the password, it is not asked for twice", async () => {
  const { email } = await provenAccount(context, inbox);
  const first = asked(await come(context, somebody({ email, emailTrusted: false })));
  const { credential } = asked(await prove(context, first.credential, { method: "email_code", code: codeIn(await newestMail(context, inbox, email, /#\d{6}\s*$/)) }));
  const { attempt } = asked(await prove(context, credential, { method: "password", password: PASSWORD }));
  expect(attempt.asked).toEqual([]);
});
