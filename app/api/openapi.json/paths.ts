import type { Paths } from "@/lib/web/openapi/document";
import * as activity from "../auth/activity/route";
import * as approval from "../auth/approvals/[id]/route";
import * as approvals from "../auth/approvals/route";
import * as attemptApproval from "../auth/attempt/approval/route";
import * as attemptCode from "../auth/attempt/code/route";
import * as attemptKeep from "../auth/attempt/keep/route";
import * as attemptEvents from "../auth/attempt/events/route";
import * as attemptLink from "../auth/attempt/link/route";
import * as prove from "../auth/attempt/prove/route";
import * as attempt from "../auth/attempt/route";
import * as deletion from "../auth/deletion/route";
import * as deviceTrust from "../auth/devices/[id]/trust/route";
import * as device from "../auth/devices/[id]/route";
import * as devices from "../auth/devices/route";
import * as emailCode from "../auth/email/code/route";
import * as email from "../auth/email/route";
import * as undo from "../auth/email/undo/route";
import * as events from "../auth/events/route";
import * as exportById from "../auth/exports/[id]/route";
import * as accountExports from "../auth/exports/route";
import * as recoveryCodes from "../auth/factors/recovery-codes/route";
import * as factors from "../auth/factors/route";
import * as confirmTotp from "../auth/factors/totp/confirm/route";
import * as totp from "../auth/factors/totp/route";
import * as forgot from "../auth/forgot/route";
import * as identity from "../auth/identities/[id]/route";
import * as ips from "../auth/ips/route";
import * as keySet from "../auth/jwks.json/route";
import * as logoutAll from "../auth/logout-all/route";
import * as logout from "../auth/logout/route";
import * as notMe from "../auth/not-me/route";
import * as passkey from "../auth/passkeys/[id]/route";
import * as passkeyChallenge from "../auth/passkeys/challenge/route";
import * as passkeys from "../auth/passkeys/route";
import * as password from "../auth/password/route";
import * as preferences from "../auth/preferences/route";
import * as proof from "../auth/proof/route";
import * as proofCode from "../auth/proof/code/route";
import * as providerCallback from "../auth/providers/[name]/callback/route";
import * as providerLogout from "../auth/providers/[name]/logout/route";
import * as providerStart from "../auth/providers/[name]/start/route";
import * as providers from "../auth/providers/route";
import * as refresh from "../auth/refresh/route";
import * as reset from "../auth/reset/route";
import * as revoke from "../auth/revoke/route";
import * as session from "../auth/session/route";
import * as sessionById from "../auth/sessions/[id]/route";
import * as sessions from "../auth/sessions/route";
import * as signInByPasskey from "../auth/signin/passkey/route";
import * as signIn from "../auth/signin/route";
import * as signUp from "../auth/signup/route";
import * as token from "../auth/token/route";
import * as verifyEmail from "../auth/verify-email/route";
import * as adminEvents from "../admin/events/route";
import * as insights from "../admin/insights/route";
import * as adminLive from "../admin/live/route";
import * as adminRole from "../admin/roles/[name]/route";
import * as adminRoles from "../admin/roles/route";
import * as adminSession from "../admin/sessions/[id]/route";
import * as adminSessionsEnd from "../admin/sessions/end/route";
import * as adminSessions from "../admin/sessions/route";
import * as adminUser from "../admin/users/[id]/route";
import * as adminDeletion from "../admin/users/[id]/deletion/route";
import * as adminFactors from "../admin/users/[id]/factors/route";
import * as resetLink from "../admin/users/[id]/reset-link/route";
import * as adminUsers from "../admin/users/route";
import * as health from "../health/route";
import * as ready from "../ready/route";
import * as picture from "../avatars/[userId]/[version]/[size]/route";
import * as avatar from "../users/me/avatar/route";
import * as userById from "../users/[id]/route";
import * as me from "../users/me/route";

/** Every route below /api but this one. A test compares it with the folders. */
export const paths: Paths = {
  "/api/auth/signup": signUp,
  "/api/auth/signin": signIn,
  "/api/auth/signin/passkey": signInByPasskey,
  "/api/auth/passkeys/challenge": passkeyChallenge,
  "/api/auth/passkeys": passkeys,
  "/api/auth/passkeys/{id}": passkey,
  "/api/auth/attempt": attempt,
  "/api/auth/attempt/approval": attemptApproval,
  "/api/auth/attempt/code": attemptCode,
  "/api/auth/attempt/events": attemptEvents,
  "/api/auth/attempt/keep": attemptKeep,
  "/api/auth/attempt/link": attemptLink,
  "/api/auth/attempt/prove": prove,
  "/api/auth/verify-email": verifyEmail,
  "/api/auth/forgot": forgot,
  "/api/auth/reset": reset,
  "/api/auth/not-me": notMe,
  "/api/auth/email": email,
  "/api/auth/email/code": emailCode,
  "/api/auth/email/undo": undo,
  "/api/auth/proof": proof,
  "/api/auth/factors": factors,
  "/api/auth/factors/totp": totp,
  "/api/auth/factors/totp/confirm": confirmTotp,
  "/api/auth/factors/recovery-codes": recoveryCodes,
  "/api/auth/proof/code": proofCode,
  "/api/auth/token": token,
  "/api/auth/providers": providers,
  "/api/auth/providers/{name}/callback": providerCallback,
  "/api/auth/providers/{name}/logout": providerLogout,
  "/api/auth/providers/{name}/start": providerStart,
  "/api/auth/refresh": refresh,
  "/api/auth/revoke": revoke,
  "/api/auth/logout": logout,
  "/api/auth/logout-all": logoutAll,
  "/api/auth/session": session,
  "/api/auth/sessions": sessions,
  "/api/auth/sessions/{id}": sessionById,
  "/api/auth/approvals": approvals,
  "/api/auth/approvals/{id}": approval,
  "/api/auth/devices": devices,
  "/api/auth/devices/{id}": device,
  "/api/auth/devices/{id}/trust": deviceTrust,
  "/api/auth/identities/{id}": identity,
  "/api/auth/ips": ips,
  "/api/auth/deletion": deletion,
  "/api/auth/exports": accountExports,
  "/api/auth/exports/{id}": exportById,
  "/api/auth/activity": activity,
  "/api/auth/events": events,
  "/api/auth/password": password,
  "/api/auth/preferences": preferences,
  "/api/auth/jwks.json": keySet,
  "/api/users/me": me,
  "/api/users/me/avatar": avatar,
  "/api/users/{id}": userById,
  "/api/avatars/{userId}/{version}/{size}": picture,
  "/api/admin/sessions": adminSessions,
  "/api/admin/sessions/{id}": adminSession,
  "/api/admin/sessions/end": adminSessionsEnd,
  "/api/admin/users": adminUsers,
  "/api/admin/users/{id}": adminUser,
  "/api/admin/users/{id}/deletion": adminDeletion,
  "/api/admin/users/{id}/factors": adminFactors,
  "/api/admin/users/{id}/reset-link": resetLink,
  "/api/admin/roles": adminRoles,
  "/api/admin/roles/{name}": adminRole,
  "/api/admin/events": adminEvents,
  "/api/admin/insights": insights,
  "/api/admin/live": adminLive,
  "/api/health": health,
  "/api/ready": ready,
};
